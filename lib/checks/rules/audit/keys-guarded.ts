import { type Assembly, keyOf, piecesOf, type Resource, Unresolved, type Value } from '../../../template';
import { matchAction } from '../../../template/iam/evaluate';
import { readPolicy, statementsOf } from '../../../template/iam/policy';
import { ledgerBucketsOf } from '../../facts/ledger-buckets';
import { listOf, memberOf, unproven } from '../../judge/branches';
import { denialsOf, sparedByAll } from '../../judge/denials';
import { statementPath } from '../../judge/statement-width';
import type { Offence, Rule } from '../../rule';

/** Losing the key loses the log; a second signer can forge it. */
export const keysGuarded: Rule = {
  id: 'AuditKeysGuarded',
  pillar: 'audit',
  severity: 'fatal',
  holds:
    "Nobody but one named role can delete or disable the ledger's key, nobody else can take over its policy, and a key that signs is left to one role.",
  source:
    'AWS KMS Developer Guide, "Control access to key deletion" and "Key policies"; KMS.3 of AWS Security Hub; NIST SP 800-53 AU-9(3), SC-12',
  fix: 'Deny kms:ScheduleKeyDeletion and kms:DisableKey to everybody, or to all but one role for emergencies, kms:PutKeyPolicy to all but the deployment role, and on a signing key kms:Sign to all but one role.',
  *check(assembly) {
    for (const key of ledgerKeysOf(assembly)) yield* destructionOffences(key);
    for (const key of assembly.ofType('AWS::KMS::Key')) {
      for (const { value } of key.property('KeyUsage')) {
        if (value instanceof Unresolved) {
          yield { resource: key, property: 'Properties.KeyUsage', message: unproven(value) };
        } else if (value === 'SIGN_VERIFY') {
          yield* destructionOffences(key);
          yield* signerOffences(key);
        }
      }
    }
  },
};

/** Keys of this app that encrypt a ledger. One outside is judged where it stands. */
function ledgerKeysOf(assembly: Assembly): Set<Resource> {
  const keys = new Set<Resource>();
  for (const bucket of ledgerBucketsOf(assembly)) {
    for (const { value } of bucket.property('BucketEncryption', 'ServerSideEncryptionConfiguration')) {
      for (const rule of listOf(value)) {
        const key = assembly.find(memberOf(rule, 'ServerSideEncryptionByDefault', 'KMSMasterKeyID'));
        if (key?.type === 'AWS::KMS::Key') keys.add(key);
      }
    }
  }
  return keys;
}

function* destructionOffences(key: Resource): Generator<Offence> {
  const policy = readPolicy(key.logicalId, key.path, key.property('KeyPolicy'));
  const property = 'Properties.KeyPolicy';
  for (const action of ['kms:ScheduleKeyDeletion', 'kms:DisableKey']) {
    const spared = sparedByAll(denialsOf(policy, action));
    if (spared === undefined) {
      yield { resource: key, property, message: `${action} isn't denied to everybody, or that can't be proven` };
    } else if (spared.length > 1 || spared.some(isMany)) {
      yield { resource: key, property, message: `${action} is left to more than one named role` };
    }
  }
  if (denialsOf(policy, 'kms:PutKeyPolicy').length === 0) {
    yield { resource: key, property, message: 'kms:PutKeyPolicy is open: whoever may use it lifts the other denies' };
  }
}

/** A pattern that more than one principal may match. */
function isMany(spared: Value): boolean {
  return piecesOf(spared)?.some((piece) => typeof piece === 'string' && /[*?]/.test(piece)) !== false;
}

function* signerOffences(key: Resource): Generator<Offence> {
  const property = 'Properties.KeyPolicy';
  const policy = readPolicy(key.logicalId, key.path, key.property('KeyPolicy'));
  const spared = sparedByAll(denialsOf(policy, 'kms:Sign'));
  if (spared !== undefined && spared.length <= 1) return;
  // Without such a deny, the allows have to name one role: an account as principal hands over to every identity policy.
  const signers = new Set<string>();
  for (const statement of statementsOf(policy)) {
    const signs =
      statement.effect !== 'Deny' &&
      (statement.action.negated ||
        statement.action.patterns.some((pattern) => matchAction(pattern, 'kms:Sign') !== 'false'));
    if (!signs) continue;
    const at = statementPath(property, statement);
    for (const unknown of statement.unknown) yield { resource: key, property: at, message: unproven(unknown) };
    for (const { value } of statement.principal?.patterns ?? []) {
      const shared = value === '*' || /:root$|^\d{12}$|^\$\{AWS::AccountId\}$/.test(String(value));
      if (shared)
        yield {
          resource: key,
          property: at,
          message: 'kms:Sign is left to every role of the account that is given it',
        };
      else signers.add(keyOf(value));
    }
  }
  if (signers.size > 1)
    yield { resource: key, property, message: `kms:Sign is left to ${signers.size} principals instead of one` };
}
