import { statementPath } from '../../lib/checks/judge/statement-width';
import type { Finding, Pillar, Rule } from '../../lib/checks/rule';
import { type Assembly, describe, referencesIn, type Value } from '../../lib/template';
import { type Statement, statementsOf } from '../../lib/template/iam/policy';
import type { ReportedAgent } from './agents';
import { resourceKeyOf } from './resource-key';
import { kindAndNameOf } from './resource-names';

/** What a finding lets an agent do that was fooled, and how bad that is. */
export interface Opened {
  /** `s3:* on any bucket`. Undefined where the template shows nothing that an agent gains. */
  readonly what?: string;
  /** `right`: it may act beyond its task. `way out`: it reaches others. `secret`: it holds what opens more. */
  readonly kind: 'right' | 'way out' | 'secret' | 'other';
  /** How much it opens, to name the worst first. */
  readonly width: number;
}

/** What a finding of each pillar opens, where no policy says it. */
const BY_PILLAR: { readonly [pillar in Pillar]?: Opened } = {
  network: wayOut('a way out of its network'),
  secrets: { what: 'a credential', kind: 'secret', width: 2 },
};

const NOTHING: Opened = { kind: 'other', width: 0 };

/** Rules that open something else than the others of their pillar. */
export const OPENED_BY_RULE: { readonly [ruleId: string]: Opened } = {
  NetworkDnsFirewalled: wayOut('DNS queries to any name'),
  NetworkDnsNamesWhole: wayOut('DNS queries to any name'),
  NetworkEndpointPinned: wayOut('other accounts through an endpoint'),
  NetworkFlowLogged: NOTHING,
  NetworkManagedAgentInVpc: wayOut('any host on the internet'),
  NetworkMoreThanOneZone: NOTHING,
  NetworkNoOpenGroup: wayOut('public addresses'),
  NetworkNoRouteOut: wayOut('a route out of its network'),
  SandboxManagedToolsClosed: { what: 'tools that run what the model writes', kind: 'right', width: 2 },
  // About who else reads a secret, or for how long it is of use.
  SecretsOneReader: NOTHING,
  SecretsRotated: NOTHING,
};

function wayOut(what: string): Opened {
  return { what, kind: 'way out', width: 2 };
}

/** Actions of one statement that are named. */
const NAMED_ACTIONS = 3;

/** Everything of a kind, by the service whose action has the resource `*`. */
const ANY: { readonly [service: string]: string } = {
  dynamodb: 'any table',
  iam: 'any role or user',
  kms: 'any key',
  lambda: 'any function',
  s3: 'any bucket',
  secretsmanager: 'any secret',
  sns: 'any topic',
  sqs: 'any queue',
  ssm: 'any parameter',
};

/** What a finding opens to an agent: the rights of the policy statement in which it is; elsewhere by its pillar. */
export function openedBy(finding: Finding, rule: Rule | undefined, agent: ReportedAgent, assembly: Assembly): Opened {
  const statement = statementOf(finding, agent);
  if (statement !== undefined) {
    return { what: rightsOf(statement, assembly), kind: 'right', width: widthOf(statement) };
  }
  const policy = attachedBy(finding, agent);
  if (policy !== undefined) return { what: `all that ${policy} allows`, kind: 'right', width: 2 };
  return (rule && (OPENED_BY_RULE[rule.id] ?? BY_PILLAR[rule.pillar])) ?? NOTHING;
}

function statementOf(finding: Finding, { workloads }: ReportedAgent): Statement | undefined {
  for (const placed of workloads.flatMap(({ policies }) => policies.policies)) {
    if (placed.holder.key !== resourceKeyOf(finding)) continue;
    const found = statementsOf(placed.policy).find((statement) => {
      const path = statementPath(placed.property, statement);
      return finding.property === path || finding.property.startsWith(`${path}.`);
    });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The name of a policy whose text isn't in the template. */
function attachedBy(finding: Finding, { workloads }: ReportedAgent): string | undefined {
  const found = workloads
    .flatMap(({ policies }) => policies.foreign)
    .find(({ holder, property }) => holder.key === resourceKeyOf(finding) && property === finding.property);
  return found && describe(found.arn).replace(/^.*\//, '');
}

function widthOf({ action, resource }: Statement): number {
  const actions = action.patterns.map(describe);
  // What a workload writes about itself is the least.
  if (!action.negated && actions.every((each) => /^(logs|xray|cloudwatch):/i.test(each))) return 0;
  const isAnyAction = action.negated || actions.some((each) => /[*?]/.test(each));
  const isAnyResource = resource?.negated === true || (resource?.patterns ?? []).some((each) => describe(each) === '*');
  return 1 + Number(isAnyAction) + Number(isAnyResource);
}

function rightsOf({ action, resource }: Statement, assembly: Assembly): string {
  const names = action.patterns.map(describe);
  const shown = [...names.slice(0, NAMED_ACTIONS), ...(names.length > NAMED_ACTIONS ? ['…'] : [])].join(', ');
  const actions = action.negated ? `everything but ${shown}` : names.includes('*') ? 'every action' : shown;
  const targets = new Set(
    (resource?.patterns ?? []).map((pattern) => targetOf(pattern, action.negated ? [] : names, assembly)),
  );
  const on = resource?.negated ? 'everything but what it names' : [...targets].slice(0, 2).join(' and ');
  return on === '' ? actions : `${actions} on ${on}${targets.size > 2 ? ' …' : ''}`;
}

function targetOf(pattern: Value, actions: readonly string[], assembly: Assembly): string {
  const [named] = referencesIn(pattern).flatMap((reference) => assembly.find(reference) ?? []);
  if (named !== undefined) return kindAndNameOf(named);
  const text = describe(pattern);
  if (text !== '*') return shortArn(text);
  const services = new Set(actions.map((action) => action.split(':')[0]?.toLowerCase() ?? ''));
  const [service = ''] = services;
  return anyOf(services.size === 1 ? service : '');
}

function anyOf(service: string): string {
  return ANY[service] ?? 'any resource';
}

/** `dynamodb table/orders` of `arn:aws:dynamodb:eu-west-1:111122223333:table/orders` */
function shortArn(text: string): string {
  // A pseudo parameter has colons too.
  const [arn, , service = '', , , ...resource] = text.replace(/\$\{AWS::\w+\}/g, '').split(':');
  if (arn !== 'arn' || resource.length === 0) return text;
  return resource.join(':') === '*' ? anyOf(service) : `${service} ${resource.join(':')}`;
}
