import { NETWORK_INTERFACE_ACTIONS } from '../../private/network-interface-actions';
import { actionNamed, actionsMatching, type KnownAction } from '../../template/iam/actions';
import { MODEL_ACTIONS } from '../../template/iam/model-actions';
import type { AgentKind } from '../facts/workloads';
import { escalationBy } from './escalations';

/**
 * Agents whose role is used by what a model says. The others follow a definition: what they may do with their role is written in it, and
 * the model chooses none of it.
 */
export function actsFreely(kind: AgentKind): boolean {
  return !FOLLOWING_DEFINITION.has(kind);
}

const FOLLOWING_DEFINITION: ReadonlySet<AgentKind> = new Set([
  'state machine',
  'Bedrock flow',
  'AppSync data source',
  'AgentCore gateway',
  'AgentCore memory',
]);

/** The actions that every model caller's own role may have. */
const ALLOWED = setOf(
  'execute-api:Invoke',
  'bedrock:ApplyGuardrail',
  ...MODEL_ACTIONS,
  // For its own log, metrics and traces, and for a function's network interface.
  'logs:CreateLogGroup',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'logs:DescribeLogGroups',
  'logs:DescribeLogStreams',
  'cloudwatch:PutMetricData',
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:GetSamplingStatisticSummaries',
  ...NETWORK_INTERFACE_ACTIONS,
);

/**
 * What a model caller without a gate may have beside reads of what its policies name: it keeps the state of its session, takes its
 * work from a queue, hands work over to what decides about it, and uses the tools and the memory that a platform gives to agents.
 */
const ALLOWED_WITHOUT_GATE = setOf(
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:ChangeMessageVisibility',
  'sqs:SendMessage',
  'states:StartExecution',
  'states:SendTaskSuccess',
  'states:SendTaskFailure',
  'states:SendTaskHeartbeat',
  'events:PutEvents',
  'lambda:InvokeFunction',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
  'bedrock-agentcore:InvokeGateway',
  'bedrock-agentcore:InvokeAgentRuntime',
  'bedrock-agentcore:GetWorkloadAccessToken',
  'bedrock-agentcore:GetWorkloadAccessTokenForJWT',
  'bedrock-agentcore:GetWorkloadAccessTokenForUserId',
  'bedrock-agentcore:StartCodeInterpreterSession',
  'bedrock-agentcore:InvokeCodeInterpreter',
  'bedrock-agentcore:StopCodeInterpreterSession',
  'bedrock-agentcore:StartBrowserSession',
  'bedrock-agentcore:StopBrowserSession',
  'bedrock-agentcore:UpdateBrowserStream',
  'bedrock-agentcore:ConnectBrowserAutomationStream',
  'bedrock-agentcore:CreateEvent',
);

/** Reads of a credential, or of something that is one. */
const READS_CREDENTIALS = setOf(
  'secretsmanager:GetSecretValue',
  'secretsmanager:BatchGetSecretValue',
  'sts:GetSessionToken',
  'ecr-public:GetAuthorizationToken',
  'redshift:GetClusterCredentials',
);

/**
 * The actions under a pattern that a model caller's role shouldn't have. Those that open other rights are left to
 * `LeastPrivilegeNoEscalation`. An action that nobody knows is one of them.
 *
 * @param behindGate whether it calls a gate: then the gate is where everything else belongs
 */
export function* foreignActions(pattern: string, behindGate: boolean): Generator<string> {
  const covered = /[*?]/.test(pattern) ? actionsMatching(pattern) : [actionNamed(pattern)];
  if (covered.length === 0) yield pattern;
  for (const action of covered) {
    if (!isAllowed(action, behindGate) && escalationBy(action) === undefined) yield action.name;
  }
}

function isAllowed({ name, level }: KnownAction, behindGate: boolean): boolean {
  const action = name.toLowerCase();
  if (ALLOWED.has(action)) return true;
  if (behindGate || READS_CREDENTIALS.has(action)) return false;
  return level === 'read' || ALLOWED_WITHOUT_GATE.has(action);
}

function setOf(...actions: readonly string[]): ReadonlySet<string> {
  return new Set(actions.map((action) => action.toLowerCase()));
}
