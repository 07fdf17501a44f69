import type { Resource } from '../../template';

/** What a function, task or role is in the runtime. */
export type PartKind =
  | 'agent'
  | 'gate'
  | 'connector'
  | 'code connector'
  | 'code sandbox'
  | 'sealer'
  | 'token keeper'
  | 'request viewer'
  | 'decision'
  | 'web desk'
  | 'approved call'
  | 'request closer'
  | 'approval workflow'
  | 'approver'
  | 'session launcher'
  | 'session end'
  | 'session sweep'
  | 'operator desk'
  | 'operator'
  | 'task starter'
  | 'approval watch'
  | 'watch starter'
  | 'webhook notifier'
  | 'flow log'
  | 'API logs'
  | 'AWS CDK';

/** A part of the runtime. */
export interface Part {
  readonly kind: PartKind;
  /** The kind, with the name where there are several: `connector Tickets`, `gate of Support-1a2b3c4d`. */
  readonly label: string;
  /** The agent that it belongs to. Undefined for a part that a platform's agents share. */
  readonly agentId?: string;
  /** The function, task, state machine or flow log. Approvers and operators have none: people assume their roles. */
  readonly workload?: Resource;
}
