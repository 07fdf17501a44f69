import { keyOf, piecesOf, type Resource, Unresolved, type Value } from '../../../template';
import { matchAction } from '../../../template/iam/evaluate';
import { type Policy, readPolicy, type Statement, statementsOf } from '../../../template/iam/policy';
import { ledgerKeysOf } from '../../facts/ledger-buckets';
import { denialsOf, sparedByAll } from '../../judge/denials';
import { unproven } from '../../judge/offences';
import { statementPath } from '../../judge/statement-width';
import type { Offence, Rule } from '../../rule';

/** Without its key the ledger can't be read. A second signer could forge it. */
export const keysGuarded: Rule = {
  id: 'AuditKeysGuarded',
  pillar: 'audit',
  severity: 'fatal',
  holds:
    'At most one named role can disable a ledger’s key. It and the deployment role alone can delete the key or change its policy. Only one role can use a signing key.',
  source:
    'AWS KMS Developer Guide, "Control access to key deletion" and "Key policies"; KMS.3 of AWS Security Hub; NIST SP 800-53 AU-9(3), SC-12',
  fix: 'In the key policy, deny kms:DisableKey to everybody, or to everybody except one emergency role. Deny kms:ScheduleKeyDeletion and kms:PutKeyPolicy to everybody except the deployment role and that role. On a signing key, deny kms:Sign to everybody except one role.',
  lists: ['NIST SP 800-53 AU-9', 'NIST SP 800-53 SC-12'],
  insecure: template(''),
  secure: template(`          - { Effect: Deny, Principal: "*", Action: kms:DisableKey, Resource: "*" }
          - Effect: Deny
            Principal: "*"
            Action: [kms:ScheduleKeyDeletion, kms:PutKeyPolicy]
            Resource: "*"
            Condition: { ArnNotEquals: { aws:PrincipalArn: "arn:aws:iam::111122223333:role/deployment" } }
          - Effect: Deny
            Principal: "*"
            Action: kms:Sign
            Resource: "*"
            Condition: { ArnNotEquals: { aws:PrincipalArn: "arn:aws:iam::111122223333:role/sealer" } }
`),
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

const PROPERTY = 'Properties.KeyPolicy';

function policyOf(key: Resource): Policy {
  return readPolicy(key.logicalId, key.path, key.property('KeyPolicy'));
}

function* destructionOffences(key: Resource): Generator<Offence> {
  const policy = policyOf(key);
  const at = { resource: key, property: PROPERTY };
  const changes = denialsOf(policy, 'kms:PutKeyPolicy');
  for (const action of ['kms:ScheduleKeyDeletion', 'kms:DisableKey']) {
    const spared = sparedByAll(denialsOf(policy, action));
    if (spared === undefined) yield { ...at, message: `${action} isn't denied to everybody, or that can't be proven` };
    else {
      const deployment = action === 'kms:ScheduleKeyDeletion' && mayChangePolicy(sparedByAll(changes), spared) ? 1 : 0;
      if (spared.length - deployment > 1 || spared.some(isMany)) {
        yield { ...at, message: `${action} is left to more than one named role` };
      }
    }
  }
  if (changes.length === 0) {
    yield { ...at, message: 'kms:PutKeyPolicy isn’t denied: who may use it can remove the other denies' };
  }
}

/**
 * Whether a role that may delete the key may also change its policy. It can remove the deny of deletion in any case, and a
 * deployment that is rolled back must be able to delete the key.
 */
function mayChangePolicy(changing: readonly Value[] | undefined, deleting: readonly Value[]): boolean {
  const keys = new Set(changing?.map(keyOf));
  return deleting.some((each) => keys.has(keyOf(each)));
}

/** A pattern that may match more than one principal. */
function isMany(spared: Value): boolean {
  return piecesOf(spared)?.some((piece) => typeof piece === 'string' && /[*?]/.test(piece)) !== false;
}

function* signerOffences(key: Resource): Generator<Offence> {
  const policy = policyOf(key);
  const spared = sparedByAll(denialsOf(policy, 'kms:Sign'));
  if (spared !== undefined && spared.length <= 1) return;
  // Without such a Deny, the Allows must name one role. An account as principal delegates to every identity policy.
  const signing = statementsOf(policy).filter(maySign);
  const signers = new Set<string>();
  for (const statement of signing) {
    const at = { resource: key, property: statementPath(PROPERTY, statement) };
    for (const unknown of statement.unknown) yield { ...at, message: unproven(unknown) };
    for (const { value } of statement.principal?.patterns ?? []) {
      if (isWholeAccount(value))
        yield { ...at, message: 'kms:Sign is left to every role that the account grants it to' };
      else signers.add(keyOf(value));
    }
  }
  if (signers.size > 1) {
    const message = `kms:Sign is left to ${signers.size} principals instead of one`;
    yield { resource: key, property: PROPERTY, message };
  }
}

function maySign({ effect, action }: Statement): boolean {
  return (
    effect !== 'Deny' &&
    (action.negated || action.patterns.some((pattern) => matchAction(pattern, 'kms:Sign') !== 'false'))
  );
}

function isWholeAccount(principal: Value): boolean {
  return principal === '*' || /:root$|^\d{12}$|^\$\{AWS::AccountId\}$/.test(String(principal));
}

/** The smallest app that the rule speaks of. */
function template(differing: string): string {
  return `Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyUsage: SIGN_VERIFY
      KeySpec: ECC_NIST_P256
      KeyPolicy:
        Statement:
          - { Effect: Allow, Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: kms:*, Resource: "*" }
${differing}`;
}
