import type { Finding, Rule } from '../../lib/checks/rule';
import type { Assembly } from '../../lib/template';
import { addTo } from './add-to';
import { type ReportedAgent, reportedAgentsOf } from './agents';
import { Entrances } from './entrances';
import { type Opened, openedBy } from './opened';
import { resourceKeyOf } from './resource-key';
import { Surroundings } from './surroundings';

/** Findings that concern the same agents, and what they open to somebody who fools one of them. */
export interface AttackPath<Of extends Finding = Finding> {
  /** `queue Tickets`, `Lambda agent Triage`, `s3:* on any bucket`. Empty: the findings concern no agent. */
  readonly steps: readonly string[];
  readonly findings: readonly Of[];
}

/** As many names are listed in one step. */
const NAMED = 3;

/**
 * Findings by the agent that they concern, the worst path first. Those that concern no agent are last. A path has only what the
 * template shows: an agent whose callers aren't in it has none.
 */
export function attackPathsOf<Of extends Finding>(
  assembly: Assembly,
  findings: readonly Of[],
  rules: readonly Rule[],
): readonly AttackPath<Of>[] {
  if (findings.length === 0) return [];
  const around = agentsAround(assembly);
  const groups = new Map<readonly ReportedAgent[], Of[]>();
  const sameAgents = new Map<string, readonly ReportedAgent[]>();
  for (const finding of findings) {
    const concerned = around.get(resourceKeyOf(finding)) ?? [];
    const id = concerned.map(({ resource }) => resource.key).join(' ');
    const agents = sameAgents.get(id) ?? concerned;
    sameAgents.set(id, agents);
    addTo(groups, agents, finding);
  }
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const entrances = new Entrances(assembly);
  return [...groups]
    .map(([agents, each]) => pathOf({ agents, findings: each }, { assembly, entrances, byId }))
    .sort((a, b) => b.weight - a.weight)
    .map(({ path }) => path);
}

/** The agents that a finding in a resource concerns, by the resource's key. */
function agentsAround(assembly: Assembly): ReadonlyMap<string, readonly ReportedAgent[]> {
  const surroundings = new Surroundings(assembly);
  const around = new Map<string, ReportedAgent[]>();
  for (const agent of reportedAgentsOf(assembly)) for (const key of surroundings.of(agent)) addTo(around, key, agent);
  return around;
}

interface Known {
  readonly assembly: Assembly;
  readonly entrances: Entrances;
  readonly byId: ReadonlyMap<string, Rule>;
}

function pathOf<Of extends Finding>(
  group: { agents: readonly ReportedAgent[]; findings: readonly Of[] },
  { assembly, entrances, byId }: Known,
): { path: AttackPath<Of>; weight: number } {
  const [agent] = group.agents;
  if (agent === undefined) return { path: { steps: [], findings: worstFirst(group.findings) }, weight: -1 };
  const openedOf = new Map(
    group.findings.map((finding) => [finding, openedBy(finding, byId.get(ruleOf(finding)), agent, assembly)] as const),
  );
  const findings = worstFirst(group.findings, openedOf);
  const opened = findings.flatMap((finding) => openedOf.get(finding) ?? []);
  const into = group.agents.flatMap(({ resource }) => entrances.into(resource));
  const ends = opened.toSorted((a, b) => b.width - a.width).flatMap(({ what }) => what ?? []);
  const steps = [
    ...listed(into.map(({ label }) => label)),
    ...listed(group.agents.map(({ label }) => label)),
    ...listed(ends),
  ];
  return {
    path: { steps, findings },
    weight: weightOf(
      findings,
      opened,
      into.some(({ isOpen }) => isOpen),
    ),
  };
}

const WEIGHT = { fatal: 100, error: 10, warning: 0 } as const;

/** By severity, then by how much a finding opens. */
function worstFirst<Of extends Finding>(findings: readonly Of[], opened?: ReadonlyMap<Of, Opened>): readonly Of[] {
  const widthOf = (finding: Of) => opened?.get(finding)?.width ?? 0;
  return findings.toSorted((a, b) => WEIGHT[b.severity] - WEIGHT[a.severity] || widthOf(b) - widthOf(a));
}

/** First what may act and can also get something out, or in; then by the number of findings. */
function weightOf(findings: readonly Finding[], opened: readonly Opened[], isOpen: boolean): number {
  const counted = opened.filter((_, i) => findings[i]?.severity !== 'warning').map(({ kind }) => kind);
  const kinds = (['right', 'way out', 'secret'] as const).filter((kind) => counted.includes(kind)).length;
  const worst = Math.max(...findings.map(({ severity }) => WEIGHT[severity]));
  return (
    kinds * 100_000 +
    Math.max(0, ...opened.map(({ width }) => width)) * 20_000 +
    (isOpen ? 10_000 : 0) +
    worst +
    Math.min(findings.length, 9)
  );
}

/** The steps of each finding's path. */
export function stepsByFinding<Of extends Finding>(
  paths: readonly AttackPath<Of>[],
): ReadonlyMap<Of, readonly string[]> {
  return new Map(paths.flatMap(({ findings, steps }) => findings.map((finding) => [finding, steps] as const)));
}

/** The rule of a finding, without the detail. */
export function ruleOf({ ruleId }: Pick<Finding, 'ruleId'>): string {
  return ruleId.split('[')[0] ?? ruleId;
}

/** A step with several names; none for no name. */
function listed(all: readonly string[]): string[] {
  const names = [...new Set(all)];
  if (names.length === 0) return [];
  const more = names.length - NAMED;
  return [[...names.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])].join(', ')];
}
