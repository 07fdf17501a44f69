import { Assembly } from '../lib/template';
import { type BenchGoal, type BenchReport, type BenchResult, machine } from './bench-report';
import { canaryLeaks } from './connectors/canary';
import { roleSecretCells } from './connectors/cells';
import { ConnectorsDeployment } from './connectors/deployment';
import { KINDS } from './connectors/kinds';
import { callsDuringRotations } from './connectors/rotation';
import { speedOf } from './connectors/speed';
import { connectorsApp } from './connectors/stack';

const SIZES = { '--calls': 500, '--rotations': 5, '--canaries': 1000, '--timed': 50 } as const;

/**
 * What a connector's credential is worth: who may read it, whether calls fail while it is rotated, whether it comes back in any way,
 * and what a call of each kind of connector costs beside its target. All but the first on a deployment to the emulator.
 *
 * @param args `--calls N`, `--rotations N`, `--canaries N`, `--timed N` for another number
 */
export async function connectors(args: string[]): Promise<BenchReport> {
  const size = (name: keyof typeof SIZES): number => sizeOf(args, name);
  const results: BenchResult[] = [];
  const { roles, secrets, wrong } = roleSecretCells(
    Assembly.load(connectorsApp('https://notes.example.com').synth().directory),
  );
  results.push({ name: 'roles', value: roles, unit: 'roles' }, { name: 'secrets', value: secrets, unit: 'secrets' });
  const goals: BenchGoal[] = [none('role × secret wrong cells', wrong, 'cells')];
  const deployment = await ConnectorsDeployment.start();
  try {
    for (const kind of KINDS) {
      const { gated, bare } = await speedOf(kind, deployment, size('--timed'));
      results.push(
        { name: `${kind.name}: through the gate`, value: gated, unit: 'calls/s' },
        { name: `${kind.name}: bare target`, value: bare, unit: 'calls/s' },
        { name: `${kind.name}: calls/s ratio`, value: gated / bare, unit: '×' },
      );
    }
    const rotated = await callsDuringRotations(deployment, size('--calls'), size('--rotations'));
    results.push(
      { name: 'calls while credentials were rotated', value: rotated.calls, unit: 'calls' },
      { name: 'of them refused by the target, and sent again', value: rotated.refused, unit: 'requests' },
    );
    goals.push(
      none('failed during rotation', rotated.failed, 'calls'),
      none('ran twice during rotation', rotated.twice, 'calls'),
    );
    const canaries = await canaryLeaks(deployment, size('--canaries'));
    results.push({ name: 'calls whose target repeats the credential', value: canaries.calls, unit: 'calls' });
    for (const [status, value] of Object.entries(canaries.statuses)) {
      results.push({ name: `of them ${status}`, value, unit: 'calls' });
    }
    for (const [where, value] of Object.entries(canaries.searched)) {
      results.push({ name: `searched: ${where}`, value, unit: 'texts' });
    }
    goals.push(none('canary leaks', canaries.leaks, 'places'));
  } finally {
    await deployment.stop();
  }
  return { bench: 'connectors', machine: machine(), versions: { node: process.versions.node }, results, goals };
}

/** What was found is printed, because the number alone helps nobody. */
function none(name: string, found: readonly string[], unit: string): BenchGoal {
  for (const each of found.slice(0, 20)) process.stderr.write(`${name}: ${each}\n`);
  return { name, value: found.length, unit, goal: '0', holds: found.length === 0 };
}

function sizeOf(args: readonly string[], name: keyof typeof SIZES): number {
  const at = args.indexOf(name);
  const size = at < 0 ? SIZES[name] : Number(args[at + 1]);
  if (!Number.isInteger(size) || size < 1) throw new Error(`${name} takes a whole number of 1 or more.`);
  return size;
}
