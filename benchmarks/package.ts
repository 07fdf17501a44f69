import { rmSync, statSync } from 'node:fs';
import { TypeScriptApp } from '../test/package/installed-app';
import { packedPackage } from '../test/package/packed-package';
import { PINNED } from '../test/package/peers';
import { type BenchGoal, type BenchReport, machine } from './bench-report';

const MB = 1e6;
const SYNTHS = 3;

/** What the package costs its user: to download, on disk, and in each synthesis of the README's app. */
export async function packageBench(): Promise<BenchReport> {
  const packed = packedPackage();
  const app = new TypeScriptApp(packed, PINNED);
  return {
    bench: 'package',
    machine: machine(),
    versions: { node: process.versions.node, 'aws-cdk-lib': PINNED['aws-cdk-lib'] },
    results: [{ name: "synth, with CDK's own validation of templates", value: synthTime(app, 'true'), unit: 's' }],
    goals: [
      goal('tarball', statSync(packed.tarball).size / MB, 'MB', 8),
      goal('installed', app.installedBytes() / MB, 'MB', 25),
      // CDK's validation takes three times as long as all else, and costs every app of that size the same.
      goal('synth', synthTime(app, 'false'), 's', 5),
    ],
  };
}

/** The fastest of three. */
function synthTime(app: TypeScriptApp, validation: 'true' | 'false'): number {
  const times = Array.from({ length: SYNTHS }, () => {
    const started = performance.now();
    rmSync(app.synth({ CDK_VALIDATION: validation }), { recursive: true });
    return (performance.now() - started) / 1000;
  });
  return Math.min(...times);
}

function goal(name: string, value: number, unit: string, most: number): BenchGoal {
  return { name: `${name} ${unit}`, value, unit, goal: `≤ ${most}`, holds: value <= most };
}
