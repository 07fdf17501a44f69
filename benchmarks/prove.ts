import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildSync } from 'esbuild';
import { QuickstartStack } from '../examples/quickstart/quickstart-stack';
import { type BenchReport, machine } from './bench-report';
import { type TemplateBody, writeAssembly } from './prove/assembly';

interface Run {
  readonly seconds: number;
  readonly peakMiB: number;
  readonly resources: number;
  readonly accesses: number;
  readonly paths: number;
  readonly broken: readonly string[];
}

function quickstartTemplate(): TemplateBody {
  const app = new App({ builtinCloudFormationValidation: false });
  new QuickstartStack(app, 'Quickstart', {
    ticketsUrl: 'https://tickets.example.com',
    imageDigest: `sha256:${'0'.repeat(64)}`,
  });
  return app.synth().getStackByName('Quickstart').template as TemplateBody;
}

/** `prove` on an assembly of 3,000 resources: processor time of one core, and memory. */
export async function prove(): Promise<BenchReport> {
  const folder = mkdtempSync(path.join(tmpdir(), 'prove-bench-'));
  try {
    writeAssembly(folder, quickstartTemplate());
    // Bundled like the command line, so that the TypeScript loader's time doesn't count.
    const child = path.join(folder, 'prove-run.js');
    buildSync({ entryPoints: [path.join(__dirname, 'prove-run.ts')], outfile: child, bundle: true, platform: 'node' });
    const run = JSON.parse(execFileSync(process.execPath, [child, folder], { encoding: 'utf8' })) as Run;
    if (run.broken.length > 0) throw new Error(`The benchmark’s own assembly breaks ${run.broken.join(', ')}.`);
    const { seconds, peakMiB } = run;
    return {
      bench: 'prove',
      machine: machine(),
      versions: { node: process.versions.node },
      results: [
        { name: 'resources', value: run.resources, unit: '' },
        { name: 'uses found', value: run.accesses, unit: '' },
        { name: 'network paths found', value: run.paths, unit: '' },
      ],
      goals: [
        { name: 'reading and proving, processor time', value: seconds, unit: 's', goal: '< 5', holds: seconds < 5 },
        { name: 'memory of the process at most', value: peakMiB, unit: 'MiB', goal: '< 500', holds: peakMiB < 500 },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
