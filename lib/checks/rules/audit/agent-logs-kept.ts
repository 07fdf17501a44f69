import {
  type Assembly,
  describe,
  isTextual,
  listOf,
  memberOf,
  type Resource,
  referencesIn,
  resourcesIn,
  Unresolved,
} from '../../../template';
import { identityPoliciesOf } from '../../../template/iam/collect';
import { type Statement, statementsOf } from '../../../template/iam/policy';
import { trustOf } from '../../../template/iam/trust';
import { managedAgentsOf } from '../../facts/managed-agents';
import { agentsOf, logGroupsOf } from '../../facts/workloads';
import { assumed, offencesAt, unproven } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** An agent's log holds what it was told. It must exist, be readable by few, and end some day. */
export const agentLogsKept: Rule = {
  id: 'AuditAgentLogsKept',
  pillar: 'audit',
  severity: 'warning',
  holds: 'Each container of an agent’s task writes a log, and an agent’s log group has a retention and a KMS key.',
  source:
    'Amazon CloudWatch Logs User Guide, "Change log data retention" and "Encrypt log data using AWS KMS"; CloudWatch.16, ECS.9 of AWS Security Hub; NIST SP 800-53 AU-11, AU-12, SC-28',
  fix: 'Set RetentionInDays and KmsKeyId on the log group, and LogConfiguration on each container.',
  lists: ['MCP08:2025', 'NIST SP 800-53 AU-11'],
  insecure: `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: model
          PolicyDocument:
            Statement: [{ Effect: Allow, Action: 'bedrock:InvokeModel', Resource: 'arn:aws:bedrock:eu-west-1::foundation-model/example.model-v1' }]
  Log:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: desk }
  Desk:
    Type: AWS::Lambda::Function
    Properties: { Role: !GetAtt Role.Arn, LoggingConfig: { LogGroup: !Ref Log } }
`,
  secure: `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: model
          PolicyDocument:
            Statement: [{ Effect: Allow, Action: 'bedrock:InvokeModel', Resource: 'arn:aws:bedrock:eu-west-1::foundation-model/example.model-v1' }]
  Log:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: desk, RetentionInDays: 90, KmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/k' }
  Desk:
    Type: AWS::Lambda::Function
    Properties: { Role: !GetAtt Role.Arn, LoggingConfig: { LogGroup: !Ref Log } }
`,
  *check(assembly) {
    for (const group of logsOfAgents(assembly)) {
      yield* offencesAt(group, ['RetentionInDays'], (days) =>
        days === undefined ? 'an agent’s log is kept forever' : undefined,
      );
      yield* offencesAt(group, ['KmsKeyId'], (key) =>
        isTextual(key) ? undefined : 'an agent’s log is not encrypted with a key of the account',
      );
    }
    const tasks = agentsOf(assembly).map(({ resource }) => resource);
    for (const task of new Set(tasks)) {
      if (task.type === 'AWS::ECS::TaskDefinition') yield* silentContainers(task);
    }
  },
};

/** Groups that agents name, those whose name holds an agent's, and those into which Bedrock writes. */
function logsOfAgents(assembly: Assembly): ReadonlySet<Resource> {
  const agents = new Set([...agentsOf(assembly).map(({ resource }) => resource), ...managedAgentsOf(assembly)]);
  const named = [...agents].flatMap((agent) => logGroupsOf(assembly, agent));
  const byName = assembly.ofType('AWS::Logs::LogGroup').filter((group) =>
    group
      .property('LogGroupName')
      .flatMap(({ value }) => referencesIn(value))
      .some((reference) => {
        const agent = assembly.find(reference);
        return agent !== undefined && agents.has(agent);
      }),
  );
  const found = [...named, ...writtenByBedrock(assembly)].filter(({ type }) => type === 'AWS::Logs::LogGroup');
  return new Set([...found, ...byName]);
}

/** Bedrock writes what models are told and answer with a role of the app. */
function writtenByBedrock(assembly: Assembly): Resource[] {
  const identities = identityPoliciesOf(assembly);
  return assembly
    .ofType('AWS::IAM::Role')
    .filter((role) => statementsOf(trustOf(role)).some(isForBedrock))
    .flatMap((role) => identities.ofResource(role).policies)
    .flatMap(({ policy }) => statementsOf(policy))
    .filter(({ action }) => action.patterns.includes('logs:PutLogEvents'))
    .flatMap(({ resource }) => resource?.patterns ?? [])
    .flatMap((pattern) => resourcesIn(assembly, pattern));
}

function isForBedrock({ principal }: Statement): boolean {
  return principal?.patterns.some(({ value }) => describe(value).includes('bedrock.amazonaws.com')) === true;
}

function* silentContainers(task: Resource): Generator<Offence> {
  const told = new Set<string>();
  for (const { value, where, assuming } of task.items('ContainerDefinitions')) {
    const log = memberOf(value, 'LogConfiguration');
    const message = log instanceof Unresolved ? unproven(log) : silence(listOf(memberOf(log, 'LogDriver')).length > 0);
    if (message === undefined || told.has(where)) continue;
    told.add(where);
    yield { resource: task, property: `${task.below(where)}.LogConfiguration`, message: assumed(message, assuming) };
  }
}

function silence(writes: boolean): string | undefined {
  return writes ? undefined : 'what the container writes is lost: it has no log';
}
