import type { JsonObject } from '../../../runtime/core/contracts';
import {
  documentsOf,
  endpointOf,
  functionPolicy,
  type Gap,
  isRootsAllow,
  key,
  listed,
  remove,
  statementOf,
  withoutAction,
  withoutName,
  withoutRule,
  withoutStatement,
  withoutUse,
} from './allow-gap';
import { arnOf, idOf, propertiesOf, type Resources, statementsIn } from './quickstart-template';

/** Allows that are gone. */
export const REMOVED: readonly Gap[] = [
  {
    name: 'the gate’s Query in its role',
    names:
      /^the gate lacks dynamodb:Query on state \(LAUNCHES#Agent-\w+\): role: no statement of AgentGateRole\w+ allows it$/,
    dig: (r) => withoutAction(r, 'AgentGateRole', 'ReadState', 'dynamodb:Query'),
  },
  {
    name: 'the gate’s PutObject on the ledger in its role',
    names: /^the gate lacks s3:PutObject on ledger entries\/Agent-\w+-\*: role: /,
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
    name: 'the launcher’s TagResource in its role',
    names: /^the session launcher lacks ecs:TagResource on cluster \*: role: /,
    dig: (r) => withoutStatement(r, 'AgentSessionsLaunchRole', 'TagAgentTask'),
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
        document.Statement = statementsIn(document).filter(
          ({ Action }) => !listed(Action).includes('ecr:GetAuthorizationToken'),
        );
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
    names:
      /^the agent lacks bedrock:ApplyGuardrail on arn:.*:guardrail\/abcdefghij: role: no statement of AgentAgentRole/,
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
    names:
      /^the session launcher lacks s3:PutObject on evidence args\/Agent-\w+-\*: endpoint policy: no statement of AgentNetworkEndpointsS3\w+ allows it$/,
    dig: (r) => withoutUse(r, 'S3', 'AgentSessionsLaunchRole', 's3:PutObject', '/args/'),
  },
  {
    name: 'the agent’s guardrail at the endpoint of Bedrock',
    names:
      /^the agent lacks bedrock:ApplyGuardrail on .*: endpoint policy: no statement of AgentNetworkEndpointsBedrockRuntime/,
    dig: (r) => withoutUse(r, 'BedrockRuntime', 'AgentAgentRole', 'bedrock:ApplyGuardrail'),
  },
  {
    name: 'a model at the endpoint of Bedrock',
    names: /^the agent lacks bedrock:InvokeModel, bedrock:InvokeModelWithResponseStream on arn:.*: endpoint policy: /,
    dig: (r) => withoutUse(r, 'BedrockRuntime', 'AgentAgentRole', 'bedrock:InvokeModel'),
  },
  {
    name: 'the index of waiting requests at the endpoint of DynamoDB',
    names: /^the request viewer lacks .*dynamodb:Query on state index\/pending \(STATUS#PENDING\): endpoint policy: /,
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
    names:
      /^the session launcher lacks ecs:RunTask on task; ecs:TagResource on cluster \*: endpoint: its network has no endpoint of ecs$/,
    dig: (r) => {
      delete r[endpointOf(r, 'Ecs')];
    },
  },
  {
    name: 'the private DNS of an endpoint',
    names:
      /^the gate lacks lambda:InvokeFunction on executor: endpoint: AgentNetworkEndpointsLambda\w+ has no private DNS/,
    dig: (r) => {
      (r[endpointOf(r, 'Lambda')] as Resources[string]).Properties.PrivateDnsEnabled = false;
    },
  },
  {
    name: 'the gate’s egress to the endpoint of Lambda',
    names:
      /^the gate lacks lambda:InvokeFunction on executor: security group: AgentGateGroup\w+ has no egress rule for TCP 443 to AgentNetworkEndpointsLambdaGroup/,
    dig: (r) => withoutRule(r, 'Egress', 'AgentGateGroup', 'LambdaGroup'),
  },
  {
    name: 'the ingress of an endpoint from the decision',
    names:
      /^the decision lacks states:SendTaskSuccess on workflow: security group: AgentNetworkEndpointsStatesGroup\w+ has no ingress rule for TCP 443 from AgentApprovalsDecideGroup/,
    dig: (r) => withoutRule(r, 'Ingress', 'StatesGroup', 'AgentApprovalsDecideGroup'),
  },
  {
    name: 'the sealer’s egress to the prefix list of S3',
    names:
      /^the sealer lacks s3:ListBucket on ledger; .*: security group: AgentLedgerSealerGroup\w+ has no egress rule for TCP 443 to the prefix list of s3$/,
    dig: (r) => withoutRule(r, 'Egress', 'AgentLedgerSealerGroup', '"s3"'),
  },
  {
    name: 'the gate’s egress to the prefix list of DynamoDB',
    names:
      /^the gate lacks dynamodb:GetItem, .* on state \(SESSION#Agent-\w+-\*\); .*: security group: AgentGateGroup\w+ has no egress rule for TCP 443 to the prefix list of dynamodb$/,
    dig: (r) => withoutRule(r, 'Egress', 'AgentGateGroup', '"dynamodb"'),
  },
  {
    name: 'a route table of the gateway of S3',
    names:
      /^the sealer lacks s3:ListBucket on ledger; .*: route: AgentNetworkEndpointsS3\w+ lists no route table of AgentNetworkVpcIsolatedSubnet2/,
    dig: (r) => {
      const { Properties } = r[endpointOf(r, 'S3')] as Resources[string];
      Properties.RouteTableIds = listed(Properties.RouteTableIds).slice(0, 1);
    },
  },
  {
    name: 'the host name of the evidence bucket',
    names:
      /^the gate lacks s3:PutObject on evidence args\/Agent-\w+-\*; .*: DNS: no list that AgentNetworkDnsFirewallRules\w+ allows has \$\{AgentLedgerEvidence/,
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
    names:
      /^the gate lacks kms:GenerateDataKey, kms:Decrypt on key of the ledger: key policy: no statement of AgentLedgerKey\w+ allows it$/,
    dig: (r) => remove(key(r, 'AgentLedgerKey'), isRootsAllow),
  },
  {
    name: 'the account in the policy of the signing key',
    names: /^the sealer lacks kms:Sign, kms:GetPublicKey on signing key: key policy: /,
    dig: (r) => remove(key(r, 'AgentLedgerSealerSigningKey'), isRootsAllow),
  },
  {
    name: 'the API in the policy of the gate’s function',
    names:
      /^apigateway\.amazonaws\.com lacks lambda:InvokeFunction on the gate for GET \/tools: resource policy: no statement of AgentGate\w+ allows it$/,
    dig: (r) => remove(functionPolicy(r, 'AgentGateOnlyItsCallers'), ({ Sid }) => Sid === 'OwnSource'),
  },
  {
    name: 'the schedule in the policy of the sealer’s function',
    names: /^events\.amazonaws\.com lacks lambda:InvokeFunction on the sealer for AgentLedgerSealerEveryMinute/,
    dig: (r) => remove(functionPolicy(r, 'AgentLedgerSealerSealOnlyItsCallers'), ({ Sid }) => Sid === 'OwnSource'),
  },
  {
    name: 'the workflow’s function among an executor’s callers',
    names:
      /^the approved call lacks lambda:InvokeFunction on executor: resource policy: TicketsExecutorOnlyItsCallers\w+ NobodyElse denies it$/,
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
    names:
      /^the agent lacks execute-api:Invoke on .*: resource policy: can't be proven: it depends on AgentGateApi\w+ AgentOnly, AgentGateApi\w+ NobodyElse$/,
    dig: (r) => {
      const { Policy } = propertiesOf(r, 'AWS::ApiGateway::RestApi', 'AgentGateApi');
      const agent = arnOf(r, 'AWS::IAM::Role', 'AgentAgentRole');
      const written = JSON.stringify(Policy).replaceAll(
        JSON.stringify(agent),
        '"arn:aws:iam::111122223333:role/Another"',
      );
      propertiesOf(r, 'AWS::ApiGateway::RestApi', 'AgentGateApi').Policy = JSON.parse(written);
    },
  },
];
