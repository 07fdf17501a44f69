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
 * What no agent should do itself, whatever its purpose: with a fooled one, nobody gets back what is deleted, nobody sees what happens while
 * a trail or an alarm is off, and mail leaves for any address.
 */
const HARMS =
  /^(?!sqs:|ec2:deletenetworkinterface$|bedrock-agentcore:|logs:deletelogdelivery$|iot:|ssm:)[a-z0-9-]+:(batch)?(delete|terminate|destroy|purge|schedulekeydeletion|disable|deregister|stoplogging|stopdbinstance|stopinstances|stopconfigurationrecorder)|^ses:send/;

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
  return !behindGate && (level === 'read' || !HARMS.test(action));
}

function setOf(...actions: readonly string[]): ReadonlySet<string> {
  return new Set(actions.map((action) => action.toLowerCase()));
}
