import type { JsonObject } from '../../../runtime/core/contracts';
import {
  documentsOf,
  endpointProperties as endpoint,
  endpointOf,
  type Gap,
  key,
  listed,
  onlyFrom,
  remove,
  withoutUse,
} from './allow-gap';
import { idOf, propertiesOf, type Resources, statementsIn } from './quickstart-template';

const trust = (r: Resources, role: string): JsonObject[] =>
  statementsIn(propertiesOf(r, 'AWS::IAM::Role', role).AssumeRolePolicyDocument);
const rule = (r: Resources, start: string): JsonObject => propertiesOf(r, 'AWS::Events::Rule', start);
const keyProperties = (r: Resources, start: string): JsonObject => propertiesOf(r, 'AWS::KMS::Key', start);
const withoutSid = (document: JsonObject, ...sids: string[]): void =>
  remove(document, ({ Sid }) => sids.includes(String(Sid)));
const filesPolicy = (r: Resources): JsonObject =>
  propertiesOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerTrailFilesBucketPolicy').PolicyDocument as JsonObject;

/** What services of AWS must do, and can't: assume roles, start parts, use keys, write logs and trails, answer as models. */
export const UNUSABLE_SERVICES: readonly Gap[] = [
  {
    name: 'a Deny in the trust policy of the gate’s role',
    names:
      /^lambda\.amazonaws\.com lacks sts:AssumeRole on the role of the gate: trust policy: AgentGateRole\w+ #1 denies it$/,
    dig: (r) => trust(r, 'AgentGateRole').push({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }),
  },
  {
    name: 'the trust of another service',
    names: /^lambda\.amazonaws\.com lacks sts:AssumeRole on the role of the gate: trust policy: no statement/,
    dig: (r) => {
      for (const statement of trust(r, 'AgentGateRole')) statement.Principal = { Service: 'ec2.amazonaws.com' };
    },
  },
  {
    name: 'another account in the execution role’s trust',
    names:
      /^ecs-tasks\.amazonaws\.com lacks sts:AssumeRole on the role of the task starter: trust policy: can't be proven: /,
    dig: (r) => {
      for (const { Condition } of trust(r, 'AgentTaskExecutionRole')) {
        (Condition as { ArnLike: JsonObject }).ArnLike['aws:SourceArn'] = 'arn:aws:ecs:eu-west-1:999988887777:*';
      }
    },
  },
  {
    name: 'the trust of the workflow’s role for another kind of resource',
    names:
      /^states\.amazonaws\.com lacks sts:AssumeRole on the role of the approval workflow: trust policy: no statement/,
    dig: (r) => {
      for (const { Condition } of trust(r, 'AgentApprovalsWorkflowRole')) {
        (Condition as { ArnLike: JsonObject }).ArnLike['aws:SourceArn'] = 'arn:aws:states:*:*:activity:*';
      }
    },
  },
  {
    name: 'the sealer’s schedule',
    names: /^the sealer lacks a schedule: event rule: none starts it$/,
    dig: (r) => {
      delete r[idOf(r, 'AWS::Events::Rule', 'AgentLedgerSealerEveryMinute')];
    },
  },
  {
    name: 'a schedule that is off',
    names: /^the rule about sealer isn't on: event rule: AgentLedgerSealerEveryMinute\w+: its State is DISABLED$/,
    dig: (r) => {
      rule(r, 'AgentLedgerSealerEveryMinute').State = 'DISABLED';
    },
  },
  {
    name: 'a sealer that an event starts, and no schedule',
    names: /^the sealer lacks a schedule: event rule: AgentLedgerSealerEveryMinute\w+ has no schedule$/,
    dig: (r) => {
      delete rule(r, 'AgentLedgerSealerEveryMinute').ScheduleExpression;
      rule(r, 'AgentLedgerSealerEveryMinute').EventPattern = { source: ['aws.s3'] };
    },
  },
  {
    name: 'the sealer itself',
    names: /^the gate lacks a sealer: event rule: no function that a rule starts has AgentLedgerBucket/,
    dig: (r) => {
      delete r[idOf(r, 'AWS::Lambda::Function', 'AgentLedgerSealerSealFunction')];
    },
  },
  {
    name: 'a rule for stopped tasks that is off',
    names: /^the rule about .*session end.* isn't on: event rule: AgentSessionsTaskStopped\w+: its State is DISABLED$/,
    dig: (r) => {
      rule(r, 'AgentSessionsTaskStopped').State = 'DISABLED';
    },
  },
  {
    name: 'the rule for stopped tasks',
    names: /^the session launcher lacks a session end: event rule: no function that a rule starts has /,
    dig: (r) => {
      delete r[idOf(r, 'AWS::Events::Rule', 'AgentSessionsTaskStopped')];
    },
  },
  {
    name: 'the tasks of another cluster',
    names:
      /^the session end lacks the event of a stopped task: event rule: AgentSessionsTaskStopped\w+ has another pattern$/,
    dig: (r) => {
      r.Cluster = { Type: 'AWS::ECS::Cluster', Properties: {} };
      const { detail } = rule(r, 'AgentSessionsTaskStopped').EventPattern as { detail: JsonObject };
      detail.clusterArn = [{ 'Fn::GetAtt': ['Cluster', 'Arn'] }];
    },
  },
  {
    name: 'tasks that start',
    names:
      /^the session end lacks the event of a stopped task: event rule: AgentSessionsTaskStopped\w+ has another pattern$/,
    dig: (r) => {
      const { detail } = rule(r, 'AgentSessionsTaskStopped').EventPattern as { detail: JsonObject };
      detail.lastStatus = ['RUNNING'];
    },
  },
  {
    name: 'a watch of requests that ended',
    names: /^the approval watch lacks the event of a waiting request: event rule: \S+ has another pattern$/,
    dig: (r) => {
      const { detail } = rule(r, 'AgentApprovalsWatchStarted').EventPattern as { detail: JsonObject };
      detail.status = ['SUCCEEDED'];
    },
  },
  {
    name: 'the rule for waiting requests',
    names: /^the approval workflow lacks an approval watch: event rule: none starts one$/,
    dig: (r) => {
      delete r[idOf(r, 'AWS::Events::Rule', 'AgentApprovalsWatchStarted')];
    },
  },
  {
    name: 'the method for calls',
    names: /^the agent lacks \/v1\/POST\/calls of the gate API: method: no deployed method of AgentGateApi\w+ has it$/,
    dig: (r) => {
      delete r[idOf(r, 'AWS::ApiGateway::Method', 'AgentGateApicallsPOST')];
    },
  },
  {
    name: 'another stage of the desk',
    names: /^the approver lacks \/desk\/POST\/requests\/\*\/decision of the desk API: method: /,
    dig: (r) => {
      propertiesOf(r, 'AWS::ApiGateway::Stage', 'AgentApprovalsDeskApi').StageName = 'test';
    },
  },
  {
    name: 'a rule on another event bus',
    names: /^the session end lacks the event of a stopped task: event rule: \S+ isn't on the default event bus$/,
    dig: (r) => {
      rule(r, 'AgentSessionsTaskStopped').EventBusName = 'other';
    },
  },
  {
    name: 'a function that never runs',
    names: /^the decision lacks concurrency: function: \S+ has ReservedConcurrentExecutions 0/,
    dig: (r) => {
      propertiesOf(r, 'AWS::Lambda::Function', 'AgentApprovalsDecide').ReservedConcurrentExecutions = 0;
    },
  },
  {
    name: 'CloudWatch Logs in the policy of a log group’s key',
    names:
      /^CloudWatch Logs lacks kms:Encrypt, .* on AgentTaskLogsAgent\w+: key policy: no statement of AgentTaskLogsKey\w+ allows it$/,
    dig: (r) => withoutSid(key(r, 'AgentTaskLogsKey'), 'CloudWatchLogsOfThisStack'),
  },
  {
    name: 'CloudWatch Logs for another account’s log groups',
    names: /^CloudWatch Logs lacks kms:Encrypt, .* on AgentNetworkLogsDnsQueries\w+: key policy: no statement of /,
    dig: (r) => {
      for (const { Sid, Condition } of statementsIn(key(r, 'AgentNetworkLogsKey'))) {
        if (Sid !== 'CloudWatchLogsOfThisStack') continue;
        (Condition as { ArnLike: JsonObject }).ArnLike = {
          'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:eu-west-1:999988887777:query-result:*',
        };
      }
    },
  },
  {
    name: 'a signing key that is off',
    names: /^the sealer lacks kms:Sign, kms:GetPublicKey on signing key: key: \S+ can't be used: Enabled is false$/,
    dig: (r) => {
      keyProperties(r, 'AgentLedgerSealerSigningKey').Enabled = false;
    },
  },
  {
    name: 'a signing key that can’t sign',
    names: /^the sealer lacks kms:Sign, .*: key: \S+ can't be used: KeySpec is RSA_2048$/,
    dig: (r) => {
      keyProperties(r, 'AgentLedgerSealerSigningKey').KeySpec = 'RSA_2048';
    },
  },
  {
    name: 'a ledger’s key without material',
    names: /^the gate lacks .*on key of the ledger: key: \S+ can't be used: Origin is EXTERNAL$/,
    dig: (r) => {
      keyProperties(r, 'AgentLedgerKey').Origin = 'EXTERNAL';
    },
  },
  {
    name: 'a key of logs that is off',
    names: /^CloudWatch Logs lacks .* on AgentTaskLogsAgent\w+: key: \S+ can't be used: Enabled is false$/,
    dig: (r) => {
      keyProperties(r, 'AgentTaskLogsKey').Enabled = false;
    },
  },
  {
    name: 'CloudTrail in the policy of the trail’s key',
    names: /^CloudTrail lacks kms:GenerateDataKey on AgentLedgerTrail\w+: key policy: no statement of /,
    dig: (r) => withoutSid(key(r, 'AgentLedgerTrailFilesKey'), 'TrailEncrypts'),
  },
  {
    name: 'the key for another trail',
    names: /^CloudTrail lacks kms:DescribeKey on AgentLedgerTrail\w+: key policy: /,
    dig: (r) => {
      for (const statement of statementsIn(key(r, 'AgentLedgerTrailFilesKey'))) {
        if (statement.Sid !== 'TrailEncrypts') continue;
        statement.Condition = {
          StringEquals: { 'aws:SourceArn': 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/other' },
        };
      }
    },
  },
  {
    name: 'the trail’s files in the bucket’s policy',
    names: /^CloudTrail lacks s3:PutObject on AgentLedgerTrailFilesBucket\w+: resource policy: no statement of /,
    dig: (r) => withoutSid(filesPolicy(r), 'TrailDelivers'),
  },
  {
    name: 'the read of the ACL in the bucket’s policy',
    names: /^CloudTrail lacks s3:GetBucketAcl on AgentLedgerTrailFilesBucket\w+: resource policy: no statement of /,
    dig: (r) => withoutSid(filesPolicy(r), 'TrailAsksWhose'),
  },
  {
    name: 'another folder for the trail’s files',
    names: /^CloudTrail lacks s3:PutObject on AgentLedgerTrailFilesBucket\w+: resource policy: no statement of /,
    dig: (r) => {
      propertiesOf(r, 'AWS::CloudTrail::Trail', 'AgentLedgerTrail').S3KeyPrefix = 'elsewhere';
    },
  },
  {
    name: 'a trail that is off',
    names: /^CloudTrail lacks a trail that is on: trail: IsLogging of /,
    dig: (r) => {
      propertiesOf(r, 'AWS::CloudTrail::Trail', 'AgentLedgerTrail').IsLogging = false;
    },
  },
  {
    name: 'EventBridge’s policy for the log group of refused attempts',
    names:
      /^events\.amazonaws\.com lacks logs:CreateLogStream on AgentLedgerTrailRefusedAttempts\w+: resource policy: no statement of /,
    dig: (r) => {
      delete r[idOf(r, 'AWS::Logs::ResourcePolicy', 'AgentLedgerTrailRefused')];
    },
  },
  {
    name: 'the rules in EventBridge’s policy for the log group',
    names: /^events\.amazonaws\.com lacks logs:PutLogEvents on AgentLedgerTrailRefusedAttempts\w+: resource policy: /,
    dig: (r) => {
      const properties = propertiesOf(r, 'AWS::Logs::ResourcePolicy', 'AgentLedgerTrailRefused');
      const text = JSON.stringify(properties.PolicyDocument);
      properties.PolicyDocument = JSON.parse(
        text.replace(idOf(r, 'AWS::Events::Rule', 'AgentLedgerTrailRefused2B'), 'AgentLedgerKey838CBEC1'),
      );
    },
  },
  {
    name: 'a bucket for another endpoint than the network’s own',
    names:
      /^the gate lacks s3:PutObject.* on evidence results\/Agent-\w+-\*.*: resource policy: \S+ OwnEndpoint denies it$/,
    dig: (r) => onlyFrom(r, 'aws:SourceVpce', { Ref: endpointOf(r, 'Kms') }),
  },
  {
    name: 'the models behind an inference profile, in role and endpoint',
    names:
      /^the agent lacks bedrock:InvokeModel, bedrock:InvokeModelWithResponseStream on arn:aws:bedrock:\S+::foundation-model\/anthropic\.claude-sonnet-4-5-20250929-v1:0: role: /,
    dig: (r) => {
      for (const document of documentsOf(r, 'AgentAgentRole')) {
        remove(document, ({ Resource }) => JSON.stringify(Resource ?? '').includes('::foundation-model/'));
      }
      for (const statement of statementsIn(endpoint(r, 'BedrockRuntime').PolicyDocument)) {
        const kept = listed(statement.Resource).filter((arn) => !JSON.stringify(arn).includes('::foundation-model/'));
        statement.Resource = kept;
      }
    },
  },
  {
    name: 'every model, in role and endpoint',
    names: /^the agent lacks bedrock:InvokeModel on eu\.anthropic\.claude-sonnet-\S+: role: no role may invoke/,
    dig: (r) => {
      for (const document of documentsOf(r, 'AgentAgentRole')) {
        document.Statement = statementsIn(document).filter(
          ({ Action }) => !JSON.stringify(Action ?? '').includes('bedrock:'),
        );
      }
      withoutUse(r, 'BedrockRuntime', 'AgentAgentRole', 'bedrock:InvokeModel');
    },
  },
  {
    name: 'InvokeModel alone, in role and endpoint',
    names: /^the agent lacks bedrock:InvokeModel on eu\.anthropic\.claude-sonnet-\S+: role: no role may invoke/,
    dig: (r) => {
      const all = [
        ...documentsOf(r, 'AgentAgentRole').flatMap(statementsIn),
        ...statementsIn(endpoint(r, 'BedrockRuntime').PolicyDocument),
      ];
      for (const statement of all) {
        if (!listed(statement.Action).includes('bedrock:InvokeModel')) continue;
        statement.Action = listed(statement.Action).filter((action) => action !== 'bedrock:InvokeModel');
      }
    },
  },
];
