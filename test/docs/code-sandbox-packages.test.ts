import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');
const IMAGE = path.join(ROOT, 'runtime/code-sandbox/image');
const read = (file: string) => readFileSync(path.join(IMAGE, file), 'utf8');

interface Lock {
  readonly packages: Readonly<
    Record<string, { version?: string; license?: string; integrity?: string; dependencies?: Record<string, string> }>
  >;
}

const lock = JSON.parse(read('package-lock.json')) as Lock;
const requirements = read('requirements.txt')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .join('\n')
  .split(/\n(?! )/);

/** Rows of the table of packages: name, version, licence. */
const documented = readFileSync(path.join(ROOT, 'docs/code-sandbox.md'), 'utf8')
  .split('## Packages')[1]
  ?.split('\n## ')[0]
  ?.split('\n')
  .filter((line) => /^\| [a-z]/.test(line) && !line.startsWith('| package'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('the page lists what the image installs, with versions', () => {
  const python = requirements.map((line) => /^([a-z0-9-]+)==(\S+) /.exec(line)?.slice(1, 3).join(' '));
  const node = Object.entries(lock.packages)
    .filter(([name]) => name !== '')
    .map(([name, { version }]) => `${name.replace('node_modules/', '')} ${version}`);
  expect(documented?.map(([, name, version]) => `${name} ${version}`).sort()).toEqual([...python, ...node].sort());
});

test('no licence is copyleft, and those of the lock are the page’s', () => {
  const licences = new Map(documented?.map(([, name, , licence]) => [name, licence]));
  for (const licence of licences.values()) expect(licence).toMatch(/^(MIT|MIT-CMU|ISC|BSD-3-Clause|Apache-2\.0)$/);
  for (const [name, { license }] of Object.entries(lock.packages)) {
    if (name !== '') expect([name, license]).toEqual([name, licences.get(name.replace('node_modules/', ''))]);
  }
});

test('each package is pinned by a hash, from no registry in particular', () => {
  for (const line of requirements) expect(line).toMatch(/^[a-z0-9-]+==\S+ (\\\n {4}--hash=sha256:[0-9a-f]{64} ?)+$/);
  for (const [name, { integrity }] of Object.entries(lock.packages)) {
    if (name !== '') expect(integrity).toMatch(/^sha512-/);
  }
  expect(lock.packages['']?.dependencies).toEqual(
    (JSON.parse(read('package.json')) as { dependencies: Record<string, string> }).dependencies,
  );
  for (const version of Object.values(lock.packages['']?.dependencies ?? {})) expect(version).toMatch(/^\d/);
  expect(read('package-lock.json')).not.toContain('"resolved"');
});

test('the image is built on nothing that a tag names', () => {
  const dockerfile = read('Dockerfile');
  const from = [...dockerfile.matchAll(/^FROM \$\{(\w+)\}/gm)].map(([, image]) => image);
  expect(from).toEqual(['PYTHON_IMAGE', 'NODE_IMAGE', 'NODE_IMAGE']);
  expect(dockerfile).toMatch(/^ARG NODE_IMAGE\nARG PYTHON_IMAGE$/m);
  expect(dockerfile).toMatch(/--require-hashes --only-binary=:all:/);
  expect(dockerfile).toMatch(/npm ci --ignore-scripts/);
  expect(dockerfile).not.toMatch(/dnf|yum|apt|curl|wget|ADD http/);
});
