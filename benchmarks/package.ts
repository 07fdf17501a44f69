import { statSync } from 'node:fs';
import { TypeScriptApp } from '../test/package/installed-app';
import { packedPackage } from '../test/package/packed-package';
import { PINNED } from '../test/package/peers';
import { type BenchGoal, type BenchReport, machine } from './bench-report';

const MB = 1e6;
const SYNTHS = 3;

/** What the package costs its user: to download, on disk, and in each synthesis of the README's app (the fastest of three). */
export async function packageBench(): Promise<BenchReport> {
  const packed = packedPackage();
  const app = new TypeScriptApp(packed, PINNED);
  const times = Array.from({ length: SYNTHS }, () => {
    const started = performance.now();
    app.synth();
    return (performance.now() - started) / 1000;
  });
  return {
    bench: 'package',
    machine: machine(),
    versions: { node: process.versions.node, 'aws-cdk-lib': PINNED['aws-cdk-lib'] },
    results: [],
    goals: [
      goal('tarball', statSync(packed.tarball).size / MB, 'MB', 8),
      goal('installed', app.installedBytes() / MB, 'MB', 25),
      goal('synth', Math.min(...times), 's', 10),
    ],
  };
}

function goal(name: string, value: number, unit: string, most: number): BenchGoal {
  return { name: `${name} ${unit}`, value, unit, goal: `≤ ${most}`, holds: value <= most };
}
