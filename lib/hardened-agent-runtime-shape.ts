import { AgentPlatform } from './agent-platform';
import { ApprovalRule } from './approvals/approval-rule';
import { APPROVERS, APPROVERS_EXAMPLE } from './approvals/approver-role';
import { SIGN_IN } from './approvals/approver-sign-in';
import { NOTIFICATIONS } from './approvals/notification-shape';
import { Connector } from './connectors/connector';
import { ADDRESS_BOOK } from './connectors/tool-shapes';
import { CedarPolicies } from './gate/cedar-policies';
import { GateMode } from './gate/gate-mode';
import { PROBATION_OPTIONS } from './gate/gate-shapes';
import type { ApprovalOptions, HardenedAgentRuntimeProps } from './hardened-agent-runtime-props';
import { LEDGER_OPTIONS } from './ledger/ledger-shapes';
import { ConnectorEgress } from './network/connector-egress';
import { GUARDRAIL, MODELS } from './network/model-shape';
import { NETWORK } from './network/network-shape';
import { AVAILABILITY_ZONES } from './network/option-shapes';
import { duration } from './private/props/cdk-shapes';
import {
  flag,
  instanceOf,
  listOf,
  type Members,
  memberOf,
  number,
  numberOrToken,
  optional,
  type Shape,
  struct,
  textOrToken,
} from './private/props/shape';
import { AgentImage } from './sandbox/agent-image';
import { OidcUsers } from './sandbox/oidc-users';
import { OPERATOR_OPTIONS } from './sandbox/operator-shapes';
import { TASK_OPTIONS } from './sandbox/task-shape';
import { Skill } from './skills/skill';

const RULES = listOf(
  instanceOf(ApprovalRule, "ApprovalRule.forTools([refund], { groups: ['finance'] })"),
  "ApprovalRule.forTools([refund], { groups: ['finance'] })",
);

const APPROVAL_OPTIONS = struct<ApprovalOptions>(
  {
    ...APPROVERS,
    signIn: SIGN_IN,
    expiry: optional(duration('Duration.minutes(30)')),
    rules: optional(RULES),
    maxWaitingRequests: optional(number(3)),
    notifications: optional(NOTIFICATIONS),
  },
  APPROVERS_EXAMPLE,
);

const MEMBERS: Members<HardenedAgentRuntimeProps> = {
  image: instanceOf(AgentImage, "AgentImage.fromEcrDigest(repository, 'sha256:…')"),
  models: MODELS,
  connectors: listOf(instanceOf(Connector, "new HttpConnector(this, 'Tickets', { … })"), 'tickets'),
  approvals: optional(APPROVAL_OPTIONS),
  retention: optional(duration('Duration.days(365)')),
  users: optional(
    instanceOf(OidcUsers, "OidcUsers.of({ issuer: 'https://login.example.com', audience: 'support-app' })"),
  ),
  platform: optional(instanceOf(AgentPlatform, "new AgentPlatform(this, 'Platform', { approvals, retention })")),
  policies: optional(
    listOf(instanceOf(CedarPolicies, "CedarPolicies.deny('deny.cedar')"), "CedarPolicies.deny('deny.cedar')"),
  ),
  trustedDirectory: optional(listOf(textOrToken('support@example.com'), "'support@example.com'")),
  addressBook: optional(ADDRESS_BOOK),
  skills: optional(
    listOf(instanceOf(Skill, "Skill.fromDirectory('skills/refunds')"), "Skill.fromDirectory('skills/refunds')"),
  ),
  probation: optional(PROBATION_OPTIONS),
  mode: optional(memberOf<GateMode>('GateMode', GateMode, 'ENFORCE')),
  ...GUARDRAIL,
  network: optional(NETWORK),
  availabilityZones: AVAILABILITY_ZONES,
  connectorEgress: optional(instanceOf(ConnectorEgress, "new ConnectorEgress(this, 'Egress', { agentNetwork })")),
  launcherInNetwork: optional(flag()),
  evidenceRetention: optional(duration('Duration.days(180)')),
  ledger: optional(struct(LEDGER_OPTIONS, '{ trail: false }')),
  sessionDuration: optional(duration('Duration.hours(8)')),
  maxSessions: optional(number(100)),
  operators: optional(OPERATOR_OPTIONS),
  maxCallsPerSession: optional(number(500)),
  maxSentBytesPerSession: optional(number(1_048_576)),
  maxDenialsPerSession: optional(number(20)),
  cpu: optional(numberOrToken(1024)),
  memoryLimitMiB: optional(numberOrToken(2048)),
  task: optional(TASK_OPTIONS),
  dashboard: optional(flag()),
};

/** What an agent of its own must be given. */
type Alone = HardenedAgentRuntimeProps & Required<Pick<HardenedAgentRuntimeProps, 'approvals' | 'retention'>>;

const ALONE = struct<Alone>(
  { ...MEMBERS, approvals: APPROVAL_OPTIONS, retention: duration('Duration.days(365)') },
  '{ image, models, connectors, approvals, retention }',
);

const ON_PLATFORM = struct<HardenedAgentRuntimeProps>(MEMBERS, '{ image, models, connectors, platform }');

/** What `HardenedAgentRuntime` takes. @internal */
export function runtimeShape(props: unknown): Shape<HardenedAgentRuntimeProps> {
  const given = typeof props === 'object' && props !== null && 'platform' in props ? props.platform : undefined;
  return given === undefined ? ALONE : ON_PLATFORM;
}
