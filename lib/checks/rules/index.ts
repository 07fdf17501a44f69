import type { Rule } from '../rule';
import { agentLogsKept } from './audit/agent-logs-kept';
import { browserRecorded } from './audit/browser-recorded';
import { invocationsLogged } from './audit/invocations-logged';
import { keptLong } from './audit/kept-long';
import { keysGuarded } from './audit/keys-guarded';
import { ledgerLocked } from './audit/ledger-locked';
import { managedForgets } from './audit/managed-forgets';
import { managedOwnKey } from './audit/managed-own-key';
import { recordsPrivate } from './audit/records-private';
import { trailed } from './audit/trailed';
import { actionConfirmed } from './gate/action-confirmed';
import { agentEntrancesNamed } from './gate/agent-entrances-named';
import { approvalWaitsOnce } from './gate/approval-waits-once';
import { approversAtHome } from './gate/approvers-at-home';
import { bodiesUnlogged } from './gate/bodies-unlogged';
import { destructionAsked } from './gate/destruction-asked';
import { enforces } from './gate/enforces';
import { knowledgeGuarded } from './gate/knowledge-guarded';
import { knowledgeOfStrangers } from './gate/knowledge-of-strangers';
import { managedCallersNamed } from './gate/managed-callers-named';
import { managedErrorsHidden } from './gate/managed-errors-hidden';
import { managedPolicyEnforced } from './gate/managed-policy-enforced';
import { managedTargetCredential } from './gate/managed-target-credential';
import { managedToolsPinned } from './gate/managed-tools-pinned';
import { notBypassed } from './gate/not-bypassed';
import { ownCode } from './gate/own-code';
import { privateAndNamed } from './gate/private-and-named';
import { readsOnlyRead } from './gate/reads-only-read';
import { resourcesNamed } from './gate/resources-named';
import { returnUrlsExact } from './gate/return-urls-exact';
import { credentialRoleBounded } from './least-privilege/credential-role-bounded';
import { noEscalation } from './least-privilege/no-escalation';
import { noWildcard } from './least-privilege/no-wildcard';
import { ownRole } from './least-privilege/own-role';
import { serviceTrustBounded } from './least-privilege/service-trust-bounded';
import { trustNamesSubject } from './least-privilege/trust-names-subject';
import { agentInVpc } from './network/agent-in-vpc';
import { dnsFirewalled } from './network/dns-firewalled';
import { dnsNamesWhole } from './network/dns-names-whole';
import { endpointMissing } from './network/endpoint-missing';
import { endpointPinned } from './network/endpoint-pinned';
import { flowLogged } from './network/flow-logged';
import { guardLowered } from './network/guard-lowered';
import { httpTaskNamed } from './network/http-task-named';
import { managedAgentInVpc } from './network/managed-agent-in-vpc';
import { moreThanOneZone } from './network/more-than-one-zone';
import { noOpenGroup } from './network/no-open-group';
import { noPublicAddress } from './network/no-public-address';
import { noRouteOut } from './network/no-route-out';
import { answerNotRun } from './sandbox/answer-not-run';
import { codeClosed } from './sandbox/code-closed';
import { guardrailAttached } from './sandbox/guardrail-attached';
import { guardrailOn } from './sandbox/guardrail-on';
import { hostKeysByToken } from './sandbox/host-keys-by-token';
import { managedImagePinned } from './sandbox/managed-image-pinned';
import { managedToolsClosed } from './sandbox/managed-tools-closed';
import { modelCallerBounded } from './sandbox/model-caller-bounded';
import { modelCallerKnown } from './sandbox/model-caller-known';
import { taskHardened } from './sandbox/task-hardened';
import { noPlainText } from './secrets/no-plain-text';
import { oneReader } from './secrets/one-reader';
import { readApart } from './secrets/read-apart';
import { rotated } from './secrets/rotated';
import { readable } from './template/readable';

/** Every rule, in the order in which a report lists them. */
export const RULES: readonly Rule[] = [
  noRouteOut,
  noPublicAddress,
  agentInVpc,
  endpointPinned,
  dnsFirewalled,
  dnsNamesWhole,
  noOpenGroup,
  httpTaskNamed,
  flowLogged,
  guardLowered,
  moreThanOneZone,
  managedAgentInVpc,
  endpointMissing,
  taskHardened,
  modelCallerBounded,
  modelCallerKnown,
  codeClosed,
  answerNotRun,
  hostKeysByToken,
  managedImagePinned,
  managedToolsClosed,
  guardrailAttached,
  guardrailOn,
  ownRole,
  noWildcard,
  noEscalation,
  trustNamesSubject,
  credentialRoleBounded,
  serviceTrustBounded,
  oneReader,
  noPlainText,
  rotated,
  readApart,
  privateAndNamed,
  notBypassed,
  ownCode,
  bodiesUnlogged,
  approvalWaitsOnce,
  approversAtHome,
  enforces,
  managedCallersNamed,
  managedPolicyEnforced,
  managedErrorsHidden,
  managedTargetCredential,
  returnUrlsExact,
  actionConfirmed,
  readsOnlyRead,
  destructionAsked,
  knowledgeGuarded,
  knowledgeOfStrangers,
  managedToolsPinned,
  agentEntrancesNamed,
  resourcesNamed,
  ledgerLocked,
  keptLong,
  keysGuarded,
  recordsPrivate,
  trailed,
  managedOwnKey,
  managedForgets,
  browserRecorded,
  invocationsLogged,
  agentLogsKept,
  readable,
];
