import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CACHE, ROOT } from './folders';

const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Readonly<Record<string, { readonly inBundle?: boolean }>>;
};

export interface PackedPackage {
  readonly tarball: string;
  readonly wheel: string;
  /** What `npm run package` left in a clean clone, without what git ignores. */
  readonly left: string[];
}

/** What other languages see of the package. */
export interface JsiiAssembly {
  readonly types: { readonly [name: string]: { readonly name: string; readonly datatype?: boolean } };
}

export function jsiiAssemblyOf({ tarball }: PackedPackage): JsiiAssembly {
  const packed = execFileSync('tar', ['xzOf', tarball, 'package/.jsii.gz'], { maxBuffer: 64e6 });
  return JSON.parse(gunzipSync(packed).toString()) as JsiiAssembly;
}

/** The agent bridge and the checker have them beside them. */
const PAGES: ReadonlySet<string> = new Set(['docs/agent-bridge.md', 'docs/checking-templates.md']);

/** Runs `npm run package` in a copy of what git knows of this checkout, once for each state of it. */
export function packedPackage(): PackedPackage {
  const files = git('ls-files', '--cached', '--others', '--exclude-standard').filter(
    (file) => (!/^(test|docs|benchmarks)\//.test(file) || PAGES.has(file)) && existsSync(path.join(ROOT, file)),
  );
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(path.join(ROOT, file)));
  const dist = path.join(CACHE, `dist-${hash.digest('hex').slice(0, 16)}`);
  if (!existsSync(dist)) {
    for (const old of globSync('dist-*', { cwd: CACHE })) rmSync(path.join(CACHE, old), { recursive: true });
    pack(files, dist);
  }
  const [tarball] = globSync(path.join(dist, 'js/*.tgz'));
  const [wheel] = globSync(path.join(dist, 'python/*.whl'));
  if (!tarball || !wheel) throw new Error(`npm run package made no tarball or no wheel: ${globSync(`${dist}/*/*`)}`);
  return { tarball, wheel, left: JSON.parse(readFileSync(path.join(dist, 'left.json'), 'utf8')) as string[] };
}

function pack(files: readonly string[], dist: string): void {
  const scratch = mkdtempSync(path.join(tmpdir(), 'package-'));
  const clone = path.join(scratch, 'clone');
  try {
    for (const file of files) {
      mkdirSync(path.dirname(path.join(clone, file)), { recursive: true });
      cpSync(path.join(ROOT, file), path.join(clone, file));
    }
    linkPackages(clone);
    execFileSync('npm', ['run', '--silent', 'package'], { cwd: clone, stdio: ['ignore', 'ignore', 'inherit'] });
    const left = globSync('*', { cwd: clone, exclude: ['node_modules'] }).concat(globSync('.*', { cwd: clone }));
    const made = left.filter((name) => !files.some((file) => file === name || file.startsWith(`${name}/`))).sort();
    const finished = path.join(clone, 'dist');
    writeFileSync(path.join(finished, 'left.json'), JSON.stringify(made));
    // Whole or not at all. The temporary folder may be on another disk.
    cpSync(finished, `${dist}.new`, { recursive: true });
    renameSync(`${dist}.new`, dist);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The packages of this checkout. What the tarball bundles is copied, because npm bundles nothing behind a link. */
function linkPackages(clone: string): void {
  const bundled = Object.entries(packages).flatMap(([place, { inBundle }]) => (inBundle ? [path.basename(place)] : []));
  mkdirSync(path.join(clone, 'node_modules'));
  for (const name of globSync(['*', '.bin'], { cwd: path.join(ROOT, 'node_modules') })) {
    const own = path.join(ROOT, 'node_modules', name);
    const linked = path.join(clone, 'node_modules', name);
    if (bundled.includes(name)) cpSync(own, linked, { recursive: true });
    else symlinkSync(own, linked);
  }
}

function git(...args: string[]): string[] {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
}
