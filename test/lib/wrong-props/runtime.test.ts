import { Duration, Fn, Lazy, Token } from 'aws-cdk-lib';
import { AgentImage, BedrockModel, CedarPolicies, Credential, Effect, InputSchema } from '../../../lib';
import { agent, read, refuses, role, stack, table, tickets, vpc } from './members';

const TOKEN = 'a CDK token, which is known only at deployment';
const LATER = Duration.days(Token.asNumber({ Ref: 'Days' }));
const IMAGE = "an AgentImage, such as AgentImage.fromEcrDigest(repository, 'sha256:…')";
const MODEL = "a BedrockModel, such as BedrockModel.global('global.anthropic.claude-sonnet-5-5')";
const MODELS = "an array, such as [BedrockModel.global('…')]";
const CONNECTOR = "a Connector, such as new HttpConnector(this, 'Tickets', { … })";
const POLICIES = "a CedarPolicies, such as CedarPolicies.deny('deny.cedar')";
const APPROVALS = "an object, such as { approverGroups: ['support-leads'] }";
const NETWORK =
  "an IsolatedNetwork, such as new IsolatedNetwork(this, 'Network') or IsolatedNetwork.fromVpcWithTrustedRoutes(…)";
const EGRESS = "a ConnectorEgress, such as new ConnectorEgress(this, 'Egress', { agentNetwork })";
const PRINCIPAL = "a principal, such as new iam.ArnPrincipal('arn:aws:iam::111122223333:role/Lead')";
const days = (example: number) => `a Duration, such as Duration.days(${example})`;

refuses('HardenedAgentRuntime', [
  [
    'props',
    undefined,
    'is missing; it must be an object, such as { image, models, connectors, approvals, retention }.',
  ],
  ['props', 'x', 'must be an object, such as { image, models, connectors, approvals, retention }; got a string.'],
  ['props', [], 'must be an object, such as { image, models, connectors, approvals, retention }; got an empty array.'],
  ['props', stack, 'must be an object, such as { image, models, connectors, approvals, retention }; got a Stack.'],

  ['props.image', undefined, `is missing; it must be ${IMAGE}.`],
  ['props.image', 'registry/agent:latest', `must be ${IMAGE}; got a string.`],
  ['props.image', { repository: 'agent' }, `must be ${IMAGE}; got a plain object.`],
  ['props.image', AgentImage, `must be ${IMAGE}; got the class AgentImage itself.`],

  ['props.models', undefined, `is missing; it must be ${MODELS}.`],
  ['props.models', 'global.anthropic.claude-sonnet-5-5', `must be ${MODELS}; got a string.`],
  ['props.models', BedrockModel.foundation('anthropic.x'), `must be ${MODELS}; got a BedrockModel.`],
  ['props.models', { 0: 'x' }, `must be ${MODELS}; got a plain object.`],
  ['props.models[0]', 'global.anthropic.claude-sonnet-5-5', `must be ${MODEL}; got a string.`],
  ['props.models[0]', null, `must be ${MODEL}; got null.`],
  [
    'props.models[1]',
    Lazy.any({ produce: () => 'x' }),
    `must be ${MODEL}; got a CDK token, which is known only at deployment.`,
  ],

  ['props.connectors', undefined, 'is missing; it must be an array, such as [tickets].'],
  ['props.connectors', tickets, 'must be an array, such as [tickets]; got an HttpConnector.'],
  ['props.connectors[0]', 'Tickets', `must be ${CONNECTOR}; got a string.`],
  ['props.connectors[0]', read, `must be ${CONNECTOR}; got a Tool.`],
  ['props.connectors[0]', stack, `must be ${CONNECTOR}; got a Stack.`],

  ['props.approvals', undefined, `is missing; it must be ${APPROVALS}.`],
  ['props.approvals', ['support-leads'], `must be ${APPROVALS}; got an array.`],
  ['props.approvals', 'support-leads', `must be ${APPROVALS}; got a string.`],
  ['props.approvals', agent.approvals, `must be ${APPROVALS}; got an ApprovalWorkflow.`],
  [
    'props.approvals.approvers',
    ['support-leads'],
    'is unknown; write one of approverName, approverGroups, approverPrincipals, signIn, expiry, rules, maxWaitingRequests, notifications.',
  ],
  ['props.approvals.approverGroup', ['support-leads'], 'is unknown; did you mean "approverGroups"?'],
  ['props.approvals.approverGroups', 'support-leads', "must be an array, such as ['support-leads']; got a string."],
  ['props.approvals.approverGroups[0]', role, "must be a string, such as 'support-leads'; got a Role."],
  ['props.approvals.approverPrincipals', role, 'must be an array, such as [role]; got a Role.'],
  [
    'props.approvals.approverPrincipals[0]',
    'arn:aws:iam::111122223333:role/Lead',
    `must be ${PRINCIPAL}; got a string.`,
  ],
  ['props.approvals.expiry', 30, 'must be a Duration, such as Duration.minutes(30); got a number.'],

  ['props.retention', undefined, `is missing; it must be ${days(365)}.`],
  ['props.retention', 365, `must be ${days(365)}; got a number.`],
  ['props.retention', '365d', `must be ${days(365)}; got a string.`],
  ['props.retention', { days: 365 }, `must be ${days(365)}; got a plain object.`],
  ['props.retention', new Date(0), `must be ${days(365)}; got a Date.`],
  ['props.retention', Duration, `must be ${days(365)}; got the class Duration itself.`],

  ['props.policies', 'deny.cedar', "must be an array, such as [CedarPolicies.deny('deny.cedar')]; got a string."],
  [
    'props.policies',
    CedarPolicies.deny('x'),
    "must be an array, such as [CedarPolicies.deny('deny.cedar')]; got a CedarPolicies.",
  ],
  ['props.policies[0]', 'deny.cedar', `must be ${POLICIES}; got a string.`],
  ['props.policies[0]', { deny: 'deny.cedar' }, `must be ${POLICIES}; got a plain object.`],
  ['props.policy', [], 'is unknown; did you mean "policies"?'],
  [
    'props.tools',
    [],
    'is unknown; write one of image, models, connectors, approvals, retention, users, platform, policies, trustedDirectory, addressBook, skills, probation, mode, guardrail, guardrailProfileArns, network, availabilityZones, connectorEgress, launcherInNetwork, evidenceRetention, ledger, sessionDuration, maxSessions, operators, maxCallsPerSession, maxSentBytesPerSession, maxDenialsPerSession, cpu, memoryLimitMiB, task, dashboard.',
  ],

  ['props.trustedDirectory', 'a@example.com', "must be an array, such as ['support@example.com']; got a string."],
  ['props.trustedDirectory[0]', /@example/, "must be a string, such as 'support@example.com'; got a RegExp."],
  ['props.probation', 20, 'must be an object, such as { calls: 20 }; got a number.'],
  ['props.probation.call', 20, 'is unknown; did you mean "calls"?'],
  ['props.probation.calls', '20', 'must be a number, such as 20; got a string.'],
  ['props.probation.duration', 7, `must be ${days(7)}; got a number.`],
  ['props.mode', 'log_only', 'must be one of GateMode.ENFORCE, GateMode.LOG_ONLY; got "log_only".'],
  ['props.mode', true, 'must be one of GateMode.ENFORCE, GateMode.LOG_ONLY; got a boolean.'],
  [
    'props.guardrail',
    { arn: 'x' },
    "must be a string, such as 'arn:aws:bedrock:eu-west-1:111122223333:guardrail/abc:1'; got a plain object.",
  ],
  [
    'props.guardrail',
    Fn.conditionIf('A', 'b', 'c'),
    "must be a string, such as 'arn:aws:bedrock:eu-west-1:111122223333:guardrail/abc:1'; got a CDK token, which is known only at deployment.",
  ],
  [
    'props.guardrailProfileArns[0]',
    7,
    "must be a string, such as 'arn:aws:bedrock:eu-west-1:111122223333:guardrail-profile/eu.guardrail.v1:0'; got a number.",
  ],

  ['props.network', vpc, `must be ${NETWORK}; got a Vpc.`],
  ['props.network', {}, `must be ${NETWORK}; got a plain object.`],
  ['props.network', 'vpc-1', `must be ${NETWORK}; got a string.`],
  ['props.connectorEgress', {}, `must be ${EGRESS}; got a plain object.`],
  ['props.connectorEgress', true, `must be ${EGRESS}; got a boolean.`],
  ['props.connectorEgress', agent.network, `must be ${EGRESS}; got an IsolatedNetwork.`],
  ['props.launcherInNetwork', 'false', 'must be true or false; got a string.'],
  ['props.evidenceRetention', 90, `must be ${days(180)}; got a number.`],
  ['props.sessionDuration', 8, 'must be a Duration, such as Duration.hours(8); got a number.'],
  ['props.maxSessions', '100', 'must be a number, such as 100; got a string.'],
  ['props.maxCallsPerSession', '500', 'must be a number, such as 500; got a string.'],
  ['props.maxCallsPerSession', Number.NaN, 'must be a number, such as 500; got NaN.'],
  ['props.maxCallsPerSession', Number.POSITIVE_INFINITY, 'must be a number, such as 500; got Infinity.'],
  ['props.maxDenialsPerSession', [20], 'must be a number, such as 20; got an array.'],
  ['props.cpu', '512', 'must be a number, such as 1024; got a string.'],
  ['props.memoryLimitMiB', '1 GiB', 'must be a number, such as 2048; got a string.'],
  [
    'props.task',
    'arm64',
    'must be an object, such as { architecture: TaskArchitecture.ARM64, workspaceMiB: 512 }; got a string.',
  ],
  ['props.task.architecture', 'arm64', 'must be one of TaskArchitecture.X86_64, TaskArchitecture.ARM64; got "arm64".'],
  ['props.task.workspaceMib', 512, 'is unknown; did you mean "workspaceMiB"?'],
  ['props.task.stopTimeout', 60, 'must be a Duration, such as Duration.seconds(60); got a number.'],
  ['props.dashboard', 'no', 'must be true or false; got a string.'],
  ['props.dashboard', 0, 'must be true or false; got a number.'],

  // Members of a prop, one level down.
  ['props.shortRetention', true, 'is unknown; write ledger: { shortRetention: … }.'],
  ['props.approverGroups', ['leads'], 'is unknown; write approvals: { approverGroups: … }.'],
  ['props.ledger', agent.ledger, 'must be an object, such as { trail: false }; got a Ledger.'],
  [
    'props.ledger.retention',
    Duration.days(1),
    'is unknown; write one of breakGlassRole, mergeDelay, heartbeat, witnessBucket, witnessInThisAccount, witnessEncryptedByS3, trail, signingKeys, shortRetention.',
  ],
  [
    'props.ledger.breakGlassRole',
    'arn:aws:iam::111122223333:role/Lead',
    'must be a role, such as new iam.Role(…); got a string.',
  ],
  ['props.ledger.witnessBucket', 'bucket', 'must be a bucket, such as new s3.Bucket(…); got a string.'],
  ['props.ledger.witnessBucket', table, 'must be a bucket, such as new s3.Bucket(…); got a TableV2.'],
  ['props.ledger.witnessInThisAccount', 'yes', 'must be true or false; got a string.'],
  ['props.ledger.witnessEncryptedByS3', 1, 'must be true or false; got a number.'],
  ['props.ledger.mergeDelay', 5, 'must be a Duration, such as Duration.minutes(5); got a number.'],
  ['props.ledger.heartbeat', '1h', 'must be a Duration, such as Duration.hours(1); got a string.'],
  ['props.ledger.trail', 'false', 'must be true or false; got a string.'],
  ['props.ledger.signingKeys', '2', 'must be a number, such as 2; got a string.'],
  ['props.ledger.shortRetention', 1, 'must be true or false; got a number.'],

  // The value would be written into files at synthesis, long before it is known.
  ['props.maxCallsPerSession', Token.asNumber({ Ref: 'Calls' }), `must be a number, such as 500; got ${TOKEN}.`],
  ['props.maxDenialsPerSession', Token.asNumber({ Ref: 'Calls' }), `must be a number, such as 20; got ${TOKEN}.`],
  ['props.probation.calls', Token.asNumber({ Ref: 'Calls' }), `must be a number, such as 20; got ${TOKEN}.`],
  ['props.ledger.signingKeys', Token.asNumber({ Ref: 'Keys' }), `must be a number, such as 2; got ${TOKEN}.`],
  [
    'props.ledger.mergeDelay',
    LATER,
    'must be a Duration, such as Duration.minutes(5); got a Duration that is known only at deployment.',
  ],
  [
    'props.retention',
    LATER,
    'must be a Duration, such as Duration.days(365); got a Duration that is known only at deployment.',
  ],

  ['props.approvalz', { approverGroups: ['a'] }, 'is unknown; did you mean "approvals"?'],
  ['props.Policies', [], 'is unknown; did you mean "policies"?'],
  ['props.connectorEgres', {}, 'is unknown; did you mean "connectorEgress"?'],
]);

const TOOL = 'a Tool, such as the result of tickets.addTool(…)';

refuses('HardenedAgentRuntime.allow', [
  ['tool', 'tickets_read', `must be ${TOOL}; got a string.`],
  ['tool', undefined, `is missing; it must be ${TOOL}.`],
  ['tool', tickets, `must be ${TOOL}; got an HttpConnector.`],
  ['tool', [read], `must be ${TOOL}; got an array.`],
  [
    'options',
    'context.args.amountCents <= 5',
    "must be an object, such as { when: 'context.args.amountCents <= 50000' }; got a string.",
  ],
  ['options.if', 'true', 'is unknown; write when.'],
  ['options.whem', 'true', 'is unknown; did you mean "when"?'],
  ['options.when', true, "must be a string, such as 'context.args.amountCents <= 50000'; got a boolean."],
  ['options.when', () => true, "must be a string, such as 'context.args.amountCents <= 50000'; got a function."],
  ['options.when', null, "must be a string, such as 'context.args.amountCents <= 50000'; got null."],
]);

refuses('HardenedAgentRuntime.autoApprove', [
  ['tool', 'tickets_read', `must be ${TOOL}; got a string.`],
  ['tool', Effect.READ, `must be ${TOOL}; got an Effect.`],
  ['options', 5, "must be an object, such as { when: 'context.args.amountCents <= 50000' }; got a number."],
]);

refuses('HardenedAgentRuntime.grantLaunch', [
  ['grantee', 'arn:aws:iam::111122223333:role/App', 'must be a role, a user or a function; got a string.'],
  ['grantee', vpc, 'must be a role, a user or a function; got a Vpc.'],
]);

refuses('HardenedAgentRuntime.addAlarmAction', [
  [
    'actions[0]',
    'arn:aws:sns:eu-west-1:111122223333:topic',
    'must be an alarm action, such as new SnsAction(topic); got a string.',
  ],
  ['actions[0]', Credential.bearer('x'), 'must be an alarm action, such as new SnsAction(topic); got a Credential.'],
  [
    'actions[0]',
    InputSchema.fromString('{}'),
    'must be an alarm action, such as new SnsAction(topic); got an InputSchema.',
  ],
]);
