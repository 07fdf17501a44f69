import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { FOREIGN, INCLUDE } from '../mutation';
import { beside, byRegion, declare, either, holesIn, parameter, sometimes, undecided } from './changes';
import type { DugApp, OtherHole } from './dug-app';

const GATE = 'AgentGateFunction';
const EXECUTOR = 'TicketsExecutorFunction';
const DOCUMENTS = 'DocumentsExecutorFunction';
const SEAL = 'AgentLedgerSealerSealFunction';
const SHOW = 'AgentApprovalsShowRequestsFunction';
const DECIDE = 'AgentApprovalsDecideFunction';
const EXECUTE = 'AgentApprovalsExecuteApprovedFunction';
const LAUNCH = 'AgentSessionsLaunchFunction';
const SWEEP = 'AgentSweepFunction';
const OPERATE = 'AgentOperatorsOperateFunction';
const STATE = 'AgentStateTable';
const LEDGER = 'AgentLedgerBucket';
const EVIDENCE = 'AgentLedgerEvidence';
const WITNESS = 'AgentLedgerWitnessBucket';
const PUBLICATION = 'AgentLedgerPublication';
const TRAIL = 'AgentLedgerTrail';
const WORKFLOW = 'AgentApprovalsStateMachine';
const TASK = 'AgentTaskDefinition';
const CLUSTER = 'AgentTaskCluster';
const VPC = 'AgentNetworkVpc';
const SUBNET = 'AgentNetworkVpcIsolatedSubnet1Subnet';
const ROUTES = 'AgentNetworkVpcIsolatedSubnet1RouteTable';
const GROUP = 'AgentAgentGroupWithRules';
const GATE_API = 'AgentGateApi';
const STAGE = 'AgentGateApiDeploymentStagev1';
const DESK_API = 'AgentApprovalsDeskApi';
const CREDENTIAL = 'TicketsCredential';
const AGENT_ROLE = 'AgentAgentRole';
const GATE_ROLE = 'AgentGateRole';
const DNS_RULES = 'AgentNetworkDnsFirewallRules';
const SEAL_RULE = 'AgentLedgerSealerEveryMinute';
const APPROVERS = 'AgentApprovalsApproverRole';
const SIGNING_KEY = 'AgentLedgerSealerSigningKey';
const LEDGER_KEY = 'AgentLedgerKey';

const container = (a: DugApp): JsonObject => (a.properties(TASK).ContainerDefinitions as JsonObject[])[0] as JsonObject;
const methodSettings = (a: DugApp): JsonObject => (a.properties(STAGE).MethodSettings as JsonObject[])[0] as JsonObject;
const groupOf = (a: DugApp, name: string): JsonObject => a.get(name, 'GroupId');
const sub = (text: string): JsonObject => ({ 'Fn::Sub': text });
const join = (...parts: JsonValue[]): JsonObject => ({ 'Fn::Join': ['', parts] });
const trust = (a: DugApp, role: string): JsonObject =>
  (a.properties(role).AssumeRolePolicyDocument as { Statement: JsonObject[] }).Statement[0] as JsonObject;
const attributes = (a: DugApp, name: string): JsonObject => a.resource(name) as unknown as JsonObject;
const dnsRule = (a: DugApp, n: number): JsonObject =>
  (a.properties(DNS_RULES).FirewallRules as JsonObject[])[n] as JsonObject;
const inVpc = (a: DugApp, name: string): JsonObject => a.properties(name).VpcConfig as JsonObject;

/** Replaces a text in the workflow's definition. */
function inWorkflow(a: DugApp, was: string, is: string): void {
  const text = JSON.stringify(a.properties(WORKFLOW).DefinitionString);
  const escaped = (each: string) => JSON.stringify(each).slice(1, -1);
  if (!text.includes(escaped(was))) throw new Error(`no ${was}`);
  a.set(WORKFLOW, { DefinitionString: JSON.parse(text.replace(escaped(was), () => escaped(is))) as JsonValue });
}

/** One part has what belongs to another. */
const SWAPPED = holesIn('quickstart', [
  ...(
    [
      [GATE, 'AgentApprovalsDecideRole'],
      [DECIDE, GATE_ROLE],
      [SHOW, 'AgentApprovalsDecideRole'],
      [EXECUTOR, 'DocumentsExecutorRole'],
      [DOCUMENTS, 'TicketsExecutorRole'],
      [SEAL, GATE_ROLE],
      [LAUNCH, 'AgentSweepRole'],
      [OPERATE, 'AgentSessionsLaunchRole'],
      [SWEEP, 'AgentOperatorsOperateRole'],
      ['AgentSessionsEndFunction', 'AgentSessionsLaunchRole'],
      ['AgentApprovalsRequestApprovalFunction', 'AgentApprovalsExecuteApprovedRole'],
      ['AgentApprovalsCloseRequestFunction', 'AgentApprovalsDecideRole'],
      ['CustomVpcRestrictDefaultSGCustomResourceProviderHandler', 'AgentLedgerSealerSealRole'],
    ] as const
  ).map(
    ([part, role]) =>
      [
        `role-of-${part}-is-${role}`,
        'A part has the rights of another one.',
        (a: DugApp) => a.set(part, { Role: a.get(role) }),
      ] as const,
  ),
  [
    'task-runs-as-execution-role',
    'The agent pulls images and writes any log with its own credentials.',
    (a) => a.set(TASK, { TaskRoleArn: a.get('AgentTaskExecutionRole') }),
  ],
  ['task-runs-as-approver', 'The agent approves its own calls.', (a) => a.set(TASK, { TaskRoleArn: a.get(APPROVERS) })],
  [
    'task-runs-as-flow-log-role',
    'The agent writes flow logs.',
    (a) => a.set(TASK, { TaskRoleArn: a.get('AgentNetworkFlowLogRole') }),
  ],
  [
    'agent-in-gates-group',
    'The agent reaches what the gate reaches.',
    (a) => a.setVariables(LAUNCH, { SECURITY_GROUP_ID: groupOf(a, 'AgentGateGroupWithRules') }),
  ],
  [
    'agent-in-default-group',
    'The agent runs in the group that a person may open by accident.',
    (a) => a.setVariables(LAUNCH, { SECURITY_GROUP_ID: a.get(VPC, 'DefaultSecurityGroup') }),
  ],
  [
    'documents-in-gates-group',
    'A connector reaches what the gate reaches.',
    (a) => {
      inVpc(a, DOCUMENTS).SecurityGroupIds = [groupOf(a, 'AgentGateGroupWithRules')];
    },
  ],
  [
    'gate-has-two-groups',
    'The gate is a member of the group of the sealer too.',
    (a) => {
      (inVpc(a, GATE).SecurityGroupIds as JsonValue[]).push(groupOf(a, 'AgentLedgerSealerGroupWithRules'));
    },
  ],
  [
    'gate-leaves-its-network',
    'The gate reaches the internet.',
    (a) => {
      a.properties(GATE).VpcConfig = { SubnetIds: [], SecurityGroupIds: [] };
    },
  ],
  [
    'witness-is-ledger',
    'Nobody witnesses what the ledger says.',
    (a) => a.setVariables(SEAL, { WITNESS_BUCKET: a.ref(LEDGER) }),
  ],
  [
    'publication-is-evidence',
    'What is published goes where nobody looks.',
    (a) => a.setVariables(SEAL, { PUBLICATION_BUCKET: a.ref(EVIDENCE) }),
  ],
  [
    'evidence-is-publication',
    'Arguments of calls are written where the public looks.',
    (a) => a.setVariables(GATE, { EVIDENCE_BUCKET: a.ref(PUBLICATION) }),
  ],
  [
    'signing-key-is-ledger-key',
    'The sealer’s signature is another key’s.',
    (a) => a.setVariables(SEAL, { SIGNING_KEY_ARN: a.get(LEDGER_KEY) }),
  ],
  [
    'trail-into-evidence',
    'The trail is kept where entries are deleted.',
    (a) => a.set(TRAIL, { S3BucketName: a.ref(EVIDENCE) }),
  ],
  [
    'secret-under-evidence-key',
    'Whoever may read evidence may decrypt the credential.',
    (a) => a.set(CREDENTIAL, { KmsKeyId: a.get('AgentLedgerEvidenceKey') }),
  ],
  [
    'ledger-under-evidence-key',
    'Whoever may read evidence may decrypt the ledger.',
    (a) =>
      a.set(LEDGER, {
        BucketEncryption: structuredClone(a.properties(EVIDENCE).BucketEncryption) as JsonValue,
      }),
  ],
  [
    'workflow-as-watch',
    'The workflow has the watch’s rights.',
    (a) => a.set(WORKFLOW, { RoleArn: a.get('AgentApprovalsWatchRole') }),
  ],
  [
    'watch-as-workflow',
    'The watch may invoke what runs calls.',
    (a) => a.set('AgentApprovalsWatchStateMachine', { RoleArn: a.get('AgentApprovalsWorkflowRole') }),
  ],
  [
    'flows-of-one-subnet',
    'Most of the network isn’t logged.',
    (a) => a.set('AgentNetworkFlowLog', { ResourceType: 'Subnet', ResourceId: a.ref(SUBNET) }),
  ],
  [
    'flows-accepted-only',
    'Refused attempts aren’t logged.',
    (a) => a.set('AgentNetworkFlowLog', { TrafficType: 'ACCEPT' }),
  ],
  [
    'queries-into-gates-log',
    'Queries are mixed with what the gate writes.',
    (a) => a.set('AgentNetworkDnsFirewallQueryLogging', { DestinationArn: a.get('AgentGateLogs') }),
  ],
  [
    'endpoint-in-agents-group',
    'The endpoint of KMS is open to whatever the agent’s group admits.',
    (a) => a.set('AgentNetworkEndpointsKms', { SecurityGroupIds: [groupOf(a, GROUP)] }),
  ],
  [
    'agents-group-admitted-to-lambda',
    'The agent reaches the endpoint of Lambda.',
    (a) =>
      a.add('AWS::EC2::SecurityGroupIngress', {
        GroupId: groupOf(a, 'AgentNetworkEndpointsLambdaGroup'),
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        SourceSecurityGroupId: groupOf(a, GROUP),
      }),
  ],
  [
    'calls-to-executor',
    'The agent calls a connector past the gate.',
    (a) => {
      const integration = a.properties('AgentGateApicallsPOST').Integration as { Uri: JsonValue };
      integration.Uri = JSON.parse(JSON.stringify(integration.Uri).replace(a.id(GATE), a.id(EXECUTOR))) as JsonValue;
    },
  ],
  [
    'decisions-to-execute',
    'A decision runs a call.',
    (a) => {
      const integration = a.properties('AgentApprovalsDeskApirequestsiddecisionPOST').Integration as { Uri: JsonValue };
      integration.Uri = JSON.parse(JSON.stringify(integration.Uri).replace(a.id(DECIDE), a.id(EXECUTE))) as JsonValue;
    },
  ],
  [
    'executors-swapped',
    'Calls run as another connector’s.',
    (a) => a.swapVariables(GATE, 'EXECUTOR_ARN_TICKETS', 'EXECUTOR_ARN_DOCUMENTS'),
  ],
  [
    'sealer-rule-starts-sweep',
    'Nothing seals the ledger.',
    (a) => {
      ((a.properties(SEAL_RULE).Targets as JsonObject[])[0] as JsonObject).Arn = a.get(SWEEP);
    },
  ],
  [
    'only-callers-of-another',
    'Anybody of the account invokes the gate.',
    (a) =>
      a.set('AgentGateOnlyItsCallers', {
        ResourceArn: a.get('CustomVpcRestrictDefaultSGCustomResourceProviderHandler'),
      }),
  ],
  [
    'bucket-policy-of-handbook',
    'The ledger may be deleted.',
    (a) => a.set('AgentLedgerBucketPolicy', { Bucket: a.ref('Handbook') }),
  ],
  [
    'boundary-of-the-other',
    'A connector’s most is another one’s.',
    (a) => a.set('TicketsExecutorRole', { PermissionsBoundary: a.ref('DocumentsBoundary') }),
  ],
  [
    'boundary-is-administrator',
    'Nothing bounds a connector.',
    (a) =>
      a.set('DocumentsExecutorRole', {
        PermissionsBoundary: sub(`arn:\${AWS::Partition}:iam::aws:policy/AdministratorAccess`),
      }),
  ],
  [
    'gates-policy-for-agent',
    'The agent invokes connectors.',
    (a) => {
      (a.properties('AgentGateRoleDefaultPolicy').Roles as JsonValue[]).push(a.ref(AGENT_ROLE));
    },
  ],
  [
    'gate-signs',
    'The gate signs checkpoints.',
    (a) => {
      a.statement(SIGNING_KEY, 'OnlyTheSealerSigns').Condition = {
        ArnNotLike: { 'aws:PrincipalArn': a.get(GATE_ROLE) },
      };
    },
  ],
  [
    'access-log-into-agents-log',
    'Requests are logged where the agent writes.',
    (a) => {
      (a.properties(STAGE).AccessLogSetting as JsonObject).DestinationArn = a.get('AgentTaskLogsAgent');
    },
  ],
  [
    'agents-log-in-gates-log',
    'What the agent prints looks like the gate’s.',
    (a) => {
      ((container(a).LogConfiguration as JsonObject).Options as JsonObject)['awslogs-group'] = a.ref('AgentGateLogs');
    },
  ],
  [
    'firewall-for-other-network',
    'The agent asks any name.',
    (a) => a.set('AgentNetworkDnsFirewallAssociation', { VpcId: 'vpc-0123456789abcdef0' }),
  ],
  [
    'everything-list-is-allowed-list',
    'The agent asks any name that isn’t listed.',
    (a) => {
      dnsRule(a, 1).FirewallDomainListId = dnsRule(a, 0).FirewallDomainListId as JsonValue;
    },
  ],
  [
    'agent-id-of-another',
    'The gate reads the sessions of another agent.',
    (a) => a.setVariables(GATE, { AGENT_ID: 'Other-00000000' }),
  ],
  [
    'agent-role-name-of-gate',
    'Who calls the gate isn’t the agent.',
    (a) => a.setVariables(GATE, { AGENT_ROLE_NAME: a.ref(GATE_ROLE) }),
  ],
  [
    'gate-waits-at-watch',
    'Calls that need a person start something else.',
    (a) => a.setVariables(GATE, { APPROVAL_STATE_MACHINE_ARN: a.ref('AgentApprovalsWatchStateMachine') }),
  ],
  [
    'second-gate',
    'A second function has the gate’s rights.',
    (a) => a.add('AWS::Lambda::Function', structuredClone(a.properties(GATE))),
  ],
  [
    'second-gate-of-other-code',
    'Other code has the gate’s rights.',
    (a) =>
      a.add('AWS::Lambda::Function', {
        Code: { ZipFile: 'x' },
        Handler: 'index.handler',
        Runtime: 'nodejs22.x',
        Role: a.get(GATE_ROLE),
      }),
  ],
  [
    'second-task',
    'Another task has the agent’s rights without its limits.',
    (a) =>
      a.add('AWS::ECS::TaskDefinition', {
        ...structuredClone(a.properties(TASK)),
        Family: 'other',
        ContainerDefinitions: [{ Name: 'x', Image: 'public.ecr.aws/x/y:latest' }],
      }),
  ],
  [
    'second-workflow',
    'Another workflow runs calls that nobody approved.',
    (a) =>
      a.add('AWS::StepFunctions::StateMachine', {
        RoleArn: a.get('AgentApprovalsWorkflowRole'),
        DefinitionString: '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}',
      }),
  ],
]);

/** Numbers and words of the parts. */
const LIMITS = holesIn('quickstart', [
  ['sessions-for-years', 'A session never ends.', (a) => a.setVariables(LAUNCH, { SESSION_SECONDS: '315360000' })],
  ['sessions-without-number', 'Sessions aren’t counted.', (a) => a.setVariables(LAUNCH, { MAX_SESSIONS: '999999999' })],
  [
    'seal-after-a-year',
    'Entries aren’t sealed for a year.',
    (a) => a.setVariables(SEAL, { MERGE_DELAY_SECONDS: '31536000' }),
  ],
  [
    'heartbeat-after-a-year',
    'A sealer that stands still isn’t noticed.',
    (a) => a.setVariables(SEAL, { HEARTBEAT_SECONDS: '31536000' }),
  ],
  ['seal-daily', 'Entries aren’t sealed for a day.', (a) => a.set(SEAL_RULE, { ScheduleExpression: 'rate(1 day)' })],
  ['seal-never', 'Nothing seals the ledger.', (a) => a.set(SEAL_RULE, { ScheduleExpression: 'cron(0 0 1 1 ? 2199)' })],
  [
    'sweep-weekly',
    'Sessions that are over run on.',
    (a) => a.set('AgentSweepEveryMinute', { ScheduleExpression: 'rate(7 days)' }),
  ],
  [
    'seal-rule-as-pattern',
    'Nothing seals the ledger.',
    (a) => {
      const rule = a.properties(SEAL_RULE);
      delete rule.ScheduleExpression;
      rule.EventPattern = { source: ['nobody'] };
    },
  ],
  ['seal-rule-on-other-bus', 'Nothing seals the ledger.', (a) => a.set(SEAL_RULE, { EventBusName: 'other' })],
  [
    'task-stopped-on-pending',
    'A stopped task’s session stays open.',
    (a) => {
      ((a.properties('AgentSessionsTaskStopped').EventPattern as JsonObject).detail as JsonObject).lastStatus = [
        { 'anything-but': 'STOPPED' },
      ];
    },
  ],
  [
    'task-stopped-of-another-family',
    'A stopped task’s session stays open.',
    (a) => {
      ((a.properties('AgentSessionsTaskStopped').EventPattern as JsonObject).detail as JsonObject).group = [
        'family:other',
      ];
    },
  ],
  [
    'requests-unwatched',
    'Nobody notices a request that waits.',
    (a) => {
      ((a.properties('AgentApprovalsWatchStarted').EventPattern as JsonObject).detail as JsonObject).status = [
        'ABORTED',
      ];
    },
  ],
  [
    'watch-input-swapped',
    'The watch looks at another request.',
    (a) => {
      ((a.properties('AgentApprovalsWatchStarted').Targets as JsonObject[])[0] as JsonObject).InputTransformer = {
        InputTemplate: '{"executionArn":"x","requestId":"y"}',
      };
    },
  ],
  [
    'ledger-for-a-day',
    'Entries are deleted after a day.',
    (a) =>
      a.set(LEDGER, {
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Days: 1, Mode: 'COMPLIANCE' } },
        },
      }),
  ],
  [
    'witness-in-governance',
    'Entries are deleted by who may bypass.',
    (a) =>
      a.set(WITNESS, {
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Days: 365, Mode: 'GOVERNANCE' } },
        },
      }),
  ],
  [
    'trail-files-without-rule',
    'The trail is deleted.',
    (a) => a.set('AgentLedgerTrailFilesBucket', { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } }),
  ],
  [
    'ledger-lock-by-parameter',
    'Who deploys says how long entries stay.',
    (a) =>
      a.set(LEDGER, {
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Days: parameter(a, '1', 'Number'), Mode: 'COMPLIANCE' } },
        },
      }),
  ],
  [
    'ledger-lock-by-region',
    'Entries of one region are deleted after a day.',
    (a) =>
      a.set(LEDGER, {
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Days: byRegion(a, { 'eu-west-1': 365, 'us-east-1': 1 }), Mode: 'COMPLIANCE' } },
        },
      }),
  ],
  [
    'ledger-expires',
    'Entries vanish behind a marker.',
    (a) => a.set(LEDGER, { LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 1 }] } }),
  ],
  [
    'evidence-expires-at-once',
    'Evidence is gone the next day by prefix.',
    (a) =>
      a.set(EVIDENCE, {
        LifecycleConfiguration: {
          Rules: [
            { Status: 'Enabled', Prefix: 'args/', ExpirationInDays: 1 },
            { Status: 'Enabled', ExpirationInDays: 180 },
          ],
        },
      }),
  ],
  [
    'evidence-expires-on-date',
    'Evidence is gone on a date.',
    (a) =>
      a.set(EVIDENCE, {
        LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationDate: '2026-01-01T00:00:00Z' }] },
      }),
  ],
  [
    'approvers-for-half-a-day',
    'A stolen session approves for twelve hours.',
    (a) => a.set(APPROVERS, { MaxSessionDuration: 43200 }),
  ],
  [
    'gate-unthrottled',
    'The agent floods the gate.',
    (a) => Object.assign(methodSettings(a), { ThrottlingRateLimit: -1, ThrottlingBurstLimit: -1 }),
  ],
  [
    'gate-logs-bodies',
    'Arguments are written to a log.',
    (a) => Object.assign(methodSettings(a), { DataTraceEnabled: true, LoggingLevel: 'INFO' }),
  ],
  [
    'gate-settings-of-one-path',
    'Calls have no limit.',
    (a) => Object.assign(methodSettings(a), { ResourcePath: '/tools', HttpMethod: 'GET' }),
  ],
  [
    'gate-caches',
    'An answer for one session is given to another.',
    (a) => Object.assign(methodSettings(a), { CachingEnabled: true, CacheTtlInSeconds: 3600 }),
  ],
  [
    'approval-waits-a-year',
    'A request waits for a year.',
    (a) => inWorkflow(a, '"TimeoutSeconds":1860', '"TimeoutSeconds":31536000'),
  ],
  [
    'approval-by-default',
    'What nobody denied runs.',
    (a) => inWorkflow(a, '"Default":"CloseRequest"', '"Default":"Execute"'),
  ],
  [
    'approval-on-failure',
    'What nobody decided runs.',
    (a) =>
      inWorkflow(
        a,
        '"Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":null,"Next":"CloseRequest"}],"Next":"Decided"',
        '"Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":null,"Next":"Execute"}],"Next":"Decided"',
      ),
  ],
  [
    'approval-not-denied',
    'Anything but a denial approves.',
    (a) =>
      inWorkflow(
        a,
        '{"Variable":"$.decided.decision","StringEquals":"APPROVED","Next":"Execute"}',
        '{"Not":{"Variable":"$.decided.decision","StringEquals":"DENIED"},"Next":"Execute"}',
      ),
  ],
  [
    'approval-by-presence',
    'Any decision approves.',
    (a) => inWorkflow(a, '"StringEquals":"APPROVED"', '"IsPresent":true'),
  ],
  [
    'approval-by-match',
    'A decision that begins so approves.',
    (a) => inWorkflow(a, '"StringEquals":"APPROVED"', '"StringMatches":"*"'),
  ],
  [
    'approval-of-own-input',
    'The gate’s own input approves.',
    (a) => inWorkflow(a, '"ResultPath":"$.decided"', '"ResultPath":null'),
  ],
  ['approval-skipped', 'Nobody is asked.', (a) => inWorkflow(a, '"StartAt":"AwaitDecision"', '"StartAt":"Execute"')],
  [
    'approval-executes-twice',
    'A call runs again after a failure.',
    (a) =>
      inWorkflow(
        a,
        '"TimeoutSeconds":960',
        '"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":5}],"TimeoutSeconds":960',
      ),
  ],
  ['approval-without-token', 'Nobody is waited for.', (a) => inWorkflow(a, 'invoke.waitForTaskToken', 'invoke')],
  [
    'approval-digest-constant',
    'What is shown isn’t what is approved.',
    (a) => inWorkflow(a, '"digest.$":"$.digest"', '"digest":"x"'),
  ],
  [
    'approval-other-request',
    'Another request runs.',
    (a) =>
      inWorkflow(
        a,
        '"Payload":{"requestId.$":"$.requestId","sessionId.$":"$.sessionId"}},"TimeoutSeconds":960',
        '"Payload":{"requestId.$":"$.decided.requestId","sessionId.$":"$.sessionId"}},"TimeoutSeconds":960',
      ),
  ],
  ['workflow-express', 'The workflow may run twice.', (a) => a.set(WORKFLOW, { StateMachineType: 'EXPRESS' })],
  [
    'workflow-from-file',
    'The workflow is what a file says.',
    (a) => a.set(WORKFLOW, { DefinitionS3Location: { Bucket: a.ref('Handbook'), Key: 'workflow.json' } }),
  ],
  [
    'workflow-logs-data',
    'Arguments of calls are logged.',
    (a) => {
      (a.properties(WORKFLOW).LoggingConfiguration as JsonObject).IncludeExecutionData = true;
    },
  ],
  [
    'workflow-logs-off',
    'Nothing of the workflow is logged.',
    (a) => {
      (a.properties(WORKFLOW).LoggingConfiguration as JsonObject).Level = 'OFF';
    },
  ],
  ['trail-off', 'Nothing is recorded.', (a) => a.set(TRAIL, { IsLogging: false })],
  ['trail-unvalidated', 'Files of the trail may be changed.', (a) => a.set(TRAIL, { EnableLogFileValidation: false })],
  [
    'trail-of-one-bucket',
    'Writes to the witness aren’t recorded.',
    (a) => {
      const selectors = a.properties(TRAIL).AdvancedEventSelectors as JsonValue[];
      selectors.splice(1, 1);
    },
  ],
  [
    'trail-except-gate',
    'What the gate’s role reads isn’t recorded.',
    (a) => {
      const selectors = a.properties(TRAIL).AdvancedEventSelectors as { FieldSelectors: JsonObject[] }[];
      selectors[3]?.FieldSelectors.push({
        Field: 'userIdentity.arn',
        NotStartsWith: [join('arn:aws:sts::', { Ref: 'AWS::AccountId' }, ':assumed-role/')],
      });
    },
  ],
  [
    'trail-except-events',
    'Changes of keys aren’t recorded.',
    (a) => {
      const selectors = a.properties(TRAIL).AdvancedEventSelectors as { FieldSelectors: JsonObject[] }[];
      selectors[0]?.FieldSelectors.push({ Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] });
    },
  ],
  [
    'trail-aggregates',
    'Another service keeps a copy of the trail’s events.',
    (a) => a.set(TRAIL, { SnsTopicName: 'topic' }),
  ],
  [
    'trail-to-logs',
    'The trail’s events go to a log that others read.',
    (a) =>
      a.set(TRAIL, {
        CloudWatchLogsLogGroupArn: a.get('AgentTaskLogsAgent'),
        CloudWatchLogsRoleArn: a.get('AgentTaskExecutionRole'),
      }),
  ],
]);

/** Members of known types that are seldom written. */
const setting = (id: string, harm: string, name: string, members: JsonObject | ((a: DugApp) => JsonObject)) =>
  [id, harm, (a: DugApp) => a.set(name, typeof members === 'function' ? members(a) : members)] as const;

const MEMBERS = holesIn('quickstart', [
  setting('gate-on-instances', 'The gate runs on machines of the account.', GATE, {
    CapacityProviderConfig: {
      LambdaManagedInstancesCapacityProviderConfig: {
        CapacityProviderArn: sub(`arn:aws:lambda:\${AWS::Region}:\${AWS::AccountId}:capacity-provider:x`),
      },
    },
  }),
  setting('gate-durable', 'The state of the gate’s calls is kept for a year.', GATE, {
    DurableConfig: { ExecutionTimeout: 31536000, RetentionPeriodInDays: 90 },
  }),
  setting('gate-tenants', 'The gate’s callers say whose environment they get.', GATE, {
    TenancyConfig: { TenantIsolationMode: 'PER_TENANT' },
  }),
  setting('executor-recursive', 'A connector may call itself for ever.', EXECUTOR, { RecursiveLoop: 'Allow' }),
  setting('gate-snapshot', 'Secrets in memory are kept in a snapshot.', GATE, {
    SnapStart: { ApplyOn: 'PublishedVersions' },
  }),
  setting('gate-pinned-runtime', 'The gate keeps an old runtime.', GATE, {
    RuntimeManagementConfig: {
      UpdateRuntimeOn: 'Manual',
      RuntimeVersionArn: 'arn:aws:lambda:eu-west-1::runtime:0123456789abcdef',
    },
  }),
  setting('gate-foreign-key', 'Another account’s key decides whether the gate starts.', GATE, {
    KmsKeyArn: `arn:aws:kms:eu-west-1:${FOREIGN}:key/01234567-89ab-cdef-0123-456789abcdef`,
  }),
  setting('gate-off', 'The agent’s sealer never runs.', SEAL, { ReservedConcurrentExecutions: 0 }),
  setting('sweep-off', 'Sessions that are over run on.', SWEEP, { ReservedConcurrentExecutions: 0 }),
  setting('executor-dead-letters', 'Arguments of calls go to a queue.', EXECUTOR, {
    DeadLetterConfig: { TargetArn: sub(`arn:aws:sqs:\${AWS::Region}:\${AWS::AccountId}:q`) },
  }),
  setting('gate-quiet', 'The gate’s failures aren’t logged.', GATE, (a) => ({
    LoggingConfig: {
      LogGroup: a.ref('AgentGateLogs'),
      LogFormat: 'JSON',
      ApplicationLogLevel: 'FATAL',
      SystemLogLevel: 'WARN',
    },
  })),
  setting('gate-old-runtime', 'The gate runs on what nobody mends.', GATE, { Runtime: 'nodejs16.x' }),
  setting('gate-own-runtime', 'A runtime of somebody else starts the gate.', GATE, { Runtime: 'provided.al2023' }),
  setting('gate-other-handler', 'Another entry of the gate’s code answers.', GATE, { Handler: '/opt/wrapper.handler' }),
  setting('gate-in-seconds', 'The gate is ended before it has written.', GATE, { Timeout: 1 }),
  setting('gate-files', 'The gate shares files.', GATE, {
    FileSystemConfigs: [
      {
        Arn: sub(`arn:aws:elasticfilesystem:\${AWS::Region}:\${AWS::AccountId}:access-point/fsap-0123456789abcdef0`),
        LocalMountPath: '/mnt/x',
      },
    ],
  }),
  setting('gate-code-version', 'The gate’s code is an older one.', GATE, {
    Code: {
      S3Bucket: sub(`cdk-hnb659fds-assets-\${AWS::AccountId}-\${AWS::Region}`),
      S3Key: 'gate.zip',
      S3ObjectVersion: 'abc',
    },
  }),
  setting('gate-code-imported', 'Another stack says what the gate’s code is.', GATE, {
    Code: { S3Bucket: { 'Fn::ImportValue': 'CodeBucket' }, S3Key: 'gate.zip' },
  }),
  setting('gate-code-selected', 'A parameter says what the gate’s code is.', GATE, (a) => ({
    Code: { S3Bucket: { 'Fn::Select': [0, { 'Fn::Split': ['/', parameter(a, 'bucket/key')] }] }, S3Key: 'gate.zip' },
  })),
  setting('task-of-one-process-space', 'Containers see each other.', TASK, { PidMode: 'task' }),
  setting('task-faults', 'Faults may be put into the task from outside.', TASK, { EnableFaultInjection: true }),
  setting('task-proxy', 'A proxy reads what the agent sends.', TASK, {
    ProxyConfiguration: { Type: 'APPMESH', ContainerName: 'agent' },
  }),
  setting('task-volume', 'Sessions share files.', TASK, {
    Volumes: [{ Name: 'v', EFSVolumeConfiguration: { FilesystemId: 'fs-0123456789abcdef0' } }],
  }),
  setting('task-on-machines', 'The task may run on machines of the account.', TASK, {
    RequiresCompatibilities: ['FARGATE', 'EC2'],
  }),
  setting('task-windows', 'The task runs without the limits that Linux has.', TASK, {
    RuntimePlatform: { CpuArchitecture: 'X86_64', OperatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' },
  }),
  setting('task-bridge', 'The task shares a network.', TASK, { NetworkMode: 'bridge' }),
  ...(
    [
      [
        'secrets',
        { Secrets: [{ Name: 'X', ValueFrom: sub(`arn:aws:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/x`) }] },
      ],
      ['environment-files', { EnvironmentFiles: [{ Type: 's3', Value: 'arn:aws:s3:::x/y.env' }] }],
      ['resolvers', { DnsServers: ['8.8.8.8'] }],
      ['hosts', { ExtraHosts: [{ Hostname: 'gate', IpAddress: '10.0.0.1' }] }],
      ['writable', { ReadonlyRootFilesystem: { 'Fn::Not': [true] } }],
      ['root', { User: '0' }],
      ['root-by-name', { User: 'root:10001' }],
      ['tty', { Interactive: true, PseudoTerminal: true }],
      ['restarts', { RestartPolicy: { Enabled: true, RestartAttemptPeriod: 60 } }],
      ['version', { VersionConsistency: 'disabled' }],
      ['domain', { CredentialSpecs: ['credentialspec:arn:aws:s3:::x/y.json'] }],
      ['kernel', { SystemControls: [{ Namespace: 'net.ipv4.ip_forward', Value: '1' }] }],
      [
        'registry',
        { RepositoryCredentials: { CredentialsParameter: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:x' } },
      ],
      [
        'splunk',
        {
          LogConfiguration: {
            LogDriver: 'splunk',
            Options: { 'splunk-url': 'https://x.example.com', 'splunk-token': 'x' },
          },
        },
      ],
      ['unlabelled', { DockerSecurityOptions: ['no-new-privileges:false'] }],
      ['ports', { PortMappings: [{ ContainerPort: 8080 }] }],
      ['imagetag', { Image: 'public.ecr.aws/x/agent:latest' }],
      ['image-of-parameter', { Image: { 'Fn::Sub': [`\${R}@sha256:x`, { R: { 'Fn::ImportValue': 'Image' } }] } }],
      ['ulimits', { Ulimits: [{ Name: 'nproc', SoftLimit: 1e6, HardLimit: 1e6 }] }],
      ['firelens', { FirelensConfiguration: { Type: 'fluentbit' } }],
    ] as const
  ).map(
    ([id, members]) =>
      [
        `container-${id}`,
        'The agent’s container isn’t what this library makes.',
        (a: DugApp) => {
          Object.assign(container(a), members);
        },
      ] as const,
  ),
  [
    'container-capability',
    'The agent may trace processes.',
    (a) => {
      (container(a).LinuxParameters as JsonObject).Capabilities = { Drop: ['ALL'], Add: ['SYS_PTRACE'] };
    },
  ],
  [
    'container-device',
    'The agent has a device.',
    (a) => {
      (container(a).LinuxParameters as JsonObject).Devices = [{ HostPath: '/dev/kvm' }];
    },
  ],
  [
    'container-tmpfs-executes',
    'The agent runs what it writes.',
    (a) => {
      const [first] = (container(a).LinuxParameters as { Tmpfs: { MountOptions: string[] }[] }).Tmpfs;
      first?.MountOptions.splice(3, 1, 'exec');
    },
  ],
  [
    'sidecar',
    'Another image has the agent’s rights.',
    (a) => {
      (a.properties(TASK).ContainerDefinitions as JsonValue[]).push({
        Name: 'sidecar',
        Essential: false,
        Image: 'public.ecr.aws/x/y:1',
      });
    },
  ],
  setting('cluster-exec-logging', 'Sessions of people in tasks are somewhere else.', CLUSTER, {
    Configuration: { ExecuteCommandConfiguration: { Logging: 'DEFAULT' } },
  }),
  setting('cluster-storage-key', 'A foreign key encrypts what the task writes.', CLUSTER, {
    Configuration: {
      ExecuteCommandConfiguration: { Logging: 'NONE' },
      ManagedStorageConfiguration: { FargateEphemeralStorageKmsKeyId: `arn:aws:kms:eu-west-1:${FOREIGN}:key/x` },
    },
  }),
  setting('cluster-machines', 'Tasks may run on machines.', CLUSTER, {
    CapacityProviders: ['own'],
    DefaultCapacityProviderStrategy: [{ CapacityProvider: 'own' }],
  }),
  setting('cluster-mesh', 'A mesh finds the tasks.', CLUSTER, { ServiceConnectDefaults: { Namespace: 'x' } }),
  setting('api-old-tls', 'Old TLS is accepted.', GATE_API, { SecurityPolicy: 'TLS_1_0' }),
  setting('api-public', 'The gate answers the internet.', GATE_API, { EndpointConfiguration: { Types: ['REGIONAL'] } }),
  setting('api-edge', 'The desk is behind another network.', DESK_API, { EndpointConfiguration: { Types: ['EDGE'] } }),
  setting('api-body', 'A file says what the API does.', GATE_API, { BodyS3Location: { Bucket: 'x', Key: 'y' } }),
  setting('api-clone', 'Another API says what the API does.', GATE_API, { CloneFrom: 'abcdef1234' }),
  setting('api-binary', 'Bodies are read otherwise.', GATE_API, { BinaryMediaTypes: ['*/*'] }),
  setting('api-key-source', 'An authorizer says which key.', GATE_API, { ApiKeySourceType: 'AUTHORIZER' }),
  setting('method-open', 'Anybody in the network calls the gate.', 'AgentGateApicallsPOST', {
    AuthorizationType: 'NONE',
  }),
  setting('method-custom', 'Somebody else says who may call.', 'AgentApprovalsDeskApirequestsiddecisionPOST', {
    AuthorizationType: 'CUSTOM',
    AuthorizerId: 'abc123',
  }),
  [
    'method-elsewhere',
    'Calls go to another host.',
    (a) =>
      a.set('AgentGateApicallsPOST', {
        Integration: { Type: 'HTTP_PROXY', IntegrationHttpMethod: 'POST', Uri: 'https://x.example.com' },
      }),
  ],
  [
    'method-streams',
    'Answers leave before they are checked.',
    (a) =>
      Object.assign(a.properties('AgentGateApicallsPOST').Integration as JsonObject, {
        ResponseTransferMode: 'STREAM',
      }),
  ],
  [
    'method-credentials',
    'The caller’s own rights invoke the gate.',
    (a) =>
      Object.assign(a.properties('AgentGateApicallsPOST').Integration as JsonObject, {
        Credentials: 'arn:aws:iam::*:user/*',
      }),
  ],
  [
    'method-cache-key',
    'Answers are mixed.',
    (a) =>
      Object.assign(a.properties('AgentApprovalsDeskApirequestsidGET').Integration as JsonObject, {
        CacheNamespace: 'x',
        CacheKeyParameters: [],
      }),
  ],
  setting('method-any', 'Other verbs reach the gate.', 'AgentGateApicallsPOST', { HttpMethod: 'ANY' }),
  setting('stage-canary', 'A part of the calls goes elsewhere.', STAGE, (a) => ({
    CanarySetting: { PercentTraffic: 50, DeploymentId: a.properties(STAGE).DeploymentId as JsonValue },
  })),
  setting('stage-variables', 'A variable says what is called.', STAGE, { Variables: { f: 'x' } }),
  setting('stage-cache', 'Answers are kept.', STAGE, { CacheClusterEnabled: true, CacheClusterSize: '0.5' }),
  setting('resource-proxy', 'Every path reaches the gate.', 'AgentGateApicalls', { PathPart: '{proxy+}' }),
  setting('validator-off', 'Bodies aren’t checked.', 'AgentApprovalsDeskApiValidator', { ValidateRequestBody: false }),
  setting('model-anything', 'Any body decides.', 'AgentApprovalsDeskApiDecisionBody', { Schema: {} }),
  setting('key-for-all-regions', 'The ledger’s key is elsewhere too.', LEDGER_KEY, { MultiRegion: true }),
  setting('key-external', 'Somebody else has the key.', LEDGER_KEY, { Origin: 'EXTERNAL' }),
  setting('key-off', 'The ledger can’t be read.', LEDGER_KEY, { Enabled: false }),
  setting('key-week', 'A key is gone after a week.', LEDGER_KEY, { PendingWindowInDays: 7 }),
  setting('signing-key-other-spec', 'Checkpoints are signed otherwise.', SIGNING_KEY, { KeySpec: 'RSA_2048' }),
  setting('signing-key-macs', 'Who verifies can forge.', SIGNING_KEY, {
    KeySpec: 'HMAC_256',
    KeyUsage: 'GENERATE_VERIFY_MAC',
  }),
  setting('secret-written', 'The credential is in the template.', CREDENTIAL, { SecretString: 'abc' }),
  setting('secret-elsewhere', 'The credential is in another region.', CREDENTIAL, {
    ReplicaRegions: [{ Region: 'us-east-1' }],
  }),
  setting('secret-external', 'Somebody else manages the credential.', CREDENTIAL, { Type: 'PartnerSecret' }),
  setting('secret-policy-public', 'A public policy is let through.', 'TicketsCredentialPolicy', {
    BlockPublicPolicy: false,
  }),
  setting('table-imported', 'State comes from a file.', STATE, {
    ImportSourceSpecification: { S3BucketSource: { S3Bucket: 'x' }, InputFormat: 'CSV' },
  }),
  setting('table-expires-otherwise', 'State is deleted before its time.', STATE, {
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  }),
  setting('table-policy', 'Anybody of an organization reads state.', STATE, {
    ResourcePolicy: {
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: '*',
            Action: 'dynamodb:GetItem',
            Resource: '*',
            Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abc' } },
          },
        ],
      },
    },
  }),
  setting('bucket-inventory', 'Names of entries go elsewhere.', LEDGER, {
    InventoryConfigurations: [
      {
        Id: 'i',
        Enabled: true,
        IncludedObjectVersions: 'All',
        ScheduleFrequency: 'Daily',
        Destination: { BucketArn: 'arn:aws:s3:::x', Format: 'CSV' },
      },
    ],
  }),
  setting('bucket-analytics', 'Names of entries go elsewhere.', EVIDENCE, {
    AnalyticsConfigurations: [
      {
        Id: 'i',
        StorageClassAnalysis: {
          DataExport: { OutputSchemaVersion: 'V_1', Destination: { BucketArn: 'arn:aws:s3:::x', Format: 'CSV' } },
        },
      },
    ],
  }),
  setting('bucket-metadata', 'Metadata of entries are a table.', LEDGER, {
    MetadataConfiguration: { JournalTableConfiguration: { RecordExpiration: { Expiration: 'DISABLED' } } },
  }),
  setting('bucket-website', 'The evidence is a web site.', EVIDENCE, { WebsiteConfiguration: { IndexDocument: 'x' } }),
  setting('bucket-cors', 'A page reads the evidence.', EVIDENCE, {
    CorsConfiguration: { CorsRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] },
  }),
  setting('bucket-events', 'Each entry is told.', LEDGER, {
    NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
  }),
  setting('bucket-abac', 'Tags say who reads.', EVIDENCE, { AbacStatus: 'Enabled' }),
  setting('bucket-unblocked-encryption', 'Objects under somebody’s own key are taken.', LEDGER, (a) => ({
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
    BucketName: join('x-', a.ref('Handbook')),
  })),
  setting('bucket-tiering', 'Entries go where reading takes hours.', LEDGER, {
    IntelligentTieringConfigurations: [
      { Id: 'x', Status: 'Enabled', Tierings: [{ AccessTier: 'DEEP_ARCHIVE_ACCESS', Days: 180 }] },
    ],
  }),
  setting('bucket-versions-off', 'Entries may be overwritten.', LEDGER, {
    VersioningConfiguration: { Status: 'Suspended' },
  }),
  setting('bucket-acls', 'Writers own entries.', LEDGER, {
    OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
  }),
  setting('dns-endpoint-for-hybrid', 'Names are answered otherwise.', 'AgentNetworkEndpointsLambda', {
    DnsOptions: { PrivateDnsOnlyForInboundResolverEndpoint: 'OnlyInboundResolver' },
  }),
  setting('endpoint-other-region', 'Calls leave the region.', 'AgentNetworkEndpointsKms', {
    ServiceRegion: 'us-east-1',
  }),
  setting('endpoint-no-names', 'Names are answered with public addresses.', 'AgentNetworkEndpointsExecuteApi', {
    PrivateDnsEnabled: false,
  }),
  setting('endpoint-six', 'The endpoint has other addresses.', 'AgentNetworkEndpointsLogs', {
    IpAddressType: 'dualstack',
  }),
  setting('endpoint-policy-text', 'The policy is text that nobody reads.', 'AgentNetworkEndpointsLogs', {
    PolicyDocument: sub('{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'),
  }),
  setting('subnet-public-addresses', 'Tasks get public addresses.', SUBNET, { MapPublicIpOnLaunch: true }),
  setting('subnet-six', 'Tasks get addresses of the internet.', SUBNET, {
    AssignIpv6AddressOnCreation: true,
    Ipv6CidrBlock: '2001:db8::/64',
  }),
  setting('subnet-translates', 'Names are translated.', SUBNET, { EnableDns64: true }),
  setting('network-no-resolver', 'The DNS firewall has nothing to filter.', VPC, { EnableDnsSupport: false }),
  setting('dns-list-of-file', 'A file says which names.', 'AgentNetworkDnsFirewallAllowed', {
    DomainFileUrl: 's3://x/y',
  }),
  setting('dns-list-wide', 'Any name of AWS is allowed.', 'AgentNetworkDnsFirewallAllowed', {
    Domains: ['*.amazonaws.com.'],
  }),
  setting('dns-list-of-nothing', 'Nothing is blocked.', 'AgentNetworkDnsFirewallEverything', {
    Domains: ['*.example.com'],
  }),
  [
    'dns-alert',
    'Names are only reported.',
    (a) => {
      const rule = dnsRule(a, 1);
      delete rule.BlockResponse;
      rule.Action = 'ALERT';
    },
  ],
  [
    'dns-override',
    'Other names are answered by somebody.',
    (a) =>
      Object.assign(dnsRule(a, 1), {
        BlockResponse: 'OVERRIDE',
        BlockOverrideDnsType: 'CNAME',
        BlockOverrideDomain: 'x.example.com',
        BlockOverrideTtl: 0,
      }),
  ],
  ['dns-one-type', 'Only one type of query is blocked.', (a) => Object.assign(dnsRule(a, 1), { Qtype: 'A' })],
  [
    'dns-threats-only',
    'Only threats are blocked.',
    (a) => {
      const rule = dnsRule(a, 1);
      delete rule.FirewallDomainListId;
      Object.assign(rule, { DnsThreatProtection: 'DGA', ConfidenceThreshold: 'HIGH' });
    },
  ],
  [
    'dns-order',
    'The block is never reached.',
    (a) => {
      (a.properties(DNS_RULES).FirewallRules as JsonValue[]).push({
        Action: 'ALLOW',
        FirewallDomainListId: dnsRule(a, 1).FirewallDomainListId as JsonValue,
        Priority: 150,
      });
    },
  ],
]);

const FOREIGN_ROLE = `arn:aws:iam::${FOREIGN}:role/theirs`;

/** Statements that say more or less than they did. */
const STATEMENTS = holesIn('quickstart', [
  ...(
    [
      [LEDGER, 'NeverDelete'],
      [WITNESS, 'NeverDelete'],
      ['AgentLedgerTrailFilesBucket', 'NeverDelete'],
      [LEDGER, 'CreateOnly'],
      [LEDGER, 'KeepSettings'],
    ] as const
  ).flatMap(([bucket, sid]) =>
    (
      [
        [
          'by-tag',
          (s: JsonObject) =>
            Object.assign(s, {
              Condition: { ...(s.Condition as JsonObject), StringNotEquals: { 'aws:PrincipalTag/admin': 'yes' } },
            }),
        ],
        ['for-account', (s: JsonObject) => Object.assign(s, { Principal: { AWS: FOREIGN } })],
      ] as const
    ).map(
      ([how, change]) =>
        [
          `${bucket}-${sid}-${how}`,
          'Somebody changes what nobody may.',
          (a: DugApp) => void change(a.statement(`${bucket}Policy`, sid)),
        ] as const,
    ),
  ),
  [
    'create-only-reversed',
    'Entries may be overwritten.',
    (a) => {
      a.statement('AgentLedgerBucketPolicy', 'CreateOnly').Condition = { Null: { 's3:if-none-match': 'false' } };
    },
  ],
  [
    'create-only-entries',
    'Checkpoints may be overwritten.',
    (a) => {
      const deny = a.statement('AgentLedgerBucketPolicy', 'CreateOnly');
      deny.Resource = (deny.Resource as JsonValue[]).slice(0, 2);
    },
  ],
  [
    'never-delete-not-versions',
    'Versions may be deleted.',
    (a) => {
      const deny = a.statement('AgentLedgerBucketPolicy', 'NeverDelete');
      deny.Action = (deny.Action as string[]).filter((each) => each !== 's3:DeleteObjectVersion');
    },
  ],
  [
    'settings-any-role',
    'Any deployment’s role changes settings.',
    (a) => {
      a.statement('AgentLedgerBucketPolicy', 'KeepSettings').Condition = {
        ArnNotLike: { 'aws:PrincipalArn': ['arn:*:iam::*:role/cdk-*'] },
      };
    },
  ],
  [
    'deployment-role-of-qualifier',
    'A role of any qualifier changes settings.',
    (a) => {
      a.statement('AgentLedgerBucketPolicy', 'KeepSettings').Condition = {
        ArnNotLike: {
          'aws:PrincipalArn': [
            sub(
              `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/cdk-?????????-cfn-exec-role-\${AWS::AccountId}-\${AWS::Region}`,
            ),
          ],
        },
      };
    },
  ],
  [
    'deny-when-source-known',
    'Who has no source invokes the sealer.',
    (a) => {
      (a.statement('AgentLedgerSealerSealOnlyItsCallers', 'NoOtherSource').Condition as JsonObject).Null = {
        'aws:SourceArn': 'false',
      };
    },
  ],
  [
    'deny-url-only',
    'Anybody of the account invokes the gate.',
    (a) => {
      a.statement('AgentGateOnlyItsCallers', 'NobodyDirectly').Action = ['lambda:InvokeFunctionUrl'];
    },
  ],
  [
    'deny-not-action',
    'Anybody of the account invokes the gate.',
    (a) => {
      const deny = a.statement('AgentGateOnlyItsCallers', 'NobodyDirectly');
      delete deny.Action;
      deny.NotAction = ['lambda:InvokeFunction'];
    },
  ],
  [
    'deny-not-principal',
    'A service’s role invokes the gate.',
    (a) => {
      const deny = a.statement('AgentGateOnlyItsCallers', 'NobodyDirectly');
      delete deny.Principal;
      deny.NotPrincipal = { AWS: sub(`arn:aws:iam::\${AWS::AccountId}:root`) };
    },
  ],
  [
    'deny-any-value',
    'Who sends no agent is let in.',
    (a) => {
      a.statement(GATE_API, 'NobodyElse').Condition = {
        'ForAnyValue:ArnNotLike': { 'aws:PrincipalArn': [a.get(AGENT_ROLE), '*'] },
      };
    },
  ],
  [
    'api-from-any-network',
    'Any network reaches the gate.',
    (a) => {
      a.statement(GATE_API, 'FromIsolatedNetworkOnly').Condition = {
        StringNotEqualsIfExists: { 'aws:SourceVpc': [{ Ref: a.id(VPC) }, 'vpc-0123456789abcdef0'] },
      };
    },
  ],
  [
    'api-network-case',
    'The condition never holds.',
    (a) => {
      a.statement(GATE_API, 'FromIsolatedNetworkOnly').Condition = {
        StringNotEquals: { 'aws:SourceVpcArn': a.ref(VPC) },
        Bool: { 'aws:ViaAWSService': 'true' },
      };
    },
  ],
  [
    'secret-readers',
    'The whole account reads the credential.',
    (a) => {
      a.statement('TicketsCredentialPolicy', 'NobodyElseReadsTheValue').Condition = {
        ArnNotLike: { 'aws:PrincipalArn': sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/*Executor*`) },
      };
    },
  ],
  [
    'secret-batch',
    'Others read it in a batch.',
    (a) => {
      a.statement('TicketsCredentialPolicy', 'NobodyElseReadsTheValue').Action = 'secretsmanager:GetSecretValue';
    },
  ],
  [
    'signs-with-grant',
    'Somebody is granted to sign.',
    (a) => {
      a.statement(SIGNING_KEY, 'OnlyTheSealerSigns').Action = ['kms:Sign'];
    },
  ],
  [
    'key-foreign',
    'Another account uses the key.',
    (a) => {
      (a.properties(LEDGER_KEY).KeyPolicy as { Statement: JsonValue[] }).Statement.push({
        Effect: 'Allow',
        Principal: { AWS: FOREIGN_ROLE },
        Action: 'kms:Decrypt',
        Resource: '*',
      });
    },
  ],
  [
    'key-by-service',
    'A service of any account uses the key.',
    (a) => {
      (a.properties(LEDGER_KEY).KeyPolicy as { Statement: JsonValue[] }).Statement.push({
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'kms:*',
        Resource: '*',
      });
    },
  ],
  [
    'key-by-canonical-user',
    'Another account uses the key.',
    (a) => {
      (a.properties(LEDGER_KEY).KeyPolicy as { Statement: JsonValue[] }).Statement.push({
        Effect: 'Allow',
        Principal: '*',
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: { StringLike: { 'kms:CallerAccount': '*' } },
      });
    },
  ],
  [
    'log-key-any-log',
    'Logs of any stack use the key.',
    (a) => {
      a.statement('AgentTaskLogsKey', 'CloudWatchLogsOfThisStack').Condition = {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:*:logs:*:*:log-group:*' },
      };
    },
  ],
  ...(
    [
      ['service', { Principal: { Service: 'ec2.amazonaws.com' } }],
      ['federated', { Principal: { Federated: 'accounts.google.com' }, Action: 'sts:AssumeRoleWithWebIdentity' }],
      ['world', { Principal: { AWS: '*' } }],
      ['no-group', { Condition: { StringEquals: { 'sts:RoleSessionName': `\${aws:username}` } } }],
      [
        'any-session',
        {
          Condition: {
            StringEquals: { 'aws:PrincipalTag/approver-group': ['support-leads'] },
            StringLike: { 'sts:RoleSessionName': '*' },
          },
        },
      ],
      [
        'group-if-exists',
        {
          Condition: {
            StringEqualsIfExists: { 'aws:PrincipalTag/approver-group': ['support-leads'] },
            StringEquals: { 'sts:RoleSessionName': `\${aws:username}` },
          },
        },
      ],
      [
        'request-tag',
        {
          Condition: {
            StringEquals: {
              'aws:RequestTag/approver-group': ['support-leads'],
              'sts:RoleSessionName': `\${aws:username}`,
            },
          },
        },
      ],
      ['tags', { Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] }],
      [
        'like',
        {
          Condition: {
            StringLike: {
              'aws:PrincipalTag/approver-group': ['support-lead?', '*'],
              'sts:RoleSessionName': `\${aws:username}`,
            },
          },
        },
      ],
    ] as const
  ).map(
    ([how, members]) =>
      [
        `approvers-${how}`,
        'Somebody else approves.',
        (a: DugApp) => {
          Object.assign(trust(a, APPROVERS), structuredClone(members));
        },
      ] as const,
  ),
  [
    'agent-role-any-cluster',
    'A task of any account has the agent’s rights.',
    (a) => {
      trust(a, AGENT_ROLE).Condition = { ArnLike: { 'aws:SourceArn': 'arn:*:ecs:*:*:*' } };
    },
  ],
  [
    'gate-role-by-edge',
    'Another service has the gate’s rights.',
    (a) => {
      trust(a, GATE_ROLE).Principal = { Service: ['lambda.amazonaws.com', 'edgelambda.amazonaws.com'] };
    },
  ],
  [
    'agent-role-by-roles-anywhere',
    'A certificate has the agent’s rights.',
    (a) => {
      (a.properties(AGENT_ROLE).AssumeRolePolicyDocument as { Statement: JsonValue[] }).Statement.push({
        Effect: 'Allow',
        Principal: { Service: 'rolesanywhere.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
      });
    },
  ],
  ...(
    [
      ['all-models', { Effect: 'Allow', Action: 'bedrock:InvokeModel*', Resource: '*' }],
      [
        'star-service',
        {
          Effect: 'Allow',
          Action: 'bedrock:*',
          Resource: sub(`arn:\${AWS::Partition}:bedrock:*::foundation-model/anthropic.*`),
        },
      ],
      ['not-action', { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }],
      ['not-resource', { Effect: 'Allow', Action: 's3:PutObject', NotResource: 'arn:aws:s3:::x/*' }],
      ['question-mark', { Effect: 'Allow', Action: '?3:PutObject', Resource: '*' }],
      ['tagging', { Effect: 'Allow', Action: 'ecs:TagResource', Resource: '*' }],
      [
        'sts',
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Resource: sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/*`),
        },
      ],
      ['identity', { Effect: 'Allow', Action: 'sts:GetWebIdentityToken', Resource: '*' }],
      ['messages', { Effect: 'Allow', Action: 'ssmmessages:*', Resource: '*' }],
    ] as const
  ).map(
    ([how, statement]) =>
      [
        `agent-may-${how}`,
        'The agent does more than call its gate and models.',
        (a: DugApp) => a.grant(AGENT_ROLE, structuredClone(statement) as unknown as JsonObject),
      ] as const,
  ),
  [
    'agent-managed-policy',
    'The agent has a policy from outside.',
    (a) => a.set(AGENT_ROLE, { ManagedPolicyArns: [sub(`arn:\${AWS::Partition}:iam::aws:policy/ReadOnlyAccess`)] }),
  ],
  [
    'agent-managed-policy-of-parameter',
    'Who deploys says what the agent may.',
    (a) =>
      a.set(AGENT_ROLE, {
        ManagedPolicyArns: [
          parameter(a, 'arn:aws:iam::aws:policy/ReadOnlyAccess', 'AWS::SSM::Parameter::Value<String>'),
        ],
      }),
  ],
  [
    'gate-inline',
    'The gate reads the credential.',
    (a) =>
      a.grant(GATE_ROLE, {
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: sub(`arn:\${AWS::Partition}:secretsmanager:\${AWS::Region}:\${AWS::AccountId}:secret:*`),
      }),
  ],
  [
    'decide-without-once',
    'A decision may be changed.',
    (a) => {
      const allow = a.statement('AgentApprovalsDecideRole', 'DecideOnce');
      delete allow.Condition;
    },
  ],
  [
    'sweep-stops-any',
    'The sweep stops any task.',
    (a) => {
      const allow = a.statement('AgentSweepRole', 'StopTasks');
      delete allow.Condition;
      allow.Resource = '*';
    },
  ],
  [
    'code-may-interfaces',
    'Code of a part makes interfaces.',
    (a) => {
      a.statement(GATE_ROLE, 'DenyNetworkInterfacesToCode').Condition = {
        ArnLike: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:*:*:function:x' },
      };
    },
  ],
]);

/** Rights that others get, said in ways of their own. */
const RIGHTS = holesIn(
  'quickstart',
  (
    [
      ['function-code', 'lambda:UpdateFunctionCode', '*'],
      [
        'function-code-by-text',
        'lambda:UpdateFunction*',
        sub(`arn:\${AWS::Partition}:lambda:*:\${AWS::AccountId}:function:*Gate*`),
      ],
      ['function-permission', 'lambda:AddPermission', '*'],
      ['function-off', 'lambda:PutFunctionConcurrency', '*'],
      ['function-policy', 'lambda:PutResourcePolicy', '*'],
      ['function-runtime', 'lambda:PutRuntimeManagementConfig', '*'],
      ['function-events', 'lambda:PutFunctionEventInvokeConfig', '*'],
      ['function-version', 'lambda:PublishVersion', '*'],
      ['function-recursion', 'lambda:PutFunctionRecursionConfig', '*'],
      ['boundary-version', 'iam:CreatePolicyVersion', '*'],
      ['boundary-default', 'iam:SetDefaultPolicyVersion', '*'],
      ['boundary-off', 'iam:DeleteRolePermissionsBoundary', '*'],
      ['role-trust', 'iam:UpdateAssumeRolePolicy', sub(`arn:aws:iam::\${AWS::AccountId}:role/Quickstart-*`)],
      ['role-policy', 'iam:PutRolePolicy', sub(`arn:aws:iam::\${AWS::AccountId}:role/*Agent?ole*`)],
      ['role-policy-off', 'iam:DeleteRolePolicy', '*'],
      ['user-tag', 'iam:TagUser', '*'],
      ['user-key', 'iam:CreateAccessKey', '*'],
      ['pass-role', 'iam:PassRole', '*'],
      ['assume', 'sts:AssumeRole', '*'],
      [
        'assume-deploy',
        'sts:AssumeRole',
        sub(`arn:aws:iam::\${AWS::AccountId}:role/cdk-hnb659fds-*-role-\${AWS::AccountId}-\${AWS::Region}`),
      ],
      ['assets', 's3:PutObject', sub(`arn:aws:s3:::cdk-hnb659fds-assets-\${AWS::AccountId}-\${AWS::Region}/*`)],
      ['stack', 'cloudformation:UpdateStack', '*'],
      ['stack-set', 'cloudformation:ExecuteChangeSet', '*'],
      ['task-run', 'ecs:RunTask', '*'],
      ['task-exec', 'ecs:ExecuteCommand', '*'],
      ['task-define', 'ecs:RegisterTaskDefinition', '*'],
      ['image', 'ecr:PutImage', '*'],
      ['workflow-success', 'states:SendTaskSuccess', '*'],
      ['workflow-start', 'states:StartExecution', '*'],
      ['workflow-update', 'states:UpdateStateMachine', '*'],
      ['workflow-redrive', 'states:RedriveExecution', '*'],
      ['workflow-read', 'states:GetExecutionHistory', '*'],
      ['state-partiql', 'dynamodb:PartiQLUpdate', '*'],
      ['state-restore', 'dynamodb:RestoreTableToPointInTime', '*'],
      ['state-export', 'dynamodb:ExportTableToPointInTime', '*'],
      ['state-policy', 'dynamodb:PutResourcePolicy', '*'],
      ['state-table', 'dynamodb:DeleteTable', '*'],
      ['rule-off', 'events:DisableRule', '*'],
      ['rule-targets', 'events:RemoveTargets', '*'],
      ['log-subscription', 'logs:PutSubscriptionFilter', '*'],
      ['log-delete', 'logs:DeleteLogGroup', '*'],
      ['trail-stop', 'cloudtrail:StopLogging', '*'],
      ['trail-selectors', 'cloudtrail:PutEventSelectors', '*'],
      ['alarm-off', 'cloudwatch:DisableAlarmActions', '*'],
      ['alarm-delete', 'cloudwatch:DeleteAlarms', '*'],
      ['group-opens', 'ec2:AuthorizeSecurityGroupEgress', '*'],
      ['endpoint-changes', 'ec2:ModifyVpcEndpoint', '*'],
      ['route', 'ec2:CreateRoute', '*'],
      ['dhcp', 'ec2:AssociateDhcpOptions', '*'],
      ['flow-log-off', 'ec2:DeleteFlowLogs', '*'],
      ['firewall-off', 'route53resolver:DisassociateFirewallRuleGroup', '*'],
      ['firewall-names', 'route53resolver:UpdateFirewallDomains', '*'],
      ['api-changes', 'apigateway:PATCH', '*'],
      ['api-policy', 'apigateway:UpdateRestApiPolicy', '*'],
      ['api-call', 'execute-api:Invoke', '*'],
      ['secret-policy', 'secretsmanager:PutResourcePolicy', '*'],
      ['secret-policy-off', 'secretsmanager:DeleteResourcePolicy', '*'],
      ['secret-put', 'secretsmanager:PutSecretValue', '*'],
      ['secret-replicate', 'secretsmanager:ReplicateSecretToRegions', '*'],
      ['ledger-write', 's3:PutObject', 'arn:aws:s3:::*/entries/*'],
      ['ledger-policy', 's3:PutBucketPolicy', '*'],
      ['evidence-read', 's3:GetObject', 'arn:aws:s3:::quickstart-*'],
      ['evidence-read-versions', 's3:GetObjectVersion', '*'],
      ['evidence-lifecycle', 's3:PutLifecycleConfiguration', '*'],
      ['evidence-delete', 's3:DeleteObject', '*'],
      ['key-grant', 'kms:CreateGrant', '*'],
      ['key-policy', 'kms:PutKeyPolicy', '*'],
      ['key-delete', 'kms:ScheduleKeyDeletion', '*'],
      ['key-sign', 'kms:Sign', '*'],
    ] as const
  ).map(
    ([id, action, resource]) =>
      [
        `others-may-${id}`,
        'A role of the app changes or uses a part.',
        (a: DugApp) => beside(a, action, resource),
      ] as const,
  ),
);

/** What surrounds a resource in its template. */
const AROUND = holesIn('quickstart', [
  ...(
    [
      LEDGER,
      WITNESS,
      EVIDENCE,
      'AgentLedgerTrailFilesBucket',
      LEDGER_KEY,
      'AgentLedgerEvidenceKey',
      SIGNING_KEY,
      'AgentLedgerBucketPolicy',
      'AgentLedgerWitnessBucketPolicy',
    ] as const
  ).map(
    (name) =>
      [
        `${name}-deleted-with-stack`,
        'Records are gone with the stack.',
        (a: DugApp) => {
          Object.assign(attributes(a, name), { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
        },
      ] as const,
  ),
  ...([LEDGER, SIGNING_KEY] as const).map(
    (name) =>
      [
        `${name}-replaced`,
        'Records are gone when the resource is replaced.',
        (a: DugApp) => {
          delete attributes(a, name).UpdateReplacePolicy;
        },
      ] as const,
  ),
  ...(
    [
      'AgentLedgerBucketPolicy',
      'AgentLedgerEvidencePolicy',
      'AgentGateOnlyItsCallers',
      'TicketsExecutorOnlyItsCallers',
      'TicketsCredentialPolicy',
      'AgentNetworkDnsFirewallAssociation',
      'AgentNetworkDnsFirewallQueryLoggingAssociation',
      'AgentNetworkFlowLog',
      TRAIL,
      SEAL_RULE,
      'AgentSweepEveryMinute',
      'AgentSessionsTaskStopped',
      'AgentLedgerTrailRefused',
      'AgentNetworkVpcRestrictDefaultSecurityGroupCustomResource',
      'AgentNetworkEndpointsS3',
      'TicketsBoundary',
    ] as const
  ).flatMap((name) => [
    [
      `${name}-sometimes`,
      'The guard exists only where a parameter says so.',
      (a: DugApp) => sometimes(a, name),
    ] as const,
    [`${name}-gone`, 'The guard is gone.', (a: DugApp) => a.remove(name)] as const,
  ]),
  [
    'transform',
    'A macro of the account rewrites everything.',
    (a) => void Object.assign(a.stacks[0]?.body as JsonObject, { Transform: 'Mine' }),
  ],
  [
    'transform-list',
    'A macro of the account rewrites everything.',
    (a) => void Object.assign(a.stacks[0]?.body as JsonObject, { Transform: ['AWS::LanguageExtensions', 'Mine'] }),
  ],
  [
    'transform-include',
    'A file is put into the template.',
    (a) => void Object.assign(a.stacks[0]?.body as JsonObject, { Transform: INCLUDE }),
  ],
  [
    'transform-among-resources',
    'A file is put among the resources.',
    (a) => declare(a, 'Resources', { 'Fn::Transform': INCLUDE }),
  ],
  [
    'loop-of-resources',
    'A loop makes resources.',
    (a) =>
      declare(a, 'Resources', {
        'Fn::ForEach::X': [
          'N',
          { 'Fn::Split': [',', parameter(a, 'a,b')] },
          { ['R$'.concat('{N}')]: { Type: 'AWS::IAM::Role', Properties: { RoleName: { Ref: 'N' } } } },
        ],
      }),
  ],
  [
    'blue-green',
    'A hook starts other tasks.',
    (a) => {
      Object.assign(a.stacks[0]?.body as JsonObject, { Transform: 'AWS::CodeDeployBlueGreen' });
      declare(a, 'Hooks', {
        Green: {
          Type: 'AWS::CodeDeploy::BlueGreen',
          Properties: {
            ServiceRole: 'x',
            Applications: [
              {
                Target: { Type: 'AWS::ECS::Service', LogicalID: 'X' },
                ECSAttributes: { TaskDefinitions: [a.id(TASK), 'Other'], TaskSets: ['B', 'G'] },
              },
            ],
          },
        },
      });
    },
  ],
  ['module', 'A module of the account has the gate.', (a) => a.add('Mine::Own::Thing::MODULE', { Gate: a.get(GATE) })],
  [
    'custom-resource',
    'A function elsewhere gets names and answers.',
    (a) =>
      a.add('Custom::X', { ServiceToken: `arn:aws:lambda:eu-west-1:${FOREIGN}:function:x`, Role: a.get(GATE_ROLE) }),
  ],
  [
    'custom-resource-of-gate',
    'CloudFormation calls the gate.',
    (a) => a.add('AWS::CloudFormation::CustomResource', { ServiceToken: a.get(GATE) }),
  ],
  [
    'nested-elsewhere',
    'A stack of a file elsewhere gets the gate’s role.',
    (a) =>
      a.add('AWS::CloudFormation::Stack', {
        TemplateURL: 'https://s3.amazonaws.com/x/y.json',
        Parameters: { Role: a.ref(GATE_ROLE) },
      }),
  ],
  [
    'stack-set',
    'A stack set deploys what a text says.',
    (a) =>
      a.add('AWS::CloudFormation::StackSet', {
        StackSetName: 'x',
        PermissionModel: 'SELF_MANAGED',
        TemplateBody: '{}',
        Parameters: [{ ParameterKey: 'R', ParameterValue: a.ref(GATE_ROLE) }],
      }),
  ],
  [
    'hook-of-gate',
    'CloudFormation calls the gate.',
    (a) =>
      a.add('AWS::CloudFormation::LambdaHook', {
        Alias: 'A::B::C',
        LambdaFunction: a.get(GATE),
        ExecutionRole: a.get(GATE_ROLE),
        FailureMode: 'WARN',
        HookStatus: 'ENABLED',
        TargetOperations: ['STACK'],
      }),
  ],
  [
    'type-of-table',
    'State is in other regions too.',
    (a) => {
      attributes(a, STATE).Type = 'AWS::DynamoDB::GlobalTable';
      a.set(STATE, { Replicas: [{ Region: 'eu-west-1' }, { Region: 'us-east-1' }] });
    },
  ],
  [
    'type-of-function',
    'SAM makes the gate.',
    (a) => {
      attributes(a, GATE).Type = 'AWS::Serverless::Function';
    },
  ],
  [
    'type-of-bucket',
    'The ledger is another kind of bucket.',
    (a) => {
      attributes(a, LEDGER).Type = 'AWS::S3Express::DirectoryBucket';
    },
  ],
  [
    'type-of-policy',
    'The policy is nothing.',
    (a) => {
      attributes(a, 'AgentLedgerBucketPolicy').Type = 'AWS::CloudFormation::WaitConditionHandle';
    },
  ],
  [
    'type-of-workflow',
    'The workflow is somebody’s type.',
    (a) => {
      attributes(a, WORKFLOW).Type = 'Mine::States::Machine';
    },
  ],
  [
    'type-of-association',
    'The firewall is nobody’s.',
    (a) => {
      attributes(a, 'AgentNetworkDnsFirewallAssociation').Type = 'Custom::Association';
    },
  ],
  ['no-value-key', 'The ledger has no key.', (a) => a.set(LEDGER, { BucketEncryption: { Ref: 'AWS::NoValue' } })],
  [
    'either-group',
    'The gate is in another group in production.',
    (a) => {
      inVpc(a, GATE).SecurityGroupIds = [either(a, groupOf(a, 'AgentGateGroupWithRules'), 'sg-0123456789abcdef0')];
    },
  ],
  [
    'either-statement',
    'A denial holds only where a condition holds.',
    (a) => {
      const statements = (a.properties('AgentLedgerBucketPolicy').PolicyDocument as { Statement: JsonValue[] })
        .Statement;
      statements[3] = either(a, statements[3] as JsonValue, { Ref: 'AWS::NoValue' });
    },
  ],
  [
    'either-in-network',
    'An endpoint’s policy is open elsewhere.',
    (a) =>
      a.set('AgentNetworkEndpointsS3', {
        PolicyDocument: either(a, a.properties('AgentNetworkEndpointsS3').PolicyDocument as JsonValue, {
          Ref: 'AWS::NoValue',
        }),
      }),
  ],
  [
    'resolved-bucket',
    'A parameter of the account says where entries go.',
    (a) => a.setVariables(GATE, { LEDGER_BUCKET: '{{resolve:ssm:/x}}' }),
  ],
  [
    'resolved-role',
    'A parameter of the account says whose rights.',
    (a) => a.set(GATE, { Role: '{{resolve:ssm:/role:1}}' }),
  ],
  [
    'resolved-state',
    'A parameter of the account says which table.',
    (a) => a.setVariables(DECIDE, { STATE_TABLE: sub(`{{resolve:ssm:/\${AWS::StackName}/table}}`) }),
  ],
  [
    'second-account-output',
    'A parameter says which subnet.',
    (a) => {
      inVpc(a, SEAL).SubnetIds = parameter(a, '/x', 'AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>');
    },
  ],
  [
    'ledger-by-nothing',
    'The condition is never true.',
    (a) => {
      undecided(a);
      declare(a, 'Conditions', { Never: { 'Fn::Not': [{ 'Fn::Equals': ['a', 'a'] }] } });
      attributes(a, 'AgentNetworkDnsFirewallAssociation').Condition = 'Never';
    },
  ],
]);

/** Resources that take hold of the network or of a part. */
const added = (id: string, harm: string, type: string, properties: (a: DugApp) => JsonObject) =>
  [id, harm, (a: DugApp) => a.add(type, properties(a))] as const;

const ADDED = holesIn('quickstart', [
  added('route-to-gateway', 'The agent reaches the internet.', 'AWS::EC2::Route', (a) => ({
    RouteTableId: a.ref(ROUTES),
    DestinationCidrBlock: '0.0.0.0/0',
    GatewayId: 'igw-0123456789abcdef0',
  })),
  added('route-half', 'The agent reaches half the internet.', 'AWS::EC2::Route', (a) => ({
    RouteTableId: a.ref(ROUTES),
    DestinationCidrBlock: '128.0.0.0/1',
    NatGatewayId: 'nat-0123456789abcdef0',
  })),
  added('route-six', 'The agent reaches the internet.', 'AWS::EC2::Route', (a) => ({
    RouteTableId: a.ref(ROUTES),
    DestinationIpv6CidrBlock: '::/0',
    EgressOnlyInternetGatewayId: 'eigw-0123456789abcdef0',
  })),
  added('route-prefix', 'The agent reaches what a list says.', 'AWS::EC2::Route', (a) => ({
    RouteTableId: a.ref(ROUTES),
    DestinationPrefixListId: 'pl-0123456789abcdef0',
    VpcPeeringConnectionId: 'pcx-0123456789abcdef0',
  })),
  added('route-core', 'The agent reaches a core network.', 'AWS::EC2::Route', (a) => ({
    RouteTableId: a.ref(ROUTES),
    DestinationCidrBlock: '10.0.0.0/8',
    CoreNetworkArn: 'arn:aws:networkmanager::111122223333:core-network/x',
  })),
  added('gateway', 'The network has a way out.', 'AWS::EC2::VPCGatewayAttachment', (a) => ({
    VpcId: a.ref(VPC),
    InternetGatewayId: 'igw-0123456789abcdef0',
  })),
  added('vpn', 'The network has a way out.', 'AWS::EC2::VPCGatewayAttachment', (a) => ({
    VpcId: a.ref(VPC),
    VpnGatewayId: 'vgw-0123456789abcdef0',
  })),
  added('vpn-routes', 'Somebody else says the routes.', 'AWS::EC2::VPNGatewayRoutePropagation', (a) => ({
    RouteTableIds: [a.ref(ROUTES)],
    VpnGatewayId: 'vgw-0123456789abcdef0',
  })),
  added('transit', 'The network is joined to others.', 'AWS::EC2::TransitGatewayVpcAttachment', (a) => ({
    VpcId: a.ref(VPC),
    SubnetIds: [a.ref(SUBNET)],
    TransitGatewayId: 'tgw-0123456789abcdef0',
  })),
  added('transit-older', 'The network is joined to others.', 'AWS::EC2::TransitGatewayAttachment', (a) => ({
    VpcId: a.ref(VPC),
    SubnetIds: [a.ref(SUBNET)],
    TransitGatewayId: 'tgw-0123456789abcdef0',
  })),
  added('peering', 'The network is joined to another.', 'AWS::EC2::VPCPeeringConnection', (a) => ({
    VpcId: a.ref(VPC),
    PeerVpcId: 'vpc-0123456789abcdef0',
    PeerOwnerId: FOREIGN,
  })),
  added('range', 'The network has public addresses.', 'AWS::EC2::VPCCidrBlock', (a) => ({
    VpcId: a.ref(VPC),
    AmazonProvidedIpv6CidrBlock: true,
  })),
  added('dhcp', 'Names are asked elsewhere.', 'AWS::EC2::VPCDHCPOptionsAssociation', (a) => ({
    VpcId: a.ref(VPC),
    DhcpOptionsId: 'dopt-0123456789abcdef0',
  })),
  added('resolver-out', 'Names are asked elsewhere.', 'AWS::Route53Resolver::ResolverRuleAssociation', (a) => ({
    VPCId: a.ref(VPC),
    ResolverRuleId: 'rslvr-rr-0123456789abcdef0',
  })),
  added('zone', 'Names of AWS are answered by somebody.', 'AWS::Route53::HostedZone', (a) => ({
    Name: 'amazonaws.com',
    VPCs: [{ VPCId: a.ref(VPC), VPCRegion: { Ref: 'AWS::Region' } }],
  })),
  added('profile', 'Somebody else’s names are answered.', 'AWS::Route53Profiles::ProfileAssociation', (a) => ({
    Name: 'x',
    ProfileId: 'rp-0123456789abcdef',
    ResourceId: a.ref(VPC),
  })),
  added(
    'fail-open',
    'Names are answered when the firewall fails.',
    'AWS::Route53Resolver::FirewallRuleGroupAssociation',
    (a) => ({ FirewallRuleGroupId: 'rslvr-frg-0123456789abcdef', Priority: 1000, VpcId: a.ref(VPC) }),
  ),
  added('resolver-config', 'Names are answered otherwise.', 'AWS::Route53Resolver::ResolverConfig', (a) => ({
    ResourceId: a.ref(VPC),
    AutodefinedReverseFlag: 'DISABLE',
  })),
  added('bpa', 'The network is exempt from the account’s block.', 'AWS::EC2::VPCBlockPublicAccessExclusion', (a) => ({
    VpcId: a.ref(VPC),
    InternetGatewayExclusionMode: 'allow-bidirectional',
  })),
  added('route-server', 'Somebody else says the routes.', 'AWS::EC2::RouteServerAssociation', (a) => ({
    RouteServerId: 'rs-0123456789abcdef0',
    VpcId: a.ref(VPC),
  })),
  added('route-server-propagation', 'Somebody else says the routes.', 'AWS::EC2::RouteServerPropagation', (a) => ({
    RouteServerId: 'rs-0123456789abcdef0',
    RouteTableId: a.ref(ROUTES),
  })),
  added(
    'group-elsewhere',
    'The agent’s group is in another network.',
    'AWS::EC2::SecurityGroupVpcAssociation',
    (a) => ({ GroupId: groupOf(a, GROUP), VpcId: 'vpc-0123456789abcdef0' }),
  ),
  added('egress-half', 'The agent sends to half the world.', 'AWS::EC2::SecurityGroupEgress', (a) => ({
    GroupId: groupOf(a, GROUP),
    IpProtocol: '-1',
    CidrIp: '0.0.0.0/1',
  })),
  added('egress-udp', 'The agent asks any resolver.', 'AWS::EC2::SecurityGroupEgress', (a) => ({
    GroupId: groupOf(a, GROUP),
    IpProtocol: 'udp',
    FromPort: 53,
    ToPort: 53,
    CidrIp: '10.0.0.0/8',
  })),
  added('acl', 'Rules of the subnet are others.', 'AWS::EC2::SubnetNetworkAclAssociation', (a) => ({
    SubnetId: a.ref(SUBNET),
    NetworkAclId: 'acl-0123456789abcdef0',
  })),
  added('other-routes', 'The subnet has other routes.', 'AWS::EC2::SubnetRouteTableAssociation', (a) => ({
    SubnetId: a.ref(SUBNET),
    RouteTableId: 'rtb-0123456789abcdef0',
  })),
  added('gateway-routes', 'What comes in is sent elsewhere.', 'AWS::EC2::GatewayRouteTableAssociation', (a) => ({
    GatewayId: 'igw-0123456789abcdef0',
    RouteTableId: a.ref(ROUTES),
  })),
  added('mirror', 'What the agent sends is copied.', 'AWS::EC2::TrafficMirrorSession', (a) => ({
    NetworkInterfaceId: join('eni-', a.ref(GROUP)),
    SessionNumber: 1,
    TrafficMirrorFilterId: 'tmf-0',
    TrafficMirrorTargetId: 'tmt-0',
  })),
  added('client-vpn', 'People reach the network.', 'AWS::EC2::ClientVpnTargetNetworkAssociation', (a) => ({
    ClientVpnEndpointId: 'cvpn-endpoint-0',
    SubnetId: a.ref(SUBNET),
  })),
  added('connect', 'People reach the network.', 'AWS::EC2::InstanceConnectEndpoint', (a) => ({
    SubnetId: a.ref(SUBNET),
  })),
  added('private-link', 'The agent reaches a foreign service.', 'AWS::EC2::VPCEndpoint', (a) => ({
    VpcId: a.ref(VPC),
    VpcEndpointType: 'Interface',
    ServiceName: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0',
    SubnetIds: [a.ref(SUBNET)],
  })),
  added('sts-endpoint', 'The agent reaches STS.', 'AWS::EC2::VPCEndpoint', (a) => ({
    VpcId: a.ref(VPC),
    VpcEndpointType: 'Interface',
    ServiceName: sub(`com.amazonaws.\${AWS::Region}.sts`),
    SubnetIds: [a.ref(SUBNET)],
    SecurityGroupIds: [groupOf(a, 'AgentNetworkEndpointsLogsGroup')],
    PrivateDnsEnabled: true,
  })),
  added('nat-regional', 'The network has a way out.', 'AWS::EC2::NatGateway', (a) => ({
    AvailabilityMode: 'regional',
    VpcId: a.ref(VPC),
  })),
  added('interface', 'A machine is in the network.', 'AWS::EC2::NetworkInterface', (a) => ({
    SubnetId: a.ref(SUBNET),
    GroupSet: [groupOf(a, GROUP)],
  })),
  added('schedule-of-gate', 'A schedule calls the gate.', 'AWS::Scheduler::Schedule', (a) => ({
    FlexibleTimeWindow: { Mode: 'OFF' },
    ScheduleExpression: 'rate(1 minute)',
    Target: { Arn: a.get(GATE), RoleArn: a.get(GATE_ROLE) },
  })),
  added('schedule-of-sdk', 'A schedule approves.', 'AWS::Scheduler::Schedule', (a) => ({
    FlexibleTimeWindow: { Mode: 'OFF' },
    ScheduleExpression: 'rate(1 minute)',
    Target: {
      Arn: 'arn:aws:scheduler:::aws-sdk:lambda:invoke',
      RoleArn: sub(`arn:aws:iam::\${AWS::AccountId}:role/x`),
      Input: sub(`{"FunctionName":"\${${a.id(GATE)}}"}`),
    },
  })),
  added('express-service', 'A service runs with the agent’s rights.', 'AWS::ECS::ExpressGatewayService', (a) => ({
    TaskRoleArn: a.get(AGENT_ROLE),
    ExecutionRoleArn: a.get('AgentTaskExecutionRole'),
    Cluster: a.ref(CLUSTER),
    PrimaryContainer: { Image: 'x' },
  })),
  added('ecs-service', 'A service keeps the agent running.', 'AWS::ECS::Service', (a) => ({
    Cluster: a.ref(CLUSTER),
    TaskDefinition: a.ref(TASK),
    EnableExecuteCommand: true,
  })),
  added('providers', 'Tasks run on machines.', 'AWS::ECS::ClusterCapacityProviderAssociations', (a) => ({
    Cluster: a.ref(CLUSTER),
    CapacityProviders: ['x'],
    DefaultCapacityProviderStrategy: [],
  })),
  added('agentcore-target', 'A gateway calls a connector.', 'AWS::BedrockAgentCore::GatewayTarget', (a) => ({
    Name: 'x',
    CredentialProviderConfigurations: [],
    TargetConfiguration: { Mcp: { Lambda: { LambdaArn: a.get(EXECUTOR), ToolSchema: {} } } },
  })),
  added('agentcore-runtime', 'Another runtime has the agent’s rights.', 'AWS::BedrockAgentCore::Runtime', (a) => ({
    AgentRuntimeName: 'x',
    RoleArn: a.get(AGENT_ROLE),
    AgentRuntimeArtifact: {},
    NetworkConfiguration: { NetworkMode: 'PUBLIC' },
  })),
  added(
    'bedrock-logging',
    'Prompts of all agents are kept.',
    'AWS::Bedrock::ModelInvocationLoggingConfiguration',
    (a) => ({ LoggingConfig: { S3Config: { BucketName: a.ref(PUBLICATION) } } }),
  ),
  added('domain-name', 'A name reaches the gate’s API.', 'AWS::ApiGateway::BasePathMappingV2', (a) => ({
    DomainNameArn: 'arn:aws:apigateway:eu-west-1::/domainnames/x',
    RestApiId: a.ref(GATE_API),
    Stage: a.ref(STAGE),
  })),
  added('second-stage', 'A stage without limits.', 'AWS::ApiGateway::Stage', (a) => ({
    RestApiId: a.ref(GATE_API),
    StageName: 'v2',
    DeploymentId: 'abc',
  })),
  added('method-at-root', 'The API does something else.', 'AWS::ApiGateway::Method', (a) => ({
    RestApiId: a.ref(GATE_API),
    ResourceId: a.get(GATE_API, 'RootResourceId'),
    HttpMethod: 'ANY',
    AuthorizationType: 'NONE',
    Integration: { Type: 'MOCK' },
  })),
  added('gateway-response', 'Refusals say what nobody should know.', 'AWS::ApiGateway::GatewayResponse', (a) => ({
    RestApiId: a.ref(DESK_API),
    ResponseType: 'ACCESS_DENIED',
    StatusCode: '200',
  })),
  added('function-url', 'The gate answers the internet.', 'AWS::Lambda::Url', (a) => ({
    TargetFunctionArn: join(a.ref(GATE), ''),
    AuthType: 'NONE',
  })),
  added('permission', 'Anybody invokes the executor.', 'AWS::Lambda::Permission', (a) => ({
    FunctionName: { 'Fn::Select': [6, { 'Fn::Split': [':', a.get(EXECUTOR)] }] },
    Action: 'lambda:InvokeFunction',
    Principal: '*',
  })),
  added('second-resource-policy', 'Anybody invokes the executor.', 'AWS::Lambda::ResourcePolicy', (a) => ({
    ResourceArn: a.get(EXECUTOR),
    PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'lambda:*', Resource: '*' }] },
  })),
  added('second-bucket-policy', 'Everybody reads evidence.', 'AWS::S3::BucketPolicy', (a) => ({
    Bucket: a.ref(EVIDENCE),
    PolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: join(a.get(EVIDENCE), '/*') }],
    },
  })),
  added('access-point', 'Evidence is read another way.', 'AWS::S3::AccessPoint', (a) => ({ Bucket: a.ref(EVIDENCE) })),
  added('grant-of-s3', 'People read evidence.', 'AWS::S3::AccessGrantsLocation', (a) => ({
    LocationScope: join('s3://', a.ref(EVIDENCE), '/*'),
    IamRoleArn: 'arn:aws:iam::111122223333:role/x',
  })),
  added('files-of-s3', 'Evidence is a file system.', 'AWS::S3Files::FileSystem', (a) => ({
    Bucket: a.get(EVIDENCE),
    RoleArn: 'arn:aws:iam::111122223333:role/x',
  })),
  added('vectors', 'Evidence is indexed.', 'AWS::Bedrock::DataSource', (a) => ({
    Name: 'x',
    KnowledgeBaseId: 'x',
    DataSourceConfiguration: { Type: 'S3', S3Configuration: { BucketArn: a.get(EVIDENCE) } },
  })),
  added('integration', 'State is copied to a warehouse.', 'AWS::RDS::Integration', (a) => ({
    SourceArn: a.get(STATE),
    TargetArn: 'arn:aws:redshift:x',
  })),
  added('glue-integration', 'State is copied to a lake.', 'AWS::Glue::Integration', (a) => ({
    IntegrationName: 'x',
    SourceArn: sub(`arn:aws:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/\${${a.id(STATE)}}`),
    TargetArn: `arn:aws:glue:eu-west-1:${FOREIGN}:catalog`,
  })),
  added('log-delivery', 'Logs go elsewhere.', 'AWS::Logs::DeliverySource', (a) => ({
    Name: 'x',
    ResourceArn: a.get(WORKFLOW),
    LogType: 'x',
  })),
  added('log-policy', 'Another account writes logs.', 'AWS::Logs::ResourcePolicy', () => ({
    PolicyName: 'x',
    PolicyDocument:
      '{"Statement":[{"Effect":"Allow","Principal":{"AWS":"999988887777"},"Action":"logs:*","Resource":"*"}]}',
  })),
  added('log-account-policy', 'Every log goes elsewhere.', 'AWS::Logs::AccountPolicy', () => ({
    PolicyName: 'x',
    PolicyType: 'SUBSCRIPTION_FILTER_POLICY',
    Scope: 'ALL',
    PolicyDocument: `{"DestinationArn":"arn:aws:logs:eu-west-1:${FOREIGN}:destination:x","FilterPattern":""}`,
  })),
  added('log-transformer', 'Logs are rewritten.', 'AWS::Logs::Transformer', (a) => ({
    LogGroupIdentifier: a.ref('AgentGateLogs'),
    TransformerConfig: [],
  })),
  added('backup-by-tag', 'State is copied.', 'AWS::Backup::BackupSelection', (a) => ({
    BackupPlanId: 'x',
    BackupSelection: {
      SelectionName: 'x',
      IamRoleArn: 'x',
      Resources: [join('arn:aws:dynamodb:*:*:table/', '*')],
      Conditions: { StringEquals: [{ ConditionKey: 'aws:ResourceTag/x', ConditionValue: a.ref('Handbook') }] },
    },
  })),
  added('rotation', 'Other code reads the credential.', 'AWS::SecretsManager::RotationSchedule', (a) => ({
    SecretId: a.ref(CREDENTIAL),
    RotationLambdaARN: 'arn:aws:lambda:eu-west-1:111122223333:function:x',
  })),
  added('event-connection', 'An API gets the credential.', 'AWS::Events::Connection', (a) => ({
    AuthorizationType: 'API_KEY',
    AuthParameters: {
      ApiKeyAuthParameters: {
        ApiKeyName: 'x',
        ApiKeyValue: join('{{resolve:secretsmanager:', a.ref(CREDENTIAL), '}}'),
      },
    },
  })),
  added('parameter-of-secret', 'The credential is a parameter.', 'AWS::SSM::Parameter', (a) => ({
    Type: 'String',
    Value: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', a.ref(CREDENTIAL), ':SecretString}}']] },
  })),
  [
    'output-of-secret',
    'The credential is an output.',
    (a) =>
      declare(a, 'Outputs', {
        Leak: { Value: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', a.ref(CREDENTIAL), '}}']] } },
      }),
  ],
  added('event-policy', 'Another account sends events to the bus.', 'AWS::Events::EventBusPolicy', () => ({
    StatementId: 'x',
    Statement: { Effect: 'Allow', Principal: { AWS: FOREIGN }, Action: 'events:*', Resource: '*' },
  })),
  added('event-rule', 'Requests are told to another account.', 'AWS::Events::Rule', (a) => ({
    EventPattern: { source: ['aws.states'], detail: { stateMachineArn: [a.ref(WORKFLOW)] } },
    Targets: [{ Id: 'x', Arn: `arn:aws:events:eu-west-1:${FOREIGN}:event-bus/default` }],
  })),
  added('event-prefix-rule', 'Requests are told to another account.', 'AWS::Events::Rule', () => ({
    EventPattern: { source: [{ prefix: 'aws.' }] },
    Targets: [{ Id: 'x', Arn: `arn:aws:events:eu-west-1:${FOREIGN}:event-bus/default` }],
  })),
  added('user-of-group', 'A machine approves.', 'AWS::IAM::User', () => ({
    UserName: 'machine',
    Tags: [{ Key: 'approver-group', Value: 'support-leads' }],
    Policies: [
      {
        PolicyName: 'x',
        PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }] },
      },
    ],
  })),
  added('managed-policy-of-role', 'The agent does more.', 'AWS::IAM::ManagedPolicy', (a) => ({
    Roles: [{ 'Fn::Select': [1, { 'Fn::Split': ['/', a.get(AGENT_ROLE)] }] }],
    PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }] },
  })),
  added('instance-profile', 'A machine has the gate’s rights.', 'AWS::IAM::InstanceProfile', (a) => ({
    Roles: [a.ref(GATE_ROLE)],
  })),
  added('anywhere', 'A certificate approves.', 'AWS::RolesAnywhere::Profile', (a) => ({
    Name: 'x',
    RoleArns: [a.get(APPROVERS)],
  })),
  added('alias-of-gate', 'The gate is called past its policy.', 'AWS::Lambda::Alias', (a) => ({
    FunctionName: a.ref(GATE),
    FunctionVersion: '$LATEST',
    Name: 'x',
  })),
  added('invoke-config', 'What a connector answers goes elsewhere.', 'AWS::Lambda::EventInvokeConfig', (a) => ({
    FunctionName: a.ref(EXECUTOR),
    Qualifier: '$LATEST',
    DestinationConfig: { OnSuccess: { Destination: `arn:aws:sqs:eu-west-1:${FOREIGN}:x` } },
  })),
  added('repository-policy', 'Others push images.', 'AWS::ECR::RegistryPolicy', () => ({
    PolicyText: {
      Statement: [{ Effect: 'Allow', Principal: { AWS: FOREIGN }, Action: 'ecr:ReplicateImage', Resource: '*' }],
    },
  })),
]);

/** A third look, by somebody who knows the quickstart's template and AWS's pages alone. */
export const THIRD_LOOK: readonly OtherHole[] = [
  ...SWAPPED,
  ...LIMITS,
  ...MEMBERS,
  ...STATEMENTS,
  ...RIGHTS,
  ...AROUND,
  ...ADDED,
];
