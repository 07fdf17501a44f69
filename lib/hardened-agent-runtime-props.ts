import type { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { AgentPlatform } from './agent-platform';
import type { ApprovalRule } from './approvals/approval-rule';
import type { ApproverName } from './approvals/approver-name';
import type { ApproverSignIn } from './approvals/approver-sign-in';
import type { Notification } from './approvals/notification';
import type { Connector } from './connectors/connector';
import type { AddressBookEntry } from './connectors/target-options';
import type { CedarPolicies } from './gate/cedar-policies';
import type { GateMode } from './gate/gate-mode';
import type { ProbationOptions } from './gate/probation-options';
import type { LedgerOptions } from './ledger/ledger-options';
import type { BedrockModel } from './network/bedrock-model';
import type { ConnectorEgress } from './network/connector-egress';
import type { IsolatedNetwork } from './network/isolated-network';
import type { AgentImage } from './sandbox/agent-image';
import type { OidcUsers } from './sandbox/oidc-users';
import type { OperatorOptions } from './sandbox/operator-options';
import type { TaskOptions } from './sandbox/task-options';
import type { Skill } from './skills/skill';

/** Who approves, and how much time they have. */
export interface ApprovalOptions {
  /**
   * Values of the principal tag `approver-group`. Principals that have one of them may decide.
   * @default - no groups; `approverPrincipals` is required then
   */
  readonly approverGroups?: string[];
  /**
   * Principals that may assume the approver role.
   * @default - principals of this account that have one of the groups
   */
  readonly approverPrincipals?: iam.IPrincipal[];
  /**
   * What proves an approver's name: one way for everybody. For people who sign in with a role:
   * `ApproverName.principalTag('approver-name', { signInRoles: [...] })`.
   * @default ApproverName.iamUser()
   */
  readonly approverName?: ApproverName;
  /**
   * Who must approve calls of which tools, and by when: `[ApprovalRule.forTools([refund], { groups: ['finance'], people: 2 })]`.
   * @default - any one approver, within the expiry
   */
  readonly rules?: ApprovalRule[];
  /**
   * Calls of one session that may wait for a person at once, so that a flood of questions can't tire people out.
   * @default 3
   */
  readonly maxWaitingRequests?: number;
  /**
   * How approvers sign in, if not with IAM: `ApproverSignIn.oidc({ issuer, clientId, ingress })`. Then `approverGroups` are values of
   * the groups claim, and there is a web page instead of the approver role and the signed API.
   * @default - approvers assume a role of IAM
   */
  readonly signIn?: ApproverSignIn;
  /**
   * Time to decide, from one minute to seven days. An approved call that hasn't started by then doesn't run.
   * @default Duration.minutes(30)
   */
  readonly expiry?: Duration;
  /**
   * Where people are told that a call waits, that half of its time is over, and that it expired: at most five places, such as
   * `[Notification.toTopic(topic)]`. On a platform, in addition to the platform's.
   * @default - nowhere
   */
  readonly notifications?: Notification[];
}

/**
 * Properties of `HardenedAgentRuntime`. Required: image, models, connectors, and either approvals and retention, or a platform
 * that has them.
 */
export interface HardenedAgentRuntimeProps {
  /** The agent's container image, by digest. */
  readonly image: AgentImage;
  /** The only models that the agent may invoke. */
  readonly models: BedrockModel[];
  /** The systems that the agent may use, through the gate only. */
  readonly connectors: Connector[];
  /**
   * Who decides about calls that are destructive or leave the organisation. On a platform, only the time to decide and
   * notifications are the agent's own.
   * @default - with `platform`: its approvers, within 30 minutes. Without it, approvals are required
   */
  readonly approvals?: ApprovalOptions;
  /**
   * How long every ledger entry is locked, in whole days. Nobody can delete it earlier, not even the account's root user.
   * Below 30 days, synthesis warns unless you write `ledger: { shortRetention: true }`.
   * @default - with `platform`: the platform's. Without it, retention is required
   */
  readonly retention?: Duration;
  /**
   * Who sessions run for: the launcher verifies each user's ID token. See docs/launching.md.
   * @default - the launching application names the user. Nobody verifies the name, and it is marked so wherever it is shown
   */
  readonly users?: OidcUsers;
  /**
   * What this agent shares with others: network, ledger, state table, approval desk and cluster. It may be in another stack, which
   * is deployed first.
   * @default - the agent has all of this of its own
   */
  readonly platform?: AgentPlatform;
  /**
   * Hand-written Cedar policies, such as `[CedarPolicies.deny('deny.cedar')]`, in addition to `allow` and `autoApprove`.
   * @default - none
   */
  readonly policies?: CedarPolicies[];
  /**
   * Values that the targets of any tool may have although the user's task doesn't name them, such as the organisation's
   * own addresses and accounts. They are compared by the kind of the target, without patterns.
   * @default - only what the user's task names is trusted
   */
  readonly trustedDirectory?: string[];
  /**
   * Whom the names in the user's task mean, for every tool: `[{ name: 'Ann Lee', targets: ['ann@example.com'] }]`. An entry
   * counts only if the task holds its name, and if no other entry fits the same words.
   * @default - a name in the task means only itself
   */
  readonly addressBook?: AddressBookEntry[];
  /**
   * Instructions that the agent may read by the tool `get_skill`: `[Skill.fromDirectory('skills/refunds', { pin, tools: [refund] })]`.
   * @default - none
   */
  readonly skills?: Skill[];
  /**
   * How long each new tool is on probation: a person is asked for each of its calls.
   * @default - no probation; effect and policies decide from the first call
   */
  readonly probation?: ProbationOptions;
  /**
   * Whether the gate enforces its decisions. `LOG_ONLY`, for adoption, only records what it would stop. The checks report it.
   * @default GateMode.ENFORCE
   */
  readonly mode?: GateMode;
  /**
   * A guardrail that every model call must name, as `<guardrail ARN>:<version>`. It must be in the stack's region. A guardrail
   * of another account must allow the agent's role in its own policy. A guardrail under a customer managed key can't be
   * used, because the role can't decrypt.
   * @default - calls need no guardrail
   */
  readonly guardrail?: string;
  /**
   * ARNs of the guardrail's cross-Region profile, one for each destination region:
   * `arn:aws:bedrock:us-east-2:111122223333:guardrail-profile/us.guardrail.v1:0`. Without them, a guardrail with a profile
   * refuses each call. Source: Bedrock user guide, "Permissions for using cross-Region inference with Amazon Bedrock Guardrails".
   * @default - the guardrail has no profile
   */
  readonly guardrailProfileArns?: string[];
  /**
   * Where the agent runs.
   * @default - the platform's, or a new IsolatedNetwork in two availability zones
   */
  readonly network?: IsolatedNetwork;
  /**
   * Names of the availability zones of the network that the runtime creates. See `IsolatedNetworkProps.availabilityZones`. A given
   * `network` has its own.
   * @default - two zones, chosen at deployment
   */
  readonly availabilityZones?: string[];
  /**
   * The network of connectors that call the internet. It costs about $290 a month and zone.
   * @default - executors of HttpConnectors and McpConnectors run outside any VPC: only their own code keeps them to their base URL
   */
  readonly connectorEgress?: ConnectorEgress;
  /**
   * Run the session launcher inside the network too. This takes an ECS endpoint, about $7.30 a month and zone, for one call
   * a session. The agent never calls the launcher.
   * @default false - it runs outside any VPC, with permissions to start this one task and nothing else
   */
  readonly launcherInNetwork?: boolean;
  /**
   * How long arguments and results are kept, outside the ledger, in whole days.
   * @default Duration.days(180)
   */
  readonly evidenceRetention?: Duration;
  /**
   * The ledger's witness, delays, trail and break-glass role.
   * @default - a witness bucket of this stack, a merge delay of 5 minutes, a heartbeat an hour, a trail
   */
  readonly ledger?: LedgerOptions;
  /**
   * Longest session, from one minute to seven days.
   * @default Duration.hours(8)
   */
  readonly sessionDuration?: Duration;
  /**
   * Sessions of this agent at once, from 1 to 1000. A launch beyond them is refused with the code `TOO_MANY_SESSIONS`.
   * @default 100
   */
  readonly maxSessions?: number;
  /**
   * Who may stop sessions and connectors in an emergency, with `hardened-agent session stop`. They get a break-glass role of their
   * own, and each use raises an alarm.
   * @default - nobody: sessions end by their time, their denials and their tasks
   */
  readonly operators?: OperatorOptions;
  /**
   * Calls that a session may make: at most 100,000.
   * @default 500
   */
  readonly maxCallsPerSession?: number;
  /**
   * What a session may send out in all, in UTF-8 bytes: the arguments of outbound and destructive calls, and answers.
   * @default 1048576
   */
  readonly maxSentBytesPerSession?: number;
  /**
   * Denials after which a session is stopped.
   * @default 20
   */
  readonly maxDenialsPerSession?: number;
  /**
   * Fargate CPU units of a session's task. With the memory, they are what a session costs most: about $0.05 an hour by default.
   * @default 1024
   */
  readonly cpu?: number;
  /**
   * Memory of a session's task, in MiB. The directories that the agent writes to are a part of it.
   * @default 2048
   */
  readonly memoryLimitMiB?: number;
  /**
   * Processor, writable directories and limits of a session's task.
   * @default - x86-64, /workspace and /tmp in memory
   */
  readonly task?: TaskOptions;
  /**
   * Create a CloudWatch dashboard. It costs $3 a month unless it is one of the account's first three.
   * @default true, and false on a platform
   */
  readonly dashboard?: boolean;
}
