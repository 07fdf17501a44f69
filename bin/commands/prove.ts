import { parseArgs } from 'node:util';
import { type CheckResult, checkAssembly } from '../../lib/checks/check-assembly';
import { prove as derive, type Proof } from '../../lib/prove/claims';
import { Assembly } from '../../lib/template';
import { parseYaml } from '../../lib/template/model/yaml';
import type { CommandIo } from '../command-io';

const USAGE = `Usage: hardened-agent prove <cdk.out or template> [--json]

Derives from the templates alone what each workload reaches and what each role may use, and holds it against what must
be so. Exit code 1 with the counter-example when it isn't, or can't be proven.

Left out, because it only narrows: network ACLs and organization policies.`;

/** `hardened-agent prove`: 0 when every claim holds, 1 when one doesn't, 2 when there is nothing to read. */
export async function prove(args: string[], io: CommandIo): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    io.err((error as Error).message);
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
  let proof: Proof;
  let lowered: CheckResult['acknowledged'];
  try {
    const assembly = Assembly.load(target, { parseYaml });
    proof = derive(assembly);
    lowered = checkAssembly(assembly).acknowledged;
  } catch (error) {
    io.err((error as Error).message);
    return 2;
  }
  if (values.json) io.out(JSON.stringify(toJson(proof, lowered), null, 2));
  else print(proof, lowered, io);
  return proof.claims.every(({ counterExamples }) => counterExamples.length === 0) ? 0 : 1;
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
}

function toJson({ claims, accesses, paths }: Proof, lowered: CheckResult['acknowledged']) {
  return {
    claims: claims.map(({ id, claim, counterExamples }) => ({
      id,
      claim,
      holds: counterExamples.length === 0,
      counterExamples,
    })),
    access: accesses.map(({ role, action, target, allowed }) => ({
      role: role.path,
      action,
      target: target.path,
      conditional: allowed === 'depends',
    })),
    paths: paths.map(({ workload, kind, to, via }) => ({ workload: workload.path, kind, to, via })),
    lowered: lowered.map(({ ruleId, path, reason, acknowledgedAt }) => ({ ruleId, path, reason, acknowledgedAt })),
  };
}

function print({ claims, accesses, paths }: Proof, lowered: CheckResult['acknowledged'], io: CommandIo): void {
  const short = (path: string): string => path.replace(/\/Resource$/, '').replace(/\/(Role|Function)$/, '');
  io.out('Reaches');
  for (const [workload, group] of grouped(paths, ({ workload }) => workload.path)) {
    const to = group.map(({ kind, to: name }) => (kind === 'endpoint' ? name : `${name} (${kind})`));
    io.out(`  ${short(workload)}: ${[...new Set(to)].join(', ')}`);
  }
  io.out('');
  io.out('May use (? under conditions, or only in part)');
  for (const [role, group] of grouped(accesses, ({ role }) => role.path)) {
    io.out(`  ${short(role)}`);
    for (const [target, actions] of grouped(group, ({ target }) => target.path)) {
      const names = actions.map(({ action, allowed }) => `${action.split(':')[1]}${allowed === 'depends' ? '?' : ''}`);
      io.out(`      ${short(target)}: ${names.join(', ')}`);
    }
  }
  if (lowered.length > 0) {
    io.out('');
    io.out('Guards lowered');
    for (const { ruleId, path, reason } of lowered) io.out(`  ${ruleId} at ${path}: ${reason}`);
  }
  io.out('');
  for (const { claim, counterExamples } of claims) {
    io.out(`${counterExamples.length === 0 ? '✓' : '✗'} ${claim}`);
    for (const example of counterExamples) io.out(`    ${example}`);
  }
}

function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
