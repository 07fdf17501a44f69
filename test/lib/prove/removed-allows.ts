import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { arnOf, idOf, propertiesOf, type Resources, statementsIn } from './quickstart-template';

/** An allow that a template lacks, or that is narrower than its part needs. */
export interface Gap {
  readonly name: string;
  /** What the counter-example says: who lacks which action on what, and in which layer. */
  readonly names: RegExp;
  readonly dig: (resources: Resources) => void;
}

/** Documents of the policies that are attached to the role whose logical id begins so. */
function documentsOf(r: Resources, role: string): JsonObject[] {
  const id = idOf(r, 'AWS::IAM::Role', role);
  return Object.values(r)
    .filter(({ Type, Properties }) => Type === 'AWS::IAM::Policy' && JSON.stringify(Properties.Roles).includes(id))
    .map(({ Properties }) => Properties.PolicyDocument as JsonObject);
}

function remove(document: JsonObject, drops: (statement: JsonObject) => boolean): void {
  const { length } = statementsIn(document);
  document.Statement = statementsIn(document).filter((statement) => !drops(statement));
  if (statementsIn(document).length === length) throw new Error('Nothing was removed.');
}

const listed = (value: JsonValue | undefined): JsonValue[] => [value ?? []].flat() as JsonValue[];

/** Takes an action out of a role's statement. */
function withoutAction(r: Resources, role: string, sid: string, action: string): void {
  const statement = statementOf(r, role, sid);
  const left = listed(statement.Action).filter((each) => each !== action);
  if (left.length === listed(statement.Action).length) throw new Error(`${sid} doesn't have ${action}.`);
  if (left.length === 0) statement.Effect = 'Deny';
  statement.Action = left.length === 0 ? 'none:None' : left;
}

function statementOf(r: Resources, role: string, sid: string): JsonObject {
  const found = documentsOf(r, role).flatMap(statementsIn).find(({ Sid }) => Sid === sid);
  if (found === undefined) throw new Error(`${role} has no statement ${sid}.`);
  return found;
}

function withoutStatement(r: Resources, role: string, sid: string): void {
  const holder = documentsOf(r, role).find((document) => statementsIn(document).some(({ Sid }) => Sid === sid));
  remove(holder ?? { Statement: [] }, ({ Sid }) => Sid === sid);
}

const endpointOf = (r: Resources, service: string): string =>
  idOf(r, 'AWS::EC2::VPCEndpoint', `AgentNetworkEndpoints${service}`);

/** The statements of an endpoint that name a role and have an action. */
function endpointStatements(r: Resources, service: string, role: string, action: string): JsonObject[] {
  const { PolicyDocument } = (r[endpointOf(r, service)] as Resources[string]).Properties;
  return statementsIn(PolicyDocument).filter(
    (statement) => JSON.stringify(statement).includes(role) && listed(statement.Action).includes(action),
  );
}

/** Takes a role's statements with an action, on a resource that contains a text, out of an endpoint's policy. */
function withoutUse(r: Resources, service: string, role: string, action: string, on = ''): void {
  const { PolicyDocument } = (r[endpointOf(r, service)] as Resources[string]).Properties;
  const drop = endpointStatements(r, service, role, action).filter(({ Resource }) => JSON.stringify(Resource).includes(on));
  remove(PolicyDocument as JsonObject, (statement) => drop.includes(statement));
}

/** Deletes the rules of one direction that lead from a group to a peer. */
function withoutRule(r: Resources, type: 'Egress' | 'Ingress', group: string, peer: string): void {
  const found = Object.keys(r).filter((id) => {
    const resource = r[id] as Resources[string];
    if (resource.Type !== `AWS::EC2::SecurityGroup${type}`) return false;
    const { GroupId, ...rest } = resource.Properties;
    return JSON.stringify(GroupId).includes(group) && JSON.stringify(rest).includes(peer);
  });
  if (found.length === 0) throw new Error(`No ${type} rule of ${group} names ${peer}.`);
  for (const id of found) delete r[id];
}

/** Takes host names that contain a text out of the list that the DNS firewall allows. */
function withoutName(r: Resources, part: RegExp): void {
  const list = propertiesOf(r, 'AWS::Route53Resolver::FirewallDomainList', 'AgentNetworkDnsFirewallAllowed');
  const left = listed(list.Domains).filter((domain) => !part.test(JSON.stringify(domain)));
  if (left.length === listed(list.Domains).length) throw new Error(`No name has ${part}.`);
  list.Domains = left;
}

const functionPolicy = (r: Resources, start: string): JsonObject =>
  propertiesOf(r, 'AWS::Lambda::ResourcePolicy', start).PolicyDocument as JsonObject;

const key = (r: Resources, start: string): JsonObject => propertiesOf(r, 'AWS::KMS::Key', start).KeyPolicy as JsonObject;

const isRootsAllow = ({ Effect, Principal }: JsonObject): boolean =>
  Effect === 'Allow' && JSON.stringify(Principal).includes(':root');

/** Allows that are gone. */
export const REMOVED: readonly Gap[] = [
  {
    name: 'the gate’s Query in its role',
    names: /^the gate lacks dynamodb:Query on state \(LAUNCHES\): role: no statement of AgentGateRole\w+ allows it$/,
    dig: (r) => withoutAction(r, 'AgentGateRole', 'ReadState', 'dynamodb:Query'),
  },
  {
    name: 'the gate’s PutObject on the ledger in its role',
    names: /^the gate lacks s3:PutObject on ledger entries\/\*: role: /,
    dig: (r) => withoutAction(r, 'AgentGateRole', 'LedgerAppend', 's3:PutObject'),
  },
  {
    name: 'the gate’s use of the ledger’s key in its role',
    names: /^the gate lacks kms:GenerateDataKey, kms:Decrypt on key of the ledger: role: /,
    dig: (r) => withoutStatement(r, 'AgentGateRole', 'LedgerAppendKey'),
  },
  {
    name: 'the gate’s network interfaces',
    names: /^the gate lacks ec2:CreateNetworkInterface: role: /,
    dig: (r) => withoutAction(r, 'AgentGateRole', 'ManageOwnNetworkInterfaces', 'ec2:CreateNetworkInterface'),
  },
  {
    name: 'the logs of the function that ends sessions',
    names: /^the session end lacks logs:CreateLogStream, logs:PutLogEvents on logs: role: /,
    dig: (r) => withoutStatement(r, 'AgentSessionsEndRole', 'WriteOwnLogs'),
  },
  {
    name: 'the launcher’s RunTask in its role',
    names: /^the session launcher lacks ecs:RunTask on task: role: /,
    dig: (r) => withoutStatement(r, 'AgentSessionsLaunchRole', 'RunAgentTask'),
  },
  {
    name: 'the launcher’s PassRole on the role that pulls the image',
    names: /^the session launcher lacks iam:PassRole on task role: role: /,
    dig: (r) => {
      const statement = statementOf(r, 'AgentSessionsLaunchRole', 'PassTaskRoles');
      statement.Resource = listed(statement.Resource).filter((each) => !JSON.stringify(each).includes('Execution'));
    },
  },
  {
    name: 'the decision’s SendTaskSuccess, a policy of its own',
    names: /^the decision lacks states:SendTaskSuccess on workflow: role: /,
    dig: (r) => {
      delete r[idOf(r, 'AWS::IAM::Policy', 'AgentApprovalsResumeWorkflow')];
    },
  },
  {
    name: 'the token for the image registry in the role that pulls the image',
    names: /^the task starter lacks ecr:GetAuthorizationToken: role: /,
    dig: (r) => {
      for (const document of documentsOf(r, 'AgentTaskExecutionRole')) {
        document.Statement = statementsIn(document).filter(({ Action }) => !listed(Action).includes('ecr:GetAuthorizationToken'));
      }
    },
  },
  {
    name: 'the agent’s call of the gate at the endpoint of API Gateway',
    names:
      /^the agent lacks execute-api:Invoke on gate API v1\/GET\/tools; execute-api:Invoke on gate API v1\/POST\/calls: endpoint policy: /,
    dig: (r) => withoutUse(r, 'ExecuteApi', 'AgentAgentRole', 'execute-api:Invoke'),
  },
  {
    name: 'the agent’s guardrail in its role',
    names: /^the agent lacks bedrock:ApplyGuardrail on arn:.*:guardrail\/abcdefghij: role: no statement of AgentAgentRole/,
    dig: (r) => withoutStatement(r, 'AgentAgentRole', 'ApplyGuardrail'),
  },
  {
    name: 'the agent’s guardrail, by the Deny of everything else',
    names: /^the agent lacks bedrock:ApplyGuardrail on .*: role: AgentAgentRole\w+ NeverAnythingElse denies it$/,
    dig: (r) => {
      const statement = statementOf(r, 'AgentAgentRole', 'NeverAnythingElse');
      statement.NotAction = listed(statement.NotAction).filter((action) => action !== 'bedrock:ApplyGuardrail');
    },
  },
  {
    name: 'the sealer’s GetPublicKey in its role',
    names: /^the sealer lacks kms:GetPublicKey on signing key: role: /,
    dig: (r) => withoutAction(r, 'AgentLedgerSealerSealRole', 'SignCheckpoints', 'kms:GetPublicKey'),
  },
  {
    name: 'a connector’s credential in its role',
    names: /^the connector Tickets lacks secretsmanager:GetSecretValue on credential: role: /,
    dig: (r) => withoutStatement(r, 'TicketsExecutorRole', 'ReadOwnCredential'),
  },
  {
    name: 'the bucket of a connector’s tool in its role',
    names: /^the connector Documents lacks s3:GetObject on own resource support\/\*: role: /,
    dig: (r) => withoutStatement(r, 'DocumentsExecutorRole', 'ReadObjects'),
  },
  {
    name: 'a step of the workflow in its role',
    names: /^the approval workflow lacks lambda:InvokeFunction on request closer: role: /,
    dig: (r) => {
      const id = idOf(r, 'AWS::Lambda::Function', 'AgentApprovalsCloseRequest');
      for (const statement of documentsOf(r, 'AgentApprovalsWorkflowRole').flatMap(statementsIn)) {
        statement.Resource = listed(statement.Resource).filter((each) => !JSON.stringify(each).includes(id));
        if (listed(statement.Resource).length === 0) statement.Resource = 'arn:aws:lambda:::none';
      }
    },
  },
  {
    name: 'the launcher’s arguments at the endpoint of S3',
    names: /^the session launcher lacks s3:PutObject on evidence args\/\*: endpoint policy: no statement of AgentNetworkEndpointsS3\w+ allows it$/,
    dig: (r) => withoutUse(r, 'S3', 'AgentSessionsLaunchRole', 's3:PutObject', '/args/*'),
  },
  {
    name: 'the agent’s guardrail at the endpoint of Bedrock',
    names: /^the agent lacks bedrock:ApplyGuardrail on .*: endpoint policy: no statement of AgentNetworkEndpointsBedrockRuntime/,
    dig: (r) => withoutUse(r, 'BedrockRuntime', 'AgentAgentRole', 'bedrock:ApplyGuardrail'),
  },
  {
    name: 'a model at the endpoint of Bedrock',
    names: /^the agent lacks bedrock:InvokeModel, bedrock:InvokeModelWithResponseStream on arn:.*: endpoint policy: /,
    dig: (r) => withoutUse(r, 'BedrockRuntime', 'AgentAgentRole', 'bedrock:InvokeModel'),
  },
  {
    name: 'the index of waiting requests at the endpoint of DynamoDB',
    names: /^the request viewer lacks dynamodb:Query on state index\/pending \(STATUS#PENDING\): endpoint policy: /,
    dig: (r) => withoutUse(r, 'Dynamodb', 'AgentApprovalsShowRequestsRole', 'dynamodb:Query'),
  },
  {
    name: 'the image’s layers at the endpoint of S3',
    names: /^the task starter lacks s3:GetObject on image layers: endpoint policy: /,
    dig: (r) => withoutUse(r, 'S3', 'ImageLayers', 's3:GetObject'),
  },
  {
    name: 'the agent’s logs at the endpoint of CloudWatch Logs',
    names: /^the task starter lacks logs:CreateLogStream, logs:PutLogEvents on logs: endpoint policy: /,
    dig: (r) => withoutUse(r, 'Logs', 'AgentTaskExecutionRole', 'logs:PutLogEvents'),
  },
  {
    name: 'the endpoint of KMS',
    names: /^the sealer lacks kms:Sign, kms:GetPublicKey on signing key: endpoint: its network has no endpoint of kms$/,
    dig: (r) => {
      delete r[endpointOf(r, 'Kms')];
    },
  },
  {
    name: 'the endpoint of ECS',
    names: /^the session launcher lacks ecs:RunTask on task: endpoint: its network has no endpoint of ecs$/,
    dig: (r) => {
      delete r[endpointOf(r, 'Ecs')];
    },
  },
  {
    name: 'the private DNS of an endpoint',
    names: /^the gate lacks lambda:InvokeFunction on executor: endpoint: AgentNetworkEndpointsLambda\w+ has no private DNS/,
    dig: (r) => {
      (r[endpointOf(r, 'Lambda')] as Resources[string]).Properties.PrivateDnsEnabled = false;
    },
  },
  {
    name: 'the gate’s egress to the endpoint of Lambda',
    names: /^the gate lacks lambda:InvokeFunction on executor: security group: AgentGateGroup\w+ has no egress rule for TCP 443 to AgentNetworkEndpointsLambdaGroup/,
    dig: (r) => withoutRule(r, 'Egress', 'AgentGateGroup', 'LambdaGroup'),
  },
  {
    name: 'the ingress of an endpoint from the decision',
    names: /^the decision lacks states:SendTaskSuccess on workflow: security group: AgentNetworkEndpointsStatesGroup\w+ has no ingress rule for TCP 443 from AgentApprovalsDecideGroup/,
    dig: (r) => withoutRule(r, 'Ingress', 'StatesGroup', 'AgentApprovalsDecideGroup'),
  },
  {
    name: 'the sealer’s egress to the prefix list of S3',
    names: /^the sealer lacks s3:ListBucket on ledger; .*: security group: AgentLedgerSealerGroup\w+ has no egress rule for TCP 443 to the prefix list of s3$/,
    dig: (r) => withoutRule(r, 'Egress', 'AgentLedgerSealerGroup', '"s3"'),
  },
  {
    name: 'the gate’s egress to the prefix list of DynamoDB',
    names: /^the gate lacks dynamodb:GetItem, .* on state \(SESSION#\*\); .*: security group: AgentGateGroup\w+ has no egress rule for TCP 443 to the prefix list of dynamodb$/,
    dig: (r) => withoutRule(r, 'Egress', 'AgentGateGroup', '"dynamodb"'),
  },
  {
    name: 'a route table of the gateway of S3',
    names: /^the sealer lacks s3:ListBucket on ledger; .*: route: AgentNetworkEndpointsS3\w+ lists no route table of AgentNetworkVpcIsolatedSubnet2/,
    dig: (r) => {
      const { Properties } = r[endpointOf(r, 'S3')] as Resources[string];
      Properties.RouteTableIds = listed(Properties.RouteTableIds).slice(0, 1);
    },
  },
  {
    name: 'the host name of the evidence bucket',
    names: /^the gate lacks s3:PutObject on evidence args\/\*; .*: DNS: no list that AgentNetworkDnsFirewallRules\w+ allows has \$\{AgentLedgerEvidence/,
    dig: (r) => withoutName(r, /AgentLedgerEvidence/),
  },
  {
    name: 'the host name of DynamoDB with the account',
    names: /^the gate lacks dynamodb:GetItem, .*: DNS: .* has \$\{AWS::AccountId\}\.ddb\./,
    dig: (r) => withoutName(r, /\.ddb\./),
  },
  {
    name: 'the host name of the gate',
    names: /^the agent lacks execute-api:Invoke on .*: DNS: .* has \$\{AgentGateApi\w+\.RestApiId\}\.execute-api\./,
    dig: (r) => withoutName(r, /execute-api/),
  },
  {
    name: 'the account in the policy of the ledger’s key',
    names: /^the gate lacks kms:GenerateDataKey, kms:Decrypt on key of the ledger: key policy: no statement of AgentLedgerKey\w+ allows it$/,
    dig: (r) => remove(key(r, 'AgentLedgerKey'), isRootsAllow),
  },
  {
    name: 'the account in the policy of the signing key',
    names: /^the sealer lacks kms:Sign, kms:GetPublicKey on signing key: key policy: /,
    dig: (r) => remove(key(r, 'AgentLedgerSealerSigningKey'), isRootsAllow),
  },
  {
    name: 'the API in the policy of the gate’s function',
    names: /^apigateway\.amazonaws\.com lacks lambda:InvokeFunction on the gate for GET \/tools: resource policy: AgentGate\w+ doesn’t allow it$/,
    dig: (r) => remove(functionPolicy(r, 'AgentGateOnlyItsCallers'), ({ Sid }) => Sid === 'OwnSource'),
  },
  {
    name: 'the schedule in the policy of the sealer’s function',
    names: /^events\.amazonaws\.com lacks lambda:InvokeFunction on the sealer for AgentLedgerSealerEveryMinute/,
    dig: (r) => remove(functionPolicy(r, 'AgentLedgerSealerSealOnlyItsCallers'), ({ Sid }) => Sid === 'OwnSource'),
  },
  {
    name: 'the workflow’s function among an executor’s callers',
    names: /^the approved call lacks lambda:InvokeFunction on executor: resource policy: TicketsExecutorOnlyItsCallers\w+ NobodyElse denies it$/,
    dig: (r) => {
      for (const { Sid, Condition } of statementsIn(functionPolicy(r, 'TicketsExecutorOnlyItsCallers'))) {
        const { ArnNotEquals } = Condition as { ArnNotEquals?: JsonObject };
        if (Sid !== 'NobodyElse' || ArnNotEquals === undefined) continue;
        ArnNotEquals['aws:PrincipalArn'] = listed(ArnNotEquals['aws:PrincipalArn']).slice(0, 1);
      }
    },
  },
  {
    name: 'the agent in the policy of the gate’s API',
    names: /^the agent lacks execute-api:Invoke on .*: resource policy: can't be proven: it depends on AgentGateApi\w+ AgentOnly, AgentGateApi\w+ NobodyElse$/,
    dig: (r) => {
      const { Policy } = propertiesOf(r, 'AWS::ApiGateway::RestApi', 'AgentGateApi');
      const agent = arnOf(r, 'AWS::IAM::Role', 'AgentAgentRole');
      const written = JSON.stringify(Policy).replaceAll(JSON.stringify(agent), '"arn:aws:iam::111122223333:role/Another"');
      propertiesOf(r, 'AWS::ApiGateway::RestApi', 'AgentGateApi').Policy = JSON.parse(written);
    },
  },
];

/** Allows that are still there, but narrower than the part needs, or denied elsewhere. */
export const NARROWED: readonly Gap[] = [
  {
    name: 'another prefix of the ledger',
    names: /^the gate lacks s3:PutObject, s3:GetObject on ledger entries\/\*: role: /,
    dig: (r) => {
      const statement = statementOf(r, 'AgentGateRole', 'LedgerAppend');
      statement.Resource = JSON.parse(JSON.stringify(statement.Resource).replace('/entries/', '/entry/'));
    },
  },
  {
    name: 'a part of the ledger’s prefix',
    names: /^the gate lacks s3:PutObject, s3:GetObject on ledger entries\/\*: role: can't be proven: it depends on \S+ LedgerAppend$/,
    dig: (r) => {
      const statement = statementOf(r, 'AgentGateRole', 'LedgerAppend');
      statement.Resource = JSON.parse(JSON.stringify(statement.Resource).replace('/entries/*', '/entries/s-*'));
    },
  },
  {
    name: 'a condition that nobody can decide',
    names: /^the sealer lacks kms:Sign, kms:GetPublicKey on signing key: role: can't be proven: it depends on \S+ SignCheckpoints$/,
    dig: (r) => {
      const statement = statementOf(r, 'AgentLedgerSealerSealRole', 'SignCheckpoints');
      statement.Condition = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
    },
  },
  {
    name: 'fewer items of the state table',
    names: /^the decision lacks dynamodb:GetItem on state \(TOKEN#\*\): role: /,
    dig: (r) => {
      const statement = statementOf(r, 'AgentApprovalsDecideRole', 'ReadRequestAndToken');
      statement.Condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['SESSION#*', 'REQ#*'] } };
    },
  },
  {
    name: 'a Deny in a policy beside',
    names: /^the approved call lacks s3:GetObject on ledger entries\/\*; s3:GetObject on evidence args\/\*: role: Beside #0 denies it$/,
    dig: (r) => {
      r.Beside = {
        Type: 'AWS::IAM::RolePolicy',
        Properties: {
          RoleName: { Ref: idOf(r, 'AWS::IAM::Role', 'AgentApprovalsExecuteApprovedRole') },
          PolicyDocument: { Statement: { Effect: 'Deny', Action: 's3:Get*', Resource: '*' } },
        },
      };
    },
  },
  {
    name: 'a Deny in the evidence bucket’s policy',
    names: /^the gate lacks s3:PutObject on evidence results\/\*: resource policy: AgentLedgerEvidencePolicy\w+ Closed denies it$/,
    dig: (r) => {
      const { PolicyDocument } = propertiesOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerEvidencePolicy');
      const bucket = arnOf(r, 'AWS::S3::Bucket', 'AgentLedgerEvidence');
      const Resource = { 'Fn::Join': ['', [bucket, '/results/*']] };
      statementsIn(PolicyDocument).push({ Sid: 'Closed', Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource });
    },
  },
  {
    name: 'a Deny in a key’s policy',
    names: /^the request viewer lacks kms:Decrypt on key of the evidence: key policy: AgentLedgerEvidenceKey\w+ Closed denies it$/,
    dig: (r) => {
      const viewer = arnOf(r, 'AWS::IAM::Role', 'AgentApprovalsShowRequestsRole');
      statementsIn(key(r, 'AgentLedgerEvidenceKey')).push({
        Sid: 'Closed',
        Effect: 'Deny',
        Principal: '*',
        Action: 'kms:*',
        Resource: '*',
        Condition: { ArnEquals: { 'aws:PrincipalArn': viewer } },
      });
    },
  },
  {
    name: 'a connector’s boundary without its action',
    names: /^the connector Tickets lacks secretsmanager:GetSecretValue on credential: boundary: no statement of TicketsBoundary\w+ allows it$/,
    dig: (r) => {
      const [statement = {}] = statementsIn(propertiesOf(r, 'AWS::IAM::ManagedPolicy', 'TicketsBoundary').PolicyDocument);
      statement.Action = listed(statement.Action).filter((action) => action !== 'secretsmanager:GetSecretValue');
    },
  },
  {
    name: 'an evidence bucket without a bucket key, so that objects are the encryption context',
    names: /^the gate lacks kms:GenerateDataKey, kms:Decrypt on key of the evidence: role: no statement of AgentGateRole/,
    dig: (r) => {
      const { BucketEncryption } = propertiesOf(r, 'AWS::S3::Bucket', 'AgentLedgerEvidence');
      const [rule = {}] = (BucketEncryption as { ServerSideEncryptionConfiguration: JsonObject[] }).ServerSideEncryptionConfiguration;
      rule.BucketKeyEnabled = false;
    },
  },
  {
    name: 'an evidence bucket under a key that isn’t in the templates',
    names: /^can't be proven: what the gate lacks, because the key arn:aws:kms:\S+ of AgentLedgerEvidence\w+ is not in the templates$/,
    dig: (r) => {
      const { BucketEncryption } = propertiesOf(r, 'AWS::S3::Bucket', 'AgentLedgerEvidence');
      const [rule = {}] = (BucketEncryption as { ServerSideEncryptionConfiguration: JsonObject[] }).ServerSideEncryptionConfiguration;
      rule.ServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'arn:aws:kms:eu-west-1:111122223333:key/1' };
    },
  },
  {
    name: 'an endpoint for another role',
    names: /^the sealer lacks kms:Sign, kms:GetPublicKey on signing key: endpoint policy: /,
    dig: (r) => {
      for (const statement of endpointStatements(r, 'Kms', 'AgentLedgerSealerSealRole', 'kms:Sign')) {
        statement.Condition = { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/Another' } };
      }
    },
  },
  {
    name: 'an endpoint for another account’s tables',
    names: /^the gate lacks dynamodb:GetItem, .*: endpoint policy: can't be proven: it depends on AgentNetworkEndpointsDynamodb/,
    dig: (r) => {
      for (const { Condition } of endpointStatements(r, 'Dynamodb', 'AgentGateRole', 'dynamodb:GetItem')) {
        (Condition as { StringEquals: JsonObject }).StringEquals['aws:ResourceAccount'] = '999988887777';
      }
    },
  },
  {
    name: 'an endpoint that exists under a condition only',
    names: /^the session launcher lacks ecs:RunTask on task: endpoint: its network has no endpoint of ecs$/,
    dig: (r) => {
      (r[endpointOf(r, 'Ecs')] as Resources[string] & { Condition: string }).Condition = 'Maybe';
    },
  },
  {
    name: 'an egress rule for another port',
    names: /^the gate lacks states:StartExecution on workflow: security group: AgentGateGroup\w+ has no egress rule for TCP 443/,
    dig: (r) => {
      const id = idOf(r, 'AWS::EC2::SecurityGroupEgress', 'AgentGateGrouptoStackAgentNetworkEndpointsStates');
      Object.assign((r[id] as Resources[string]).Properties, { FromPort: 80, ToPort: 80 });
    },
  },
  {
    name: 'a name that the firewall blocks before it allows it',
    names: /^the sealer lacks kms:Sign, kms:GetPublicKey on signing key: DNS: /,
    dig: (r) => {
      r.Early = { Type: 'AWS::Route53Resolver::FirewallDomainList', Properties: { Domains: ['kms.*'] } };
      const group = propertiesOf(r, 'AWS::Route53Resolver::FirewallRuleGroup', 'AgentNetworkDnsFirewallRules');
      (group.FirewallRules as JsonObject[]).push({ Priority: 1, Action: 'BLOCK', FirewallDomainListId: { 'Fn::GetAtt': ['Early', 'Id'] } });
    },
  },
  {
    name: 'models for one inference profile that the role’s own statement doesn’t name',
    names: /^the agent lacks bedrock:InvokeModel, bedrock:InvokeModelWithResponseStream on arn:.*inference-profile.*: role: /,
    dig: (r) => {
      for (const document of documentsOf(r, 'AgentAgentRole')) {
        document.Statement = statementsIn(document).filter(({ Resource }) => !JSON.stringify(Resource ?? '').includes(':inference-profile/'));
      }
    },
  },
  {
    name: 'an agent without a model',
    names: /^can't be proven: what the agent lacks, because its role names no model$/,
    dig: (r) => {
      for (const document of documentsOf(r, 'AgentAgentRole')) {
        document.Statement = statementsIn(document).filter(({ Action }) => !listed(Action).includes('bedrock:InvokeModel'));
      }
      withoutUse(r, 'BedrockRuntime', 'AgentAgentRole', 'bedrock:InvokeModel');
    },
  },
  {
    name: 'a bucket whose name is a parameter',
    names: /^can't be proven: what the gate lacks, because its configuration names no evidence$/,
    dig: (r) => {
      const { Environment } = propertiesOf(r, 'AWS::Lambda::Function', 'AgentGate');
      (Environment as { Variables: JsonObject }).Variables.EVIDENCE_BUCKET = { Ref: 'Bucket' };
    },
  },
];
