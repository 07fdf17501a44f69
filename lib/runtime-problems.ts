import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { signInWithUsersProblem } from './approvals/sign-in-problem';
import type { HardenedAgentRuntimeProps } from './hardened-agent-runtime-props';
import { evidenceRetentionProblem } from './ledger/evidence-retention';
import { fargateSizeProblem } from './sandbox/fargate-size';
import { taskProblem } from './sandbox/task-problems';

const MIN_SESSION_SECONDS = 60;
/** As long as an approval can wait. */
const MAX_SESSION_SECONDS = 7 * 24 * 3600;

/** A launch reads the places of all sessions, in one page of DynamoDB. */
const MAX_SESSIONS = 1000;

/** One every six seconds in the longest session. */
const MAX_CALLS = 100_000;

/** Why a runtime can't be created with these props: the first problem found, or undefined. @internal */
export function runtimeProblem(runtime: Construct, props: HardenedAgentRuntimeProps): string | undefined {
  return (
    platformProblem(props) ??
    connectorProblem(props) ??
    otherStackProblem(runtime, props) ??
    props.image._regionProblem(runtime) ??
    (props.network && props.availabilityZones
      ? 'network and availabilityZones are both given; write availabilityZones on the network'
      : undefined) ??
    fargateSizeProblem(props.cpu, props.memoryLimitMiB) ??
    taskProblem(props.task, props.memoryLimitMiB, props.platform !== undefined) ??
    durationProblem(props) ??
    usersProblem(props) ??
    signInWithUsersProblem(props.users, props.platform?._signIn ?? props.approvals?.signIn) ??
    (props.models.length === 0 ? 'no model is named; pass for example [BedrockModel.global("…")]' : undefined) ??
    countProblem('maxSessions', props.maxSessions) ??
    (props.maxSessions !== undefined && props.maxSessions > MAX_SESSIONS
      ? `maxSessions is ${props.maxSessions}; write at most ${MAX_SESSIONS}: each launch reads them all`
      : undefined) ??
    countProblem('maxCallsPerSession', props.maxCallsPerSession) ??
    (props.maxCallsPerSession !== undefined && props.maxCallsPerSession > MAX_CALLS
      ? `maxCallsPerSession is ${props.maxCallsPerSession}; write at most ${MAX_CALLS}: more would limit nothing`
      : undefined) ??
    countProblem('maxSentBytesPerSession', props.maxSentBytesPerSession) ??
    countProblem('maxDenialsPerSession', props.maxDenialsPerSession) ??
    countProblem('approvals.maxWaitingRequests', props.approvals?.maxWaitingRequests)
  );
}

/** What all agents of a platform have in common is a prop of the platform. */
const OF_PLATFORM = ['retention', 'evidenceRetention', 'ledger', 'network', 'availabilityZones'] as const;

function platformProblem({ platform, ...props }: HardenedAgentRuntimeProps): string | undefined {
  if (platform === undefined) return undefined;
  const given: string[] = OF_PLATFORM.filter((name) => props[name] !== undefined);
  const { approverGroups, approverPrincipals, approverName, signIn } = props.approvals ?? {};
  for (const [name, value] of Object.entries({ approverGroups, approverPrincipals, approverName, signIn })) {
    if (value !== undefined) given.push(`approvals.${name}`);
  }
  if (given.length === 0) return undefined;
  return `${given.join(', ')}: all agents of the platform ${platform.node.path} have this in common; write it on the platform, and remove it here`;
}

function connectorProblem({ connectors }: HardenedAgentRuntimeProps): string | undefined {
  if (connectors.length === 0) return 'an agent without connectors can do nothing; pass at least one';
  if (new Set(connectors).size !== connectors.length) return 'a connector is listed twice; list it once';
  const variables = connectors.flatMap((connector) => connector._functionArnVariables);
  const twice = variables.find((variable, index) => variables.indexOf(variable) !== index);
  return twice && `the ids of two connectors differ only by case or dashes (${twice}); give them other ids`;
}

function otherStackProblem(
  runtime: Construct,
  { connectors, network, connectorEgress }: HardenedAgentRuntimeProps,
): string | undefined {
  const parts: [what: string, part: Construct | undefined][] = [
    ...connectors.map((connector): [string, Construct] => ['connector', connector]),
    ['network', network],
    ['connectorEgress', connectorEgress],
  ];
  for (const [what, part] of parts) {
    if (part === undefined || Stack.of(part) === Stack.of(runtime)) continue;
    return `the ${what} ${part.node.path} is in another stack, and each stack would have to be deployed before the other; create it in the same stack`;
  }
  return undefined;
}

function durationProblem({ evidenceRetention, sessionDuration }: HardenedAgentRuntimeProps): string | undefined {
  const ofEvidence = evidenceRetentionProblem(evidenceRetention);
  if (ofEvidence !== undefined) return ofEvidence;
  const seconds = sessionDuration?.toSeconds() ?? MIN_SESSION_SECONDS;
  if (seconds < MIN_SESSION_SECONDS || seconds > MAX_SESSION_SECONDS) {
    return `a sessionDuration of ${seconds} seconds is refused; write between Duration.minutes(1) and Duration.days(7)`;
  }
  return undefined;
}

/** Nothing in the network reaches an issuer. */
function usersProblem({ users, launcherInNetwork }: HardenedAgentRuntimeProps): string | undefined {
  return users !== undefined && launcherInNetwork === true && users._settings.keys === undefined
    ? "users: with launcherInNetwork, the launcher can't fetch the issuer's keys; pin them with OidcUsers.of({ …, keys: 'issuer-keys.json' })"
    : undefined;
}

function countProblem(name: string, value: number | undefined): string | undefined {
  if (value === undefined) return undefined;
  return Number.isInteger(value) && value >= 1 ? undefined : `${name} is ${value}; write a whole number of 1 or more`;
}
