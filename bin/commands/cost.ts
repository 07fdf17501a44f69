import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type CostEstimate, type CostLine, type CostTemplate, estimateCost } from '../../lib/cost/estimate-cost';
import { PRICE_REGION, PRICES_AS_OF } from '../../lib/cost/prices';
import { Assembly } from '../../lib/template';
import { parseYaml } from '../../lib/template/model/yaml';
import { escapeToLine } from '../../runtime/core/display';
import { asciiJson } from '../ascii-json';
import type { CommandIo } from '../command-io';

const USAGE = `Usage: hardened-agent cost <cdk.out or template> [--session-minutes 10] [--json]

Estimates from list prices what the synthesized stacks cost: a month, a session, and 1,000 gated calls.
Not in it: model tokens, data transfer, storage.`;

/** `hardened-agent cost`: exit code 0, or 2 when there is nothing to read. */
export async function cost(args: string[], io: CommandIo): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    io.err(escapeToLine((error as Error).message));
    io.err(USAGE);
    return 2;
  }
  const { values, positionals } = parsed;
  if (values.help) {
    io.out(USAGE);
    return 0;
  }
  const sessionMinutes = Number(values['session-minutes']);
  if (positionals.length !== 1 || !Number.isFinite(sessionMinutes) || sessionMinutes <= 0) {
    io.err(USAGE);
    return 2;
  }
  let templates: CostTemplate[];
  try {
    templates = readTemplates(positionals[0]);
  } catch (error) {
    io.err(escapeToLine((error as Error).message));
    return 2;
  }
  const estimate = estimateCost(templates, { sessionMinutes });
  if (values.json) io.out(asciiJson(estimate));
  else print(estimate, io);
  return 0;
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      'session-minutes': { type: 'string', default: '10' },
    },
  });
}

/** @throws Error naming the file when there is no template to read */
function readTemplates(path: string): CostTemplate[] {
  if (!existsSync(path)) throw new Error(`${path} doesn't exist. Run "cdk synth" first, and give its output folder.`);
  return Assembly.load(path, { parseYaml }).templates.map(({ name, source }) => ({
    name,
    resources: (source.body.Resources ?? {}) as CostTemplate['resources'],
  }));
}

function print(estimate: CostEstimate, io: CommandIo): void {
  const section = (title: string, kind: CostLine['kind'], total: number, digits: number) => {
    const lines = estimate.lines.filter((line) => line.kind === kind);
    if (lines.length === 0) return;
    io.out(`${title}: $${total.toFixed(digits)}`);
    for (const line of lines) {
      io.out(`  ${`$${line.usd.toFixed(digits)}`.padStart(10)}  ${line.item.padEnd(34)} ${line.note}`);
    }
    io.out('');
  };
  section('Fixed, a month', 'fixed', estimate.fixedMonthlyUsd, 2);
  section('One session', 'session', estimate.perSessionUsd, 4);
  section('1,000 gated calls', 'call', estimate.per1000CallsUsd, 4);
  io.out(
    `Prices of ${PRICE_REGION} as entered on ${PRICES_AS_OF}, not checked against AWS's price pages; without model tokens, data transfer and storage.`,
  );
}
