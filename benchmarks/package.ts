import { rmSync, statSync } from 'node:fs';
import { TypeScriptApp } from '../test/package/installed-app';
import { packedPackage } from '../test/package/packed-package';
import { PINNED } from '../test/package/peers';
import { type BenchGoal, type BenchReport, machine } from './bench-report';
import { secondAgent } from './second-agent';

const MB = 1e6;
const SYNTHS = 3;

/** What the package costs its user: to download, on disk, and in each synthesis of the README's app. */
export async function packageBench(): Promise<BenchReport> {
  const packed = packedPackage();
  const app = new TypeScriptApp(packed, PINNED);
  const second = secondAgent();
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
      // Less than a sixth of what CloudFormation takes in one stack.
      count('second agent resources', second.resources, 'resources', 75),
      // Two alarms, a key and a secret cost a few dollars. Everything else is shared.
      count('second agent fixed USD', Number(second.fixedUsd.toFixed(2)), 'USD a month', 5),
      // The DNS firewall has the name of its gate, at a twentieth of a cent.
      count(
        'second agent fixed USD, without alarms, keys and secrets',
        Number(second.otherFixedUsd.toFixed(4)),
        'USD a month',
        0.001,
      ),
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

function count(name: string, value: number, unit: string, most: number): BenchGoal {
  return { name, value, unit, goal: `≤ ${most}`, holds: value <= most };
}

function goal(name: string, value: number, unit: string, most: number): BenchGoal {
  return { name: `${name} ${unit}`, value, unit, goal: `≤ ${most}`, holds: value <= most };
}
