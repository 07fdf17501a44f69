import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { transformSync } from '@swc/core';
import { findPython } from '../emulator/runner/python';
import { CACHE, ROOT, readmeApp } from './folders';
import { withNode } from './node-versions';
import type { PackedPackage } from './packed-package';
import type { Peers } from './peers';

/** The README's app in a folder of its own, with the package installed from the tarball. */
export class TypeScriptApp {
  readonly folder: string;

  constructor({ tarball }: PackedPackage, peers: Peers) {
    const pinned = Object.entries(peers).map(([name, version]) => `${name}@${version}`);
    this.folder = path.join(CACHE, `app-${pinned.join('-')}`);
    mkdirSync(this.folder, { recursive: true });
    if (!existsSync(this.file('package.json'))) writeFileSync(this.file('package.json'), '{}');
    // Without a lock, which would hold the hash of an earlier tarball. A range that isn't true is refused here.
    execFileSync('npm', ['install', '--silent', '--no-package-lock', '--strict-peer-deps', tarball, ...pinned], {
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const { code } = transformSync(readmeApp(readFileSync(path.join(ROOT, 'README.md'), 'utf8')), {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
      module: { type: 'commonjs' },
    });
    writeFileSync(this.file('app.js'), code);
  }

  file(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  /** Synthesizes as the CDK command line does. @returns the assembly's folder */
  synth(environment: NodeJS.ProcessEnv = {}): string {
    return synthesize('node', [this.file('app.js')], { ...process.env, ...environment });
  }

  /** Runs a program in the app's folder, and gives what it prints as JSON. */
  run(name: string, code: string): unknown {
    writeFileSync(this.file(name), code);
    return JSON.parse(execFileSync('node', [this.file(name)], { encoding: 'utf8' }));
  }

  /** What the package takes on disk, with what it bundles. */
  installedBytes(): number {
    return globSync('**/*', { cwd: this.file('node_modules/cdk-hardened-agent'), withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(path.join(entry.parentPath, entry.name)).size)
      .reduce((sum, size) => sum + size, 0);
  }

  /** Runs the installed command line, and gives what it prints. @throws Error where it fails */
  hardenedAgent(args: readonly string[], node?: string): string {
    return execFileSync(this.file('node_modules/.bin/hardened-agent'), args, {
      encoding: 'utf8',
      env: node ? withNode(node) : process.env,
    });
  }
}

/** `examples/python/app.py` in a virtual environment, with the wheel installed. */
export class PythonApp {
  private readonly python: string;

  /** @throws Error where Python can't make virtual environments */
  constructor({ wheel }: PackedPackage) {
    const environment = path.join(CACHE, 'venv');
    this.python = path.join(environment, 'bin/python');
    if (!existsSync(this.python)) run(findPython().executable, '-m', 'venv', environment);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    run(this.python, ...pip, '--requirement', path.join(ROOT, 'examples/python/requirements.txt'), wheel);
    // The version stays, the wheel doesn't.
    run(this.python, ...pip, '--force-reinstall', '--no-deps', wheel);
  }

  /** @returns the assembly's folder */
  synth(): string {
    return synthesize(this.python, [path.join(ROOT, 'examples/python/app.py')], process.env);
  }
}

/** The template of the README's stack, without what depends on language and on hashes. */
export function templateIn(assembly: string): unknown {
  const text = readFileSync(path.join(assembly, 'Support.template.json'), 'utf8').replace(/\b[0-9a-f]{64}\b/g, '…');
  const template = JSON.parse(text) as { Resources: Record<string, Resource>; Conditions?: Record<string, unknown> };
  for (const [id, resource] of Object.entries(template.Resources)) {
    if (resource.Type === 'AWS::CDK::Metadata') delete template.Resources[id];
    for (const key of Object.keys(resource.Metadata ?? {})) {
      if (key.startsWith('aws:')) delete resource.Metadata?.[key];
    }
  }
  delete template.Conditions?.CDKMetadataAvailable;
  return template;
}

interface Resource {
  readonly Type: string;
  readonly Metadata?: Record<string, unknown>;
}

function synthesize(program: string, args: string[], environment: NodeJS.ProcessEnv): string {
  const outdir = mkdtempSync(path.join(tmpdir(), 'app-'));
  const env = { ...environment, CDK_OUTDIR: outdir };
  execFileSync(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  return outdir;
}

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
