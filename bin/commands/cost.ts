import { type AgentCost, agentCosts } from '../../lib/cost/agent-costs';
import type { CostLine, CostTemplate } from '../../lib/cost/cost-line';
import { type CostEstimate, estimateCost } from '../../lib/cost/estimate-cost';
import { PRICE_REGION, PRICES_AS_OF } from '../../lib/cost/prices';
import type { CommandIo } from '../command-line/command-io';
import { defineCommand } from '../command-line/define-command';
import { flag, numberOr } from '../command-line/option';
import { ASSEMBLY } from './assembly-argument';

export const cost = defineCommand({
  description: `Estimates from list prices what the synthesized stacks cost: a month, a session, and 1,000 gated calls.
What is billed by other use is named with its unit price, and is in no sum. Model tokens and storage are not included.`,
  argument: ASSEMBLY,
  options: {
    sessionMinutes: numberOr('10', 'MINUTES', 'how long a session runs'),
    json: flag('print the estimate as JSON'),
  },
  examples: ['hardened-agent cost cdk.out', 'hardened-agent cost cdk.out --session-minutes 30'],
  exitCodes: { 0: 'the estimate was printed', 1: 'the estimate could not be made' },
  run: async ({ argument: { templates }, options, io }) => {
    const resources = templates.map(({ name, source }) => ({
      name,
      resources: (source.body.Resources ?? {}) as CostTemplate['resources'],
    }));
    const estimate = estimateCost(resources, { sessionMinutes: options.sessionMinutes });
    const agents = agentCosts(resources);
    if (options.json) io.json({ ...estimate, agents });
    else print(estimate, agents, io);
    return 0;
  },
});

function print(estimate: CostEstimate, agents: readonly AgentCost[], io: CommandIo): void {
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
  if (agents.length > 1) printAgents(agents, io);
  section('One session', 'session', estimate.perSessionUsd, 4);
  section('1,000 gated calls', 'call', estimate.per1000CallsUsd, 4);
  printUsage(estimate, io);
  io.out(
    `Prices of ${PRICE_REGION} as entered on ${PRICES_AS_OF}, not checked against AWS's price pages; without model tokens and storage.`,
  );
}

/** Agents of a platform share the rest. */
function printAgents(agents: readonly AgentCost[], io: CommandIo): void {
  io.out('Of this, each agent’s own:');
  for (const { agentId, fixedMonthlyUsd, resources } of agents) {
    io.out(`  ${`$${fixedMonthlyUsd.toFixed(2)}`.padStart(10)}  ${agentId.padEnd(34)} ${resources} resources`);
  }
  io.out('');
}

function printUsage({ dependsOnUse }: CostEstimate, io: CommandIo): void {
  if (dependsOnUse.length === 0) return;
  io.out('Depends on, and not in the sums above:');
  for (const { item, unitUsd, unit, dependsOn } of dependsOnUse) {
    io.out(`  ${item.padEnd(38)} ${priceOf(unitUsd)} per ${unit}: ${dependsOn}`);
  }
  io.out('');
}

/** A unit price without trailing zeros: `$0.3`, `$0.000015`. */
function priceOf(usd: number): string {
  return `$${usd.toFixed(9).replace(/0+$/, '')}`;
}
