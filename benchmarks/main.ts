import { against } from './against';
import { agent } from './agent';
import { agentdojo } from './agentdojo';
import { approvals } from './approvals';
import { type BenchReport, reportTable } from './bench-report';
import { checks } from './checks';
import { connectors } from './connectors';
import { gate } from './gate';
import { house } from './house';
import { importBench } from './import';
import { ledger } from './ledger';
import { limits } from './limits';
import { output } from './output';
import { packageBench } from './package';
import { prove } from './prove';
import { sandbox } from './sandbox';
import { scale } from './scale';
import { synth } from './synth';
import { tasks } from './tasks';

const BENCHES: Readonly<Record<string, (args: string[]) => Promise<BenchReport>>> = {
  agent,
  agentdojo,
  approvals,
  checks,
  connectors,
  gate,
  house,
  import: importBench,
  ledger,
  limits,
  output,
  package: packageBench,
  prove,
  sandbox,
  scale,
  synth,
  tasks,
};

/** `npm run bench -- NAME [--json] [--against REF]`: prints one table, or one object. Exit code 1 where a goal doesn't hold. */
async function main([name = '', ...args]: string[]): Promise<number> {
  const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
  if (!bench) {
    process.stderr.write(
      `Usage: npm run bench -- NAME [--json] [--against REF], where NAME is one of: ${Object.keys(BENCHES).join(', ')}\n`,
    );
    return 2;
  }
  const others = args.filter((arg) => arg !== '--json');
  // House measures another commit's files, and runs none of them.
  const compared = others.includes('--against') && bench !== house;
  const report = await (compared ? against(name, others) : bench(others));
  const lines = args.includes('--json') ? [JSON.stringify(report, null, 2)] : reportTable(report);
  for (const line of lines) process.stdout.write(`${line}\n`);
  return report.goals.every(({ holds }) => holds) ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  },
);
