import type { PartKind } from '../checks/facts/part';

/** Something that a policy denies to everybody, as this library writes it. */
export interface MadeDenial {
  readonly actions: readonly string[];
  /**
   * The only condition that it may have, by operator and key in small letters, and for switches and numbers what it must say. Without
   * the condition, more is denied.
   * @default none
   */
  readonly under?: readonly [operator: RegExp, key: string, says?: (value: string) => boolean];
  /** Whether it spares roles of the runtime only, and not those that deploy, break glass or erase. @default false */
  readonly forParts?: boolean;
  /** The parts whose roles it may spare, of those that the templates have. @default every part, and every other role */
  readonly forKinds?: readonly PartKind[];
  /** What it is about, each named by some resource of the statement. @default every resource */
  readonly on?: readonly RegExp[];
}

const ARN_NOT = /^ArnNot(Equals|Like)$/;
/** Spares principals by their ARN: the one that is meant, the deployment's, an erasing or a break-glass role. */
const BY_ARN = [ARN_NOT, 'aws:principalarn'] as const;
const INVOKE = { actions: ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'], on: [/\}$/, /\}:\*$/] };

const isNo = (value: string): boolean => value === 'false';
const isYes = (value: string): boolean => value === 'true';
/** A denial below an older version denies nothing that anybody still speaks. */
const isModern = (version: string): boolean => Number(version) >= 1.2;

/** Called by an API or an event rule: nobody else, and no other API or rule. */
const BY_SERVICE: readonly MadeDenial[] = [
  { ...INVOKE, under: [ARN_NOT, 'aws:sourcearn'] },
  { ...INVOKE, under: [/^Bool$/, 'aws:principalisawsservice', isNo] },
];
const BY_ANY_ROLE: readonly MadeDenial[] = [{ ...INVOKE, under: BY_ARN }];
const BY_ROLE: readonly MadeDenial[] = [{ ...INVOKE, under: BY_ARN, forParts: true }];
const BY_ACCOUNT: readonly MadeDenial[] = [{ ...INVOKE, under: [/^StringNotEquals$/, 'aws:principalaccount'] }];

/** How the policy of each part's function keeps others out: one of some ways. Undefined: another claim judges who calls it. */
export const FUNCTION_DENIALS: { readonly [kind in PartKind]?: readonly (readonly MadeDenial[])[] } = {
  gate: [BY_SERVICE],
  connector: [BY_ROLE],
  'code connector': [BY_ROLE],
  sealer: [BY_SERVICE],
  'token keeper': [BY_ROLE],
  'request viewer': [BY_SERVICE, BY_ROLE],
  decision: [BY_SERVICE, BY_ROLE],
  'web desk': [BY_SERVICE],
  'approved call': [BY_ROLE],
  'request closer': [BY_ROLE],
  // Whoever of the account may open sessions has the right in a policy of his own.
  'session launcher': [BY_ACCOUNT, BY_ANY_ROLE],
  'session end': [BY_SERVICE],
  'session sweep': [BY_SERVICE],
  'operator desk': [BY_SERVICE],
  'webhook notifier': [BY_SERVICE],
};

const WHOLE = [/\}$/, /\}\/\*$/];
const ENCRYPTED: readonly MadeDenial[] = [
  { actions: ['s3:*'], under: [/^Bool$/, 'aws:securetransport', isNo], on: WHOLE },
  { actions: ['s3:*'], under: [/^NumericLessThan$/, 's3:tlsversion', isModern], on: WHOLE },
];
const OBJECTS = [/\}\/\*$/];
const LOCKED: readonly MadeDenial[] = [
  ...ENCRYPTED,
  {
    actions: [
      's3:DeleteObject',
      's3:DeleteObjectVersion',
      's3:BypassGovernanceRetention',
      's3:PutObjectRetention',
      's3:PutObjectLegalHold',
    ],
    under: BY_ARN,
    on: OBJECTS,
  },
  {
    actions: [
      's3:DeleteBucketPolicy',
      's3:PutBucketAcl',
      's3:PutBucketLogging',
      's3:PutBucketObjectLockConfiguration',
      's3:PutBucketOwnershipControls',
      's3:PutBucketPolicy',
      's3:PutBucketPublicAccessBlock',
      's3:PutBucketVersioning',
      's3:PutEncryptionConfiguration',
      's3:PutLifecycleConfiguration',
      's3:PutReplicationConfiguration',
      's3:DeleteBucket',
    ],
    under: BY_ARN,
    on: [/\}$/],
  },
];
/** Objects of each folder are written once. */
const once = (...folders: readonly string[]): MadeDenial => ({
  actions: ['s3:PutObject'],
  under: [/^Null$/, 's3:if-none-match', isYes],
  on: folders.map((folder) => new RegExp(`\\}/(${folder}/)?\\*$`)),
});
/** CloudTrail uploads with a list of rights, so the bucket of its files can't deny them. */
const NO_ACL: MadeDenial = { actions: ['s3:PutObjectAcl', 's3:PutObjectVersionAcl'], under: BY_ARN, on: OBJECTS };
const KEPT_KEY: readonly MadeDenial[] = [
  { actions: ['kms:DisableKey', 'kms:DisableKeyRotation', 'kms:DeleteImportedKeyMaterial'], under: BY_ARN },
  { actions: ['kms:ScheduleKeyDeletion', 'kms:PutKeyPolicy'], under: BY_ARN },
];
/** An API is called by one kind of part, or of people. */
const nobodyBut = (kind: PartKind): MadeDenial => ({
  actions: ['execute-api:Invoke'],
  under: BY_ARN,
  forKinds: [kind],
});
const SECRET: readonly MadeDenial[] = [
  { actions: ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue'], under: BY_ARN, forParts: true },
];

/** What the own policy of each resource denies, by what it is for the runtime. */
export const PLACE_DENIALS: { readonly [place: string]: readonly MadeDenial[] } = {
  ledger: [...LOCKED, NO_ACL, once('entries', 'batches', 'checkpoints')],
  witness: [...LOCKED, NO_ACL, once('checkpoints')],
  'trail files': LOCKED,
  evidence: ENCRYPTED,
  publication: ENCRYPTED,
  'key of the ledger': KEPT_KEY,
  'key of the witness': KEPT_KEY,
  'key of the trail files': KEPT_KEY,
  'signing key': [...KEPT_KEY, { actions: ['kms:Sign', 'kms:CreateGrant'], under: BY_ARN }],
  credential: SECRET,
  webhook: SECRET,
  'client-secret': SECRET,
  'gate API': [nobodyBut('agent'), { actions: ['execute-api:Invoke'], under: [/^StringNotEquals$/, 'aws:sourcevpc'] }],
  'desk API': [nobodyBut('approver')],
  'operator API': [nobodyBut('operator')],
};

/** What a permissions boundary of a connector denies. */
export const BOUNDARY_DENIALS: readonly MadeDenial[] = [
  { actions: ['iam:*', 'sts:AssumeRole*', 'organizations:*'] },
  // For a connector that calls one function or workflow: all others.
  { actions: ['lambda:InvokeFunction', 'states:*'], on: [] },
];
