import { shellWord } from '../../command-line/command-hint';
import { blocked, type Finding, note, ready } from '../finding';
import { unlessAbsent } from '../pages';
import type { PreflightCheck, PreflightClients } from '../preflight-check';
import { DescribeLogGroupsCommand, DescribeSecretCommand, GetTrailCommand } from '../sdk';
import type { Target } from '../target';
import { logPoliciesOf } from './log-policies';

/** A name that exists once in an account and region. */
interface NamedKind {
  readonly type: string;
  readonly property: string;
  readonly exists: (clients: PreflightClients, name: string) => Promise<boolean>;
  /** The command that frees the name. */
  readonly free: (name: string) => string;
}

const KINDS: readonly NamedKind[] = [
  {
    type: 'AWS::CloudTrail::Trail',
    property: 'TrailName',
    exists: async ({ cloudTrail }, Name) =>
      (await unlessAbsent(cloudTrail.send(new GetTrailCommand({ Name })), 'TrailNotFound')) !== undefined,
    free: (name) => `aws cloudtrail delete-trail --name ${shellWord(name)}`,
  },
  {
    type: 'AWS::Logs::LogGroup',
    property: 'LogGroupName',
    exists: async ({ logs }, name) => {
      const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
      return logGroups?.some(({ logGroupName }) => logGroupName === name) === true;
    },
    free: (name) => `aws logs delete-log-group --log-group-name ${shellWord(name)}`,
  },
  {
    type: 'AWS::Logs::ResourcePolicy',
    property: 'PolicyName',
    exists: async ({ logs }, name) => (await logPoliciesOf(logs)).some(({ policyName }) => policyName === name),
    free: (name) => `aws logs delete-resource-policy --policy-name ${shellWord(name)}`,
  },
  {
    type: 'AWS::SecretsManager::Secret',
    property: 'Name',
    // A secret that is scheduled for deletion still has its name.
    exists: async ({ secretsManager }, SecretId) =>
      (await unlessAbsent(secretsManager.send(new DescribeSecretCommand({ SecretId })), 'ResourceNotFound')) !==
      undefined,
    free: (name) => `aws secretsmanager delete-secret --force-delete-without-recovery --secret-id ${shellWord(name)}`,
  },
];

/** Names of Network Firewall. This program has no client for it, so the command is printed. */
const NOT_ASKED: readonly (readonly [type: string, property: string, command: (name: string) => string])[] = [
  ['AWS::NetworkFirewall::Firewall', 'FirewallName', (name) => `describe-firewall --firewall-name ${name}`],
  [
    'AWS::NetworkFirewall::FirewallPolicy',
    'FirewallPolicyName',
    (name) => `describe-firewall-policy --firewall-policy-name ${name}`,
  ],
  [
    'AWS::NetworkFirewall::RuleGroup',
    'RuleGroupName',
    (name) => `describe-rule-group --type STATEFUL --rule-group-name ${name}`,
  ],
];

/**
 * CloudFormation can't create a resource whose name is taken, for example by what an earlier, deleted stack retained.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
 */
export const existingNames: PreflightCheck = {
  title: 'names',
  permissions: [
    'cloudtrail:GetTrail',
    'logs:DescribeLogGroups',
    'logs:DescribeResourcePolicies',
    'secretsmanager:DescribeSecret',
  ],
  run: async (target, clients) => {
    const found = await Promise.all(
      KINDS.flatMap((kind) => namesOf(target, kind).map((name) => ask(clients, kind, name))),
    );
    const notAsked = NOT_ASKED.flatMap(([type, property, command]) =>
      namesOf(target, { type, property }).map((name) =>
        note(
          `whether ${type} ${name} exists wasn't asked`,
          `it is free if this says ResourceNotFoundException: aws network-firewall ${command(shellWord(name))}`,
        ),
      ),
    );
    return [...found.flat(), ...notAsked];
  },
};

function namesOf(target: Target, { type, property }: Pick<NamedKind, 'type' | 'property'>): string[] {
  return target.toCreate(type).flatMap((resource) => target.texts(resource, property));
}

async function ask(clients: PreflightClients, { type, exists, free }: NamedKind, name: string): Promise<Finding[]> {
  if (!(await exists(clients, name))) return [ready(`${name} is free`)];
  return [
    blocked(
      `${type} ${name} exists, and no stack of these templates owns it`,
      `if nothing uses it any more: ${free(name)}`,
    ),
  ];
}
