import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  globSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { copiesOf, type Dockerfile, readDockerfile } from './dockerfile';

const ROOT = path.join(__dirname, '../../..');
const EXAMPLE = path.join(ROOT, 'examples/claude-agent');
const BRIDGE = path.join(ROOT, 'runtime-bundles/agent-bridge');

export function claudeDockerfile(): Dockerfile {
  return readDockerfile(readFileSync(path.join(EXAMPLE, 'Dockerfile'), 'utf8'));
}

/**
 * Lays out in a folder what the Dockerfile's last stage copies onto its base: from the installed example, the bridge's
 * bundle and the example's sources. No Docker is here, so a path that the build stage makes is made by what its
 * instructions say.
 * @throws Error if the Dockerfile copies something of another kind
 */
export function layOutImage(dockerfile: Dockerfile, installed: string, target: string): void {
  const last = dockerfile.stages.at(-1);
  if (!last) throw new Error('The Dockerfile has no stage.');
  for (const copy of copiesOf(last)) {
    for (const source of copy.sources) {
      const into = copy.target.endsWith('/') ? path.join(copy.target, path.basename(source)) : copy.target;
      const to = path.join(target, into);
      mkdirSync(path.dirname(to), { recursive: true });
      layOut(dockerfile, copy.from, source, installed, to);
      if (process.getuid?.() === 0) {
        const [user = 0, group = 0] = copy.owner.split(':').map(Number);
        chownSync(to, user, group);
      }
    }
  }
}

function layOut(dockerfile: Dockerfile, from: string | undefined, source: string, installed: string, to: string): void {
  if (from === undefined) cpSync(path.join(EXAMPLE, source), to);
  else if (from === 'bridge') cpSync(path.join(BRIDGE, source), to);
  else if (from !== 'build')
    throw new Error(`The image copies ${source} from "${from}", which the test can't lay out.`);
  else if (source.startsWith('/build/')) linkAll(path.join(installed, source.slice('/build/'.length)), to);
  else makeAsBuilt(dockerfile, source, to);
}

/** Links instead of copies: the SDK's program has 400 MB. */
function linkAll(from: string, to: string): void {
  for (const entry of globSync('**/*', { cwd: from, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const target = path.join(to, path.relative(from, file));
    if (entry.isDirectory()) mkdirSync(target, { recursive: true });
    else {
      mkdirSync(path.dirname(target), { recursive: true });
      linkOrCopy(file, target);
    }
  }
}

/** The temporary folder may be on another disk. */
function linkOrCopy(file: string, target: string): void {
  try {
    linkSync(file, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    copyFileSync(file, target);
  }
}

/** A folder or file that a RUN of the build stage makes. */
function makeAsBuilt({ stages }: Dockerfile, source: string, to: string): void {
  const runs = stages.flatMap(({ instructions }) => instructions.filter(({ name }) => name === 'RUN'));
  for (const { rest } of runs) {
    const [, mode, folder] = /^mkdir -m (\d+) (\S+)$/.exec(rest) ?? [];
    if (mode && folder === source) {
      mkdirSync(to, { recursive: true });
      chmodSync(to, Number.parseInt(mode, 8));
      return;
    }
    const [, text, file] = /^printf '([^']*)' > (\S+)$/.exec(rest) ?? [];
    if (text !== undefined && file === source) {
      writeFileSync(to, text.replaceAll('\\n', '\n'));
      return;
    }
  }
  throw new Error(`No RUN of the Dockerfile makes ${source}.`);
}

/** Bytes of all files in a folder. */
export function bytesOf(folder: string): number {
  const files = globSync('**/*', { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size, 0);
}
