import { type Duration, Stack, Stage, Token, TokenComparison } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgePlatform } from './acknowledge-aws-solutions';
import { ApprovalDesk, approverRoleOf, type Desk } from './approvals/approval-desk';
import type { ApproverName } from './approvals/approver-name';
import { APPROVERS, APPROVERS_EXAMPLE } from './approvals/approver-role';
import { type ApproverSignIn, SIGN_IN } from './approvals/approver-sign-in';
import { DeskManifests } from './approvals/desk-manifests';
import type { Notification } from './approvals/notification';
import { NOTIFICATIONS } from './approvals/notification-shape';
import { evidenceRetentionProblem } from './ledger/evidence-retention';
import type { Ledger } from './ledger/ledger';
import type { LedgerOptions } from './ledger/ledger-options';
import { LEDGER_OPTIONS } from './ledger/ledger-shapes';
import type { IsolatedNetwork } from './network/isolated-network';
import { NETWORK } from './network/network-shape';
import { AVAILABILITY_ZONES } from './network/option-shapes';
import { keepTrailAround } from './private/acknowledgement-trail';
import type { EncryptedLogs } from './private/encrypted-logs';
import { ALARM_ACTION, duration } from './private/props/cdk-shapes';
import { checkArguments, checkConstruct } from './private/props/check';
import { listOf, optional, struct } from './private/props/shape';
import { agentLogs, taskCluster } from './sandbox/hardened-task';
import { createSharedParts, type SharedParts } from './shared-parts';

/** Who decides about the calls of a platform's agents. */
export interface PlatformApprovers {
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
   * Topics on which people are told about waiting calls of every agent, at most five: `[Notification.toTopic(topic)]`. A webhook
   * is a notification of one agent, because the secret with its address has one reader.
   * @default - nowhere
   */
  readonly notifications?: Notification[];
  /**
   * How approvers sign in, if not with IAM: `ApproverSignIn.oidc({ issuer, clientId, ingress })`. Then `approverGroups` are values of
   * the groups claim, and there is a web page instead of the approver role and the signed API.
   * @default - approvers assume a role of IAM
   */
  readonly signIn?: ApproverSignIn;
}

/** Properties of `AgentPlatform`. Required: approvals, retention. */
export interface AgentPlatformProps {
  /** Who decides about calls that are destructive or leave the organisation, of every agent of the platform. */
  readonly approvals: PlatformApprovers;
  /**
   * How long every ledger entry is locked, in whole days. Nobody can delete it earlier, not even the account's root user.
   * Below 30 days, synthesis warns unless you write `ledger: { shortRetention: true }`.
   */
  readonly retention: Duration;
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
   * Where the agents run. It must be in the platform's stack.
   * @default - a new IsolatedNetwork in two availability zones
   */
  readonly network?: IsolatedNetwork;
  /**
   * Names of the availability zones of the network that the platform creates. See `IsolatedNetworkProps.availabilityZones`. A given
   * `network` has its own.
   * @default - two zones, chosen at deployment
   */
  readonly availabilityZones?: string[];
}

const PROPS = struct<AgentPlatformProps>(
  {
    approvals: struct<PlatformApprovers>(
      { ...APPROVERS, signIn: SIGN_IN, notifications: optional(NOTIFICATIONS) },
      APPROVERS_EXAMPLE,
    ),
    retention: duration('Duration.days(365)'),
    evidenceRetention: optional(duration('Duration.days(180)')),
    ledger: optional(struct(LEDGER_OPTIONS, '{ trail: false }')),
    network: optional(NETWORK),
    availabilityZones: AVAILABILITY_ZONES,
  },
  "{ approvals: { approverGroups: ['support-leads'] }, retention: Duration.days(365) }",
);

/**
 * What the agents of a platform team share, and pay for once: the network with its endpoints, the state table, the ledger with
 * its sealer and trail, the approval desk, and the cluster that tasks run in. Pass it to each `HardenedAgentRuntime` as
 * `platform`.
 *
 * Agents share no role, function, secret, session, policy or stream. The names of an agent's own items and objects begin with
 * its id, and each role of an agent names only those.
 *
 * An agent may be in the platform's stack, or in another stack of the same account, region and stage, which is deployed after it.
 *
 * Limitations: approvers of a platform decide for all of its agents. The quotas of the account and the network are shared: see
 * `docs/platform.md`.
 */
export class AgentPlatform extends Construct {
  /** The isolated network. */
  public readonly network: IsolatedNetwork;
  /** The record of every call of every agent. */
  public readonly ledger: Ledger;
  /** Address of the approval desk: with `signIn` of the web page, otherwise for `hardened-agent approvals --api-url`. */
  public readonly deskUrl: string;
  /** Alarms of the ledger. They notify nobody until `addAlarmAction` is called. */
  public readonly alarms: cloudwatch.Alarm[];

  /** @internal */
  public readonly _parts: SharedParts;
  /** @internal */
  public readonly _cluster: ecs.ICluster;
  /** @internal */
  public readonly _logs: EncryptedLogs;
  /** @internal */
  public readonly _desk: Desk;
  /** @internal */
  public readonly _approverGroups: readonly string[];
  /** @internal */
  public readonly _signIn: ApproverSignIn | undefined;
  /** @internal */
  public readonly _manifests: DeskManifests;
  /** @internal */
  public readonly _notifications: readonly Notification[];
  private readonly agents = new Map<string, Construct>();

  /**
   * @throws Error when a prop has a wrong type, is unknown or invalid; the message says what to write instead
   */
  constructor(scope: Construct, id: string, props: AgentPlatformProps) {
    checkConstruct(AgentPlatform, scope, id, props, PROPS);
    super(scope, id);
    const problem = platformProblem(this, props);
    if (problem !== undefined) throw new Error(`${this.node.path}: ${problem}`);
    keepTrailAround(this);
    this._parts = createSharedParts(this, props);
    this.network = this._parts.network;
    this.ledger = this._parts.ledger;
    this._manifests = new DeskManifests(this);
    this._desk = new ApprovalDesk(this, 'Approvals', {
      stateTable: this._parts.state.table,
      ledger: this.ledger,
      showRequestsCode: this._manifests.code,
      network: this.network,
      approverGroups: props.approvals.approverGroups,
      approverPrincipals: props.approvals.approverPrincipals,
      approverName: props.approvals.approverName,
      ruledGroups: props.approvals.approverGroups,
      signIn: props.approvals.signIn,
    }).desk;
    this._signIn = props.approvals.signIn;
    this._notifications = props.approvals.notifications ?? [];
    this._approverGroups = props.approvals.approverGroups ?? [];
    this.deskUrl = this._desk.url;
    this._cluster = taskCluster(this, this.network.vpc);
    this._logs = agentLogs(this);
    this.ledger._beginAfter(this._desk.stage);
    this.alarms = this.ledger._alarms;
  }

  /**
   * The role of people who decide.
   * @throws Error with `signIn`: people sign in at the web desk, and there is no role
   */
  public get approverRole(): iam.Role {
    return approverRoleOf(this, this._desk);
  }

  /**
   * Sets what every alarm of the platform notifies: `platform.addAlarmAction(new SnsAction(topic))`. Each agent has alarms of
   * its own.
   */
  public addAlarmAction(...actions: cloudwatch.IAlarmAction[]): void {
    checkArguments(`${this.node.path}: addAlarmAction()`, { actions: [listOf(ALARM_ACTION, 'action'), actions] });
    for (const alarm of this.alarms) alarm.addAlarmAction(...actions);
  }

  /**
   * Acknowledges what cdk-nag's `AwsSolutionsChecks` finds on the constructs of the platform, each finding with a reason. Call
   * it last, in apps that register that pack.
   */
  public acknowledgeAwsSolutions(): void {
    acknowledgePlatform(this, this.ledger);
  }

  /** Takes an agent in. @throws Error when it can't be part of the platform @internal */
  public _join(agentId: string, agent: Construct): void {
    const problem = this.problemWith(agentId, agent);
    if (problem !== undefined) throw new Error(`${agent.node.path}: ${problem}`);
    this.agents.set(agentId, agent);
    if (Stack.of(agent) !== Stack.of(this)) this.network.endpoints._serveLater(Stack.of(agent));
  }

  private problemWith(agentId: string, agent: Construct): string | undefined {
    const twin = this.agents.get(agentId);
    if (twin !== undefined) {
      return `its id ${agentId} is also the id of ${twin.node.path}, so each could use the other's sessions; give it another construct id`;
    }
    const [own, other] = [Stack.of(this), Stack.of(agent)];
    if (Stage.of(this) !== Stage.of(agent)) {
      return `the platform ${this.node.path} is in another stage, which is deployed apart; create a platform in each stage`;
    }
    for (const [what, here, there] of [
      ['account', own.account, other.account],
      ['region', own.region, other.region],
    ] as const) {
      const compared = Token.compareStrings(here, there);
      if (compared !== TokenComparison.SAME && compared !== TokenComparison.BOTH_UNRESOLVED) {
        return `the platform ${this.node.path} is in another ${what}; give both stacks the same env, or create a platform in each`;
      }
    }
    return undefined;
  }
}

function platformProblem(platform: Construct, { network, availabilityZones, ...rest }: AgentPlatformProps) {
  if (network && availabilityZones) {
    return 'network and availabilityZones are both given; write availabilityZones on the network';
  }
  if (network && Stack.of(network) !== Stack.of(platform)) {
    return `the network ${network.node.path} is in another stack; create it in the platform's`;
  }
  if (rest.approvals.notifications?.some(({ _webhook }) => _webhook !== undefined)) {
    return 'approvals.notifications: each agent would read the secret of the webhook, and a secret has one reader; write Notification.toTopic(topic) here, or the webhook at each agent, with a secret of its own';
  }
  return evidenceRetentionProblem(rest.evidenceRetention);
}
