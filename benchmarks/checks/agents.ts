import { basename } from 'node:path';
import { checkAssembly } from '../../lib/checks/check-assembly';
import { agentsOf } from '../../lib/checks/facts/workloads';
import type { Finding, Pillar } from '../../lib/checks/rule';
import { RULES } from '../../lib/checks/rules';
import { Assembly } from '../../lib/template';
import { parseYaml } from '../../lib/template/model/yaml';
import { type InsecureAgent, insecureAgents, type SecureAgent, secureAgents } from '../../test/corpus/agents';
import { isAbout } from '../../test/corpus/agents/caught';
import type { BenchGoal, BenchResult } from '../bench-report';

/** What is measured of the templates of agents, and what `--detail` prints of those that anybody may look at. */
export interface JudgedAgents {
  readonly results: readonly BenchResult[];
  readonly goals: readonly BenchGoal[];
  readonly detail: readonly string[];
}

/** Which insecure agents `check` catches, and what it says of secure ones. */
export function judgeAgents(): JudgedAgents {
  const insecure = insecureAgents().map((agent) => ({ agent, ...judgeInsecure(agent) }));
  const secure = secureAgents().map((agent) => ({ agent, found: foundIn(agent) }));
  const apart = insecureAgents('kept-apart/insecure').map(judgeInsecure);
  const apartSecure = secureAgents('kept-apart/secure').map(foundIn);
  const falseOnes = countOf(secure.map(({ found }) => found));
  const claimed = secureAgents('unproven').map((agent) => ({ agent, found: foundIn(agent).filter(isClaim) }));
  const harmless = secureAgents('harmless').map((agent) => ({ agent, found: foundIn(agent) }));
  const taken = harmless.filter(({ agent }) => agentsOf(read(agent.file)).length > 0).map(({ agent }) => agent.id);
  return {
    results: [
      { name: 'insecure agents', value: insecure.length, unit: '' },
      { name: 'insecure caught %', value: percentOf(insecure), unit: `% of ${insecure.length}` },
      { name: 'insecure caught, kept apart %', value: percentOf(apart), unit: `% of ${apart.length}` },
      ...byCompute(insecure),
      { name: 'false findings on secure, kept apart', value: countOf(apartSecure), unit: `in ${apartSecure.length}` },
    ],
    goals: [
      {
        name: 'false findings on secure',
        value: falseOnes,
        unit: `in ${secure.length}`,
        goal: '0',
        holds: falseOnes === 0,
      },
      {
        name: 'claimed of what nobody can tell',
        value: countOf(claimed.map(({ found }) => found)),
        unit: `in ${claimed.length}`,
        goal: '0',
        holds: claimed.every(({ found }) => found.length === 0),
      },
      {
        name: 'false findings where no agent is',
        value: countOf(harmless.map(({ found }) => found)),
        unit: `in ${harmless.length}`,
        goal: '0',
        holds: harmless.every(({ found }) => found.length === 0),
      },
      {
        name: 'taken for an agent',
        value: taken.length,
        unit: `of ${harmless.length} without one`,
        goal: '0',
        holds: taken.length === 0,
      },
    ],
    detail: [
      ...insecure
        .filter(({ caught }) => !caught)
        .map(({ agent, said }) => `missed ${agent.id}: ${agent.hole.what}\n${said}`),
      ...[...secure, ...claimed, ...harmless].flatMap(({ agent, found }) =>
        found.map((each) => `false ${agent.id}: ${lineOf(each)}`),
      ),
      ...taken.map((id) => `taken for an agent: ${id}`),
    ],
  };
}

/** Findings that fail a run. What was acknowledged was found too, unless acknowledging is what the template is about. */
export function failing(file: string, countsAcknowledged = true): Finding[] {
  const { findings, acknowledged } = checkAssembly(read(file));
  return [...findings, ...(countsAcknowledged ? acknowledged : [])].filter(({ severity }) => severity !== 'warning');
}

function read(file: string): Assembly {
  return Assembly.loadAll([file], { parseYaml });
}

/** It says that something is wrong, not that nobody can tell. */
function isClaim({ message }: Finding): boolean {
  return !message.includes("can't be proven");
}

function judgeInsecure({ file, hole }: InsecureAgent): { caught: boolean; said: string } {
  const { findings } = checkAssembly(read(file));
  const caught = findings.some((finding) => isAbout(hole, finding, basename(file), pillarOf(finding)));
  return { caught, said: findings.map((finding) => `    ${lineOf(finding)}`).join('\n') };
}

function foundIn({ file, acknowledges }: SecureAgent): Finding[] {
  return failing(file, acknowledges !== true);
}

/** `Rule[detail]` is of the pillar of its rule. */
function pillarOf({ ruleId }: Finding): Pillar | undefined {
  const [id] = ruleId.split('[');
  return RULES.find((rule) => rule.id === id)?.pillar;
}

function byCompute(judged: readonly { agent: InsecureAgent; caught: boolean }[]): BenchResult[] {
  return [...new Set(judged.map(({ agent }) => agent.compute))].sort().map((compute) => {
    const own = judged.filter(({ agent }) => agent.compute === compute);
    return { name: `caught, ${compute}`, value: own.filter(({ caught }) => caught).length, unit: `of ${own.length}` };
  });
}

function percentOf(judged: readonly { caught: boolean }[]): number {
  return judged.length === 0 ? 0 : (100 * judged.filter(({ caught }) => caught).length) / judged.length;
}

function countOf(found: readonly Finding[][]): number {
  return found.reduce((sum, each) => sum + each.length, 0);
}

function lineOf({ severity, ruleId, path, property, message }: Finding): string {
  return `${severity} ${ruleId} ${path} ${property}: ${message}`;
}
