import type { Rule } from '../rule';
import { keptLong } from './audit/kept-long';
import { keysGuarded } from './audit/keys-guarded';
import { ledgerLocked } from './audit/ledger-locked';
import { recordsPrivate } from './audit/records-private';
import { trailed } from './audit/trailed';
import { approvalWaitsOnce } from './gate/approval-waits-once';
import { approversAtHome } from './gate/approvers-at-home';
import { bodiesUnlogged } from './gate/bodies-unlogged';
import { enforces } from './gate/enforces';
import { notBypassed } from './gate/not-bypassed';
import { ownCode } from './gate/own-code';
import { privateAndNamed } from './gate/private-and-named';
import { credentialRoleBounded } from './least-privilege/credential-role-bounded';
import { noEscalation } from './least-privilege/no-escalation';
import { noWildcard } from './least-privilege/no-wildcard';
import { ownRole } from './least-privilege/own-role';
import { trustNamesSubject } from './least-privilege/trust-names-subject';
import { dnsFirewalled } from './network/dns-firewalled';
import { dnsNamesWhole } from './network/dns-names-whole';
import { endpointPinned } from './network/endpoint-pinned';
import { flowLogged } from './network/flow-logged';
import { guardLowered } from './network/guard-lowered';
import { moreThanOneZone } from './network/more-than-one-zone';
import { noOpenGroup } from './network/no-open-group';
import { noRouteOut } from './network/no-route-out';
import { codeClosed } from './sandbox/code-closed';
import { modelCallerBounded } from './sandbox/model-caller-bounded';
import { modelCallerKnown } from './sandbox/model-caller-known';
import { taskHardened } from './sandbox/task-hardened';
import { noPlainText } from './secrets/no-plain-text';
import { oneReader } from './secrets/one-reader';
import { readable } from './template/readable';

/** Every rule, in the order in which a report lists them. */
export const RULES: readonly Rule[] = [
  noRouteOut,
  endpointPinned,
  dnsFirewalled,
  dnsNamesWhole,
  noOpenGroup,
  flowLogged,
  guardLowered,
  moreThanOneZone,
  taskHardened,
  modelCallerBounded,
  modelCallerKnown,
  codeClosed,
  ownRole,
  noWildcard,
  noEscalation,
  trustNamesSubject,
  credentialRoleBounded,
  oneReader,
  noPlainText,
  privateAndNamed,
  notBypassed,
  ownCode,
  bodiesUnlogged,
  approvalWaitsOnce,
  approversAtHome,
  enforces,
  ledgerLocked,
  keptLong,
  keysGuarded,
  recordsPrivate,
  trailed,
  readable,
];
