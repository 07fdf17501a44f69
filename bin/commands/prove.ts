import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { prove as derive, type Proof } from '../../lib/prove/claims';
import { proofDiagram } from '../../lib/prove/diagram';
import { proofJson, proofScreen } from '../../lib/prove/report';
import { Assembly } from '../../lib/template';
import { parseYaml } from '../../lib/template/model/yaml';
import { escapeToLine } from '../../runtime/core/display';
import { asciiJson } from '../ascii-json';
import type { CommandIo } from '../command-io';

const USAGE = `Usage: hardened-agent prove <cdk.out or template> [--json] [--diagram FILE.svg]

Derives from the templates alone what each workload reaches and what each role may use, and holds it against what must
be so. Exit code 1 with the counter-example when it isn't, or can't be proven.

  --json              everything, for programs: claims, access beside what is expected, paths, lowered guards
  --diagram FILE.svg  draws who reaches what

Left out, because it only narrows: organization policies, and endpoint policies in who may use what.`;

/** `hardened-agent prove`: 0 when every claim holds, 1 when one doesn't, 2 when there is nothing to read. */
export async function prove(args: string[], io: CommandIo): Promise<number> {
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
  const [target] = positionals;
  if (target === undefined || positionals.length > 1) {
    io.err(USAGE);
    return 2;
  }
  let assembly: Assembly;
  let proof: Proof;
  try {
    assembly = Assembly.load(target, { parseYaml });
    proof = derive(assembly);
    if (values.diagram !== undefined) writeFileSync(values.diagram, proofDiagram(proof));
  } catch (error) {
    io.err(escapeToLine((error as Error).message));
    return 2;
  }
  if (values.json) io.out(asciiJson(proofJson(assembly, proof)));
  else for (const line of proofScreen(assembly, proof)) io.out(line);
  return proof.claims.every(({ counterExamples }) => counterExamples.length === 0) ? 0 : 1;
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, diagram: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
}
