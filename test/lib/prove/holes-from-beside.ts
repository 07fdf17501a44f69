import type { JsonValue } from '../../../runtime/core/contracts';
import { grant, grantBeside, type Hole, ROLES } from './hole';
import { arnOf, idOf, propertiesOf, type Resources, withoutDenies } from './quickstart-template';

type Arn = (r: Resources) => JsonValue;

const its =
  (type: string, start: string, rest = ''): Arn =>
  (r) => {
    const id = idOf(r, type, start);
    return rest === '' ? arnOf(r, type, start) : { 'Fn::Sub': `\${${id}.Arn}${rest}` };
  };
/** An ARN written out: `ecs:task/`, of this account and region. */
const named =
  (service: string, kind: string, type: string, start: string, rest = ''): Arn =>
  (r) => {
    const account = service === 'apigateway' ? '' : `\${AWS::AccountId}`;
    const arn = `arn:\${AWS::Partition}:${service}:\${AWS::Region}:${account}:${kind}`;
    return { 'Fn::Sub': `${arn}\${${idOf(r, type, start)}}${rest}` };
  };
const secret: Arn = (r) => ({ Ref: idOf(r, 'AWS::SecretsManager::Secret', 'TicketsCredential') });
const workflow: Arn = (r) => ({ Ref: idOf(r, 'AWS::StepFunctions::StateMachine', 'AgentApprovalsStateMachine') });
const state = its('AWS::DynamoDB::Table', 'AgentState');
const evidence = its('AWS::S3::Bucket', 'AgentLedgerEvidence');
const objects = its('AWS::S3::Bucket', 'AgentLedgerEvidence', '/*');
const executor = its('AWS::Lambda::Function', 'TicketsExecutor');
const executorRole = its('AWS::IAM::Role', ROLES.tickets);

/** What a role of the app's own could do to the runtime, by name and without any wildcard. */
const RIGHTS: readonly (readonly [action: string, on: Arn, target: string])[] = [
  ['s3:PutBucketPolicy', evidence, 'AgentLedgerEvidence'],
  ['s3:PutReplicationConfiguration', evidence, 'AgentLedgerEvidence'],
  ['s3:ListBucket', evidence, 'AgentLedgerEvidence'],
  ['s3:GetObjectVersion', objects, 'AgentLedgerEvidence'],
  ['s3:GetObject', its('AWS::S3::Bucket', 'AgentLedgerTrailFiles', '/*'), 'AgentLedgerTrailFiles'],
  ['kms:ReEncryptFrom', its('AWS::KMS::Key', 'AgentLedgerEvidenceKey'), 'AgentLedgerEvidenceKey'],
  ['dynamodb:BatchWriteItem', state, 'AgentState'],
  ['dynamodb:PartiQLUpdate', state, 'AgentState'],
  ['dynamodb:Scan', state, 'AgentState'],
  ['dynamodb:Query', its('AWS::DynamoDB::Table', 'AgentState', '/index/*'), 'AgentState'],
  ['dynamodb:DeleteTable', state, 'AgentState'],
  ['dynamodb:PutResourcePolicy', state, 'AgentState'],
  ['iam:PutRolePolicy', executorRole, 'TicketsExecutorRole'],
  ['iam:AttachRolePolicy', executorRole, 'TicketsExecutorRole'],
  ['iam:UpdateAssumeRolePolicy', executorRole, 'TicketsExecutorRole'],
  ['iam:DeleteRolePermissionsBoundary', executorRole, 'TicketsExecutorRole'],
  [
    'iam:CreatePolicyVersion',
    (r) => ({ Ref: idOf(r, 'AWS::IAM::ManagedPolicy', 'TicketsBoundary') }),
    'TicketsBoundary',
  ],
  ['lambda:UpdateFunctionConfiguration', executor, 'TicketsExecutorFunction'],
  ['lambda:AddPermission', executor, 'TicketsExecutorFunction'],
  ['lambda:PutResourcePolicy', executor, 'TicketsExecutorFunction'],
  ['states:UpdateStateMachine', workflow, 'AgentApprovalsStateMachine'],
  ['states:RedriveExecution', workflow, 'AgentApprovalsStateMachine'],
  ['secretsmanager:UpdateSecret', secret, 'TicketsCredential'],
  ['secretsmanager:DeleteResourcePolicy', secret, 'TicketsCredential'],
  ['secretsmanager:DeleteSecret', secret, 'TicketsCredential'],
  [
    'apigateway:PATCH',
    named('apigateway', '/restapis/', 'AWS::ApiGateway::RestApi', 'AgentGateApi', '/*'),
    'AgentGateApi',
  ],
  ['ecs:RunTask', (r) => ({ Ref: idOf(r, 'AWS::ECS::TaskDefinition', 'AgentTask') }), 'AgentTaskDefinition'],
  ['ecs:ExecuteCommand', named('ecs', 'task/', 'AWS::ECS::Cluster', 'AgentTask', '/*'), 'AgentTaskCluster'],
  ['cloudtrail:StopLogging', its('AWS::CloudTrail::Trail', 'AgentLedgerTrail'), 'AgentLedgerTrail'],
  [
    'ec2:CreateRoute',
    named('ec2', 'route-table/', 'AWS::EC2::RouteTable', 'AgentNetworkVpcIsolatedSubnet1'),
    'AgentNetworkVpcIsolatedSubnet1RouteTable',
  ],
  [
    'ec2:AuthorizeSecurityGroupEgress',
    named('ec2', 'security-group/', 'AWS::EC2::SecurityGroup', 'AgentAgentGroup'),
    'AgentAgentGroup',
  ],
  ['logs:FilterLogEvents', its('AWS::Logs::LogGroup', 'AgentTaskLogs'), 'AgentTaskLogs'],
];

export const CHANGES_FROM_BESIDE: readonly Hole[] = [
  {
    name: 'a function without its own policy, whose versions a role of the app’s own may invoke',
    claim: 'uses-are-expected',
    names: /^Beside may(, under conditions,)? lambda:InvokeFunction on AgentSessionsEndFunction\w+ \(.*Beside #0/,
    dig: (r) => {
      delete r[idOf(r, 'AWS::Lambda::ResourcePolicy', 'AgentSessionsEnd')];
      grantBeside(r, {
        Action: 'lambda:InvokeFunction',
        Resource: its('AWS::Lambda::Function', 'AgentSessionsEnd', ':*')(r),
      });
    },
  },
  ...RIGHTS.map(
    ([action, on, target]): Hole => ({
      name: `a role of the app’s own that may ${action} on ${target}`,
      claim: 'uses-are-expected',
      names: new RegExp(`^Beside may(, under conditions,)? ${action} on ${target}\\w+ \\(.*Beside #0`),
      dig: (r) => grantBeside(r, { Action: action, Resource: on(r) }),
    }),
  ),
  {
    name: 'a ledger whose policy a role may change, by the bucket’s own ARN',
    claim: 'ledger-is-permanent',
    names: /^AgentGateRole\w+ may s3:PutBucketPolicy on AgentLedgerBucket\w+ \(Hole #0\)/,
    dig: (r) => {
      grant(r, 'gate', { Action: 's3:PutBucketPolicy', Resource: its('AWS::S3::Bucket', 'AgentLedgerBucket')(r) });
      withoutDenies(propertiesOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerBucketPolicy').PolicyDocument);
    },
  },
  {
    name: 'a function that a role may invoke by any version, its Deny gone',
    claim: 'uses-are-expected',
    names: /^Beside may(, under conditions,)? lambda:InvokeFunction on AgentSessionsEndFunction\w+ \(Beside #0/,
    dig: (r) => {
      grantBeside(r, {
        Action: 'lambda:InvokeFunction',
        Resource: its('AWS::Lambda::Function', 'AgentSessionsEnd', ':*')(r),
      });
      delete r[idOf(r, 'AWS::Lambda::ResourcePolicy', 'AgentSessionsEnd')];
    },
  },
  {
    name: 'an executor whose policies a role may change',
    claim: 'rights-are-deployed-only',
    names: /^Beside may iam:PutRolePolicy on TicketsExecutorRole\w+ \(Beside #0\)/,
    dig: (r) => grantBeside(r, { Action: 'iam:PutRolePolicy', Resource: executorRole(r) }),
  },
];
