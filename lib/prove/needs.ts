import {
  type Assembly,
  describe,
  isTrue,
  keyOf,
  memberOf,
  piecesOf,
  Reference,
  type Resource,
  type TextPiece,
  textOf,
  Unresolved,
  type Value,
} from '../template';
import { accountOf, arnOf, nameOf, type Spelling } from '../template/iam/arn';
import { executionsOf, regionOf } from '../template/iam/asked';
import { identityPoliciesOf } from '../template/iam/collect';
import { type Statement, statementsOf } from '../template/iam/policy';
import { resourcePolicyOf } from '../template/iam/resource-policies';
import { WITNESS_ENCRYPTED_BY_S3 } from '../private/metadata-keys';
import { Names } from './names';
import type { Part } from './part';
import { PartResources, type UsedResource, usedResource } from './part-resources';
import { RIGHTS, type Right } from './rights';
import type { RuntimeParts } from './runtime-parts';

/** One request that a part's code sends, or that AWS sends with the part's role. */
export interface Need {
  readonly part: Part;
  readonly role: Resource;
  readonly action: string;
  /** For messages: `state (SESSION#*)`. Empty for an action without a resource. */
  readonly what: string;
  /** What it is used on. `resource` is undefined for a resource that the templates don't contain. */
  readonly on: UsedResource;
  /** The condition keys of the request that the part decides on. */
  readonly sends: { readonly [key: string]: Value | readonly Value[] };
  /** `nobody`: an address that AWS signed, as for image layers. The role's own policies don't matter then. */
  readonly by: 'code' | 'AWS' | 'nobody';
}

/** What a part needs, but can't be read from the templates. */
export interface Unread {
  readonly part: Part;
  readonly what: string;
}

export interface Needs {
  readonly needs: readonly Need[];
  readonly unread: readonly Unread[];
}

/** Everything that the parts of the runtime need. */
export function needsOf(assembly: Assembly, parts: RuntimeParts, spelling: Spelling): Needs {
  const found = assembly.ofType('AWS::IAM::Role').flatMap((role) => {
    const part = parts.ofRole(role);
    return part === undefined ? [] : [new NeedsOfPart(assembly, parts, spelling, part, role).all()];
  });
  return { needs: found.flatMap(({ needs }) => needs), unread: found.flatMap(({ unread }) => unread) };
}

/** Places that a part may lack: an optional feature, or a key where AWS manages it. */
const OPTIONAL = /^(credential|witness|executor|desk API)$/;
const KEY_OF = 'key of the ';

class NeedsOfPart {
  private readonly resources: PartResources;
  private readonly names: Names;
  private readonly needs: Need[] = [];
  private readonly unread: Unread[] = [];

  constructor(
    private readonly assembly: Assembly,
    parts: RuntimeParts,
    private readonly spelling: Spelling,
    private readonly part: Part,
    private readonly role: Resource,
  ) {
    this.resources = new PartResources(assembly, parts);
    this.names = new Names(parts, role, part);
  }

  public all(): Needs {
    for (const right of RIGHTS[this.part.kind]) {
      if (!this.isNeeded(right)) continue;
      if (right.needed === 'as named') this.addNamed(right);
      else this.addConfigured(right);
    }
    if (this.part.kind === 'agent') this.addGuardrails();
    if (this.part.kind === 'connector') this.findOwnResources();
    if (this.part.kind === 'sealer') this.findWitnessKey();
    if (this.part.kind === 'task starter') this.addLayers();
    return { needs: this.needs, unread: this.unread };
  }

  private isNeeded({ needed }: Right): boolean {
    const { workload } = this.part;
    const has = (...path: string[]): boolean =>
      workload?.property(...path).some(({ value }) => value !== undefined && value !== false) === true;
    switch (needed) {
      case 'never':
        return false;
      case 'if traced':
        return (
          workload?.property('TracingConfig', 'Mode').some(({ value }) => value === 'Active') === true ||
          workload?.property('TracingConfiguration', 'Enabled').some(({ value }) => isTrue(value)) === true
        );
      case 'if logged':
        return has('LoggingConfiguration', 'Destinations');
      case 'if in a network':
        return has('VpcConfig', 'SubnetIds');
      default:
        return true;
    }
  }

  private addConfigured(right: Right): void {
    const place = placeIn(right);
    if (place === undefined) {
      this.addUses(right, { arn: '*', name: '' }, '');
      return;
    }
    if (place.startsWith(KEY_OF)) {
      this.addKeyUses(right, place.slice(KEY_OF.length), place);
      return;
    }
    const used = this.resources.of(this.part, this.role, place);
    if (used.length === 0 && !OPTIONAL.test(place)) {
      this.unread.push({ part: this.part, what: `its configuration names no ${place}` });
    }
    const rest = typeof right.on === 'string' ? right.on.slice(place.length + 2) : '';
    for (const on of used) {
      const what = rest === '' ? place : `${place} ${rest.replace(/^\//, '')}`;
      this.addUses(right, { ...on, arn: this.arnFor(right, on, rest) }, what);
    }
  }

  /** A key is used for each bucket, secret or table that it encrypts. */
  private addKeyUses(right: Right, place: string, what: string): void {
    for (const { resource: owner } of this.resources.of(this.part, this.role, place)) {
      if (owner === undefined) continue;
      for (const value of keysNamedBy(owner)) {
        const key = this.assembly.find(value);
        if (key?.type !== 'AWS::KMS::Key') {
          this.unread.push({ part: this.part, what: `the key ${describe(value)} of ${owner.path} is not in the templates` });
          continue;
        }
        for (const { action } of usesOf(right)) {
          const on = { resource: key, arn: this.spelling.of(arnOf(key)), name: '' };
          this.needs.push({ part: this.part, role: this.role, action, what, on, sends: this.sentToKey(owner), by: 'AWS' });
        }
      }
    }
  }

  /**
   * What KMS learns about a request that a service sends for the part.
   * Source: AWS KMS Developer Guide, "Encryption context" and "kms:ViaService"; Amazon S3 User Guide, "Amazon S3 Bucket Keys";
   * DynamoDB Developer Guide, "DynamoDB encryption context"; Secrets Manager User Guide, "Secret encryption and decryption".
   */
  private sentToKey(owner: Resource): Need['sends'] {
    const arn = this.spelling.of(arnOf(owner));
    const via = (service: string): Value => textOf([`${service}.`, regionOf(owner), '.amazonaws.com']);
    if (owner.type === 'AWS::S3::Bucket') {
      const context = hasBucketKey(owner) ? arn : textOf([...(piecesOf(arn) ?? []), '/', any()]);
      return { 'kms:ViaService': via('s3'), 'kms:EncryptionContext:aws:s3:arn': context };
    }
    if (owner.type === 'AWS::SecretsManager::Secret') {
      return { 'kms:ViaService': via('secretsmanager'), 'kms:EncryptionContext:SecretARN': arn };
    }
    return {
      'kms:ViaService': via('dynamodb'),
      'kms:EncryptionContext:aws:dynamodb:tableName': this.spelling.of(nameOf(owner)),
      'kms:EncryptionContext:aws:dynamodb:subscriberId': accountOf(owner),
    };
  }

  private arnFor({ actions }: Right, { resource, arn }: UsedResource, rest: string): Value {
    if (resource?.type === 'AWS::Logs::LogGroup') {
      const group = piecesOf(this.spelling.of(arn)) ?? [];
      return textOf([...group.map((piece) => (typeof piece === 'string' ? piece.replace(/:\*$/, ':log-stream:') : piece)), any()]);
    }
    if (resource !== undefined && actions.includes('states:DescribeExecution')) return executionsOf(resource);
    return textOf([...(piecesOf(arn) ?? []), ...withAny(rest)]);
  }

  /** One need for each use of a right on a resource. */
  private addUses(right: Right, on: UsedResource, what: string): void {
    const spelledOn = { ...on, arn: this.spelling.of(on.arn) };
    for (const { action, key } of usesOf(right)) {
      this.needs.push({
        part: this.part,
        role: this.role,
        action,
        what: key === undefined ? what : `${what} (${key})`,
        on: spelledOn,
        sends: this.sentBy(right, key),
        by: right.by ?? 'code',
      });
    }
  }

  private sentBy(right: Right, leadingKey: string | undefined): Need['sends'] {
    const sends: { [key: string]: Value } = { ...right.sends };
    for (const condition of right.when) {
      const [, key = '', value = ''] = condition.split(' ');
      sends[key] = key === 'dynamodb:LeadingKeys' ? textOf(withAny(leadingKey ?? value)) : this.valueOf(value);
    }
    return sends;
  }

  /** A value of a condition: `{cluster}` is the resource's ARN. */
  private valueOf(written: string): Value {
    const [, place] = /^\{([^}]+)\}$/.exec(written) ?? [];
    if (place === undefined) return written;
    const [used] = this.resources.of(this.part, this.role, place);
    return used === undefined
      ? new Unresolved(written, this.role.path, 'its configuration names none')
      : this.spelling.of(used.arn);
  }

  /** Uses that only policies name: models, and the operations of an AWS connector, whose configuration is an asset. */
  private addNamed(right: Right): void {
    const known = new Set<string>();
    const [own, ofEndpoints] = [this.ownStatements(), this.endpointStatements()];
    for (const statement of [...own, ...ofEndpoints]) {
      for (const action of right.actions.filter((each) => names(statement, each))) {
        for (const pattern of statement.resource?.patterns ?? []) {
          const readings = this.names.of(pattern);
          if (!readings.some((reading) => (typeof right.on === 'string' ? right.on === reading : right.on.test(reading)))) continue;
          const arn = this.spelling.of(pattern);
          const key = `${action} ${keyOf(arn)}`;
          if (known.has(key)) continue;
          known.add(key);
          this.needs.push({
            part: this.part,
            role: this.role,
            action,
            what: (readings[0] ?? describe(pattern)).replace(/^\{([^}]+)\}\/?/, '$1 ').trimEnd(),
            on: { ...this.resourceOf(pattern), arn: textOf((piecesOf(arn) ?? []).flatMap((piece) => (typeof piece === 'string' ? withAny(piece) : [piece]))) },
            sends: own.includes(statement) ? this.askedBy(statement) : {},
            by: right.by ?? 'code',
          });
        }
      }
    }
    if (this.part.kind === 'agent' && right.actions.includes('bedrock:InvokeModel') && known.size === 0) {
      this.unread.push({ part: this.part, what: 'its role names no model' });
    }
  }

  private resourceOf(pattern: Value): Pick<UsedResource, 'resource' | 'name'> {
    const [reference] = (piecesOf(pattern) ?? []).filter((piece) => piece instanceof Reference && !piece.isPseudo);
    const resource = this.assembly.find(reference);
    if (resource !== undefined) return { resource, name: usedResource(resource).name };
    const [, bucket] = typeof pattern === 'string' ? (/^arn:[^:]+:s3:::([^/*?]+)/.exec(pattern) ?? []) : [];
    const plain = bucket ?? (piecesOf(pattern) ?? []).map((piece) => (typeof piece === 'string' ? /:s3:::([^/*?]+)/.exec(piece)?.[1] : undefined)).find((each) => each !== undefined);
    return { name: plain ?? '' };
  }

  private ownStatements(): Statement[] {
    return identityPoliciesOf(this.assembly)
      .ofResource(this.role)
      .policies.flatMap(({ policy }) => statementsOf(policy))
      .filter(({ effect }) => effect === 'Allow');
  }

  /** Statements of the endpoints' policies that name the role. */
  private endpointStatements(): Statement[] {
    const own = keyOf(this.spelling.of(arnOf(this.role)));
    return this.assembly
      .ofType('AWS::EC2::VPCEndpoint')
      .flatMap((endpoint) => {
        const policy = resourcePolicyOf(this.assembly, endpoint);
        return policy === undefined ? [] : statementsOf(policy);
      })
      .filter(
        ({ effect, conditions }) =>
          effect === 'Allow' &&
          conditions.some(
            ({ key, values }) =>
              key.toLowerCase() === 'aws:principalarn' && values.some((value) => keyOf(this.spelling.of(value)) === own),
          ),
      );
  }

  /** A request that fulfills a statement's own conditions. */
  private askedBy({ conditions }: Statement): Need['sends'] {
    return Object.fromEntries(
      conditions.flatMap(({ operator, key, values }): [string, Value][] => {
        const [first] = values;
        if (!/^(String|Arn)(Equals|Like)$/.test(operator) || first === undefined) return [];
        const pieces = piecesOf(this.spelling.of(first)) ?? [];
        return [[key, textOf(pieces.flatMap((piece) => (typeof piece === 'string' ? withAny(piece) : [piece])))]];
      }),
    );
  }

  /** A call that names a guardrail also applies it. */
  private addGuardrails(): void {
    const applied = this.needs.filter(({ action }) => action === 'bedrock:ApplyGuardrail');
    const known = new Set(applied.map(({ on }) => keyOf(on.arn)));
    for (const { conditions } of this.ownStatements()) {
      for (const { key, values } of conditions) {
        if (key !== 'bedrock:GuardrailIdentifier') continue;
        for (const value of values) {
          const arn = withoutVersion(this.spelling.of(value));
          if (known.has(keyOf(arn))) continue;
          known.add(keyOf(arn));
          const on = { arn, name: '' };
          this.needs.push({ part: this.part, role: this.role, action: 'bedrock:ApplyGuardrail', what: describe(arn), on, sends: {}, by: 'code' });
        }
      }
    }
  }

  private findOwnResources(): void {
    for (const { resource, name, arn } of this.resources.of(this.part, this.role, 'own resource')) {
      const isNamed = this.needs.some(({ on }) => (resource === undefined ? keyOf(on.name) === keyOf(name) : on.resource === resource));
      if (!isNamed) this.unread.push({ part: this.part, what: `no policy says what it does with ${resource?.path ?? describe(arn)}` });
    }
  }

  /** An existing witness bucket's key is known by the role's policy only. */
  private findWitnessKey(): void {
    const { workload } = this.part;
    for (const { resource, name } of this.resources.of(this.part, this.role, 'witness')) {
      if (resource !== undefined || workload?.metadata[WITNESS_ENCRYPTED_BY_S3] === true) continue;
      const isNamed = this.needs.some(({ action, on }) => action.startsWith('kms:') && on.resource === undefined);
      if (!isNamed) {
        this.unread.push({ part: this.part, what: `its role names no key for kms:GenerateDataKey and kms:Decrypt on the witness ${describe(name)}` });
      }
    }
  }

  /** ECR's layers come from a bucket of AWS, by an address that AWS signed. */
  private addLayers(): void {
    const name = textOf(['prod-', regionOf(this.role), '-starport-layer-bucket']);
    const arn = textOf(['arn:aws:s3:::', ...(piecesOf(name) ?? []), '/', any()]);
    this.needs.push({ part: this.part, role: this.role, action: 's3:GetObject', what: 'image layers', on: { arn, name }, sends: {}, by: 'nobody' });
  }
}

/** `state` of `{state}/index/pending`; undefined for `*`. */
function placeIn({ on }: Right): string | undefined {
  return typeof on === 'string' ? /^\{([^}]+)\}/.exec(on)?.[1] : undefined;
}

interface Use {
  readonly action: string;
  readonly key?: string;
}

/** Each action of a right that is used, with the leading key that it is used on. */
function usesOf({ actions, when, uses }: Right): Use[] {
  if (uses !== undefined) {
    return uses.flatMap((use) => {
      const [action = '', ...keys] = use.split(' ');
      return keys.map((key) => ({ action, key }));
    });
  }
  const [, , ...keys] = when.find((condition) => condition.includes(' dynamodb:LeadingKeys '))?.split(' ') ?? [];
  return actions.flatMap((action): Use[] => (keys.length === 0 ? [{ action }] : keys.map((key) => ({ action, key }))));
}

/** Any text. A policy must match every one. */
function any(): Unresolved {
  return new Unresolved('*', '', 'any');
}

/** Text with `*` as any text. */
function withAny(text: string): TextPiece[] {
  return text.split('*').flatMap((part, i) => (i === 0 ? [part] : [any(), part]));
}

function names({ action, resource }: Statement, wanted: string): boolean {
  if (action.negated || resource === undefined || resource.negated) return false;
  return action.patterns.some((pattern) => describe(pattern).toLowerCase() === wanted.toLowerCase());
}

/** A guardrail's ARN without the version that follows it. */
function withoutVersion(value: Value): Value {
  const pieces = [...(piecesOf(value) ?? [])];
  const last = pieces.at(-1);
  if (typeof last === 'string') return textOf([...pieces.slice(0, -1), last.replace(/(:guardrail\/[^:]+|^):[^:/]+$/, '$1')]);
  const before = pieces.at(-2);
  return before === ':' ? textOf(pieces.slice(0, -2)) : value;
}

function hasBucketKey(bucket: Resource | undefined): boolean {
  const rules = bucket?.items('BucketEncryption', 'ServerSideEncryptionConfiguration') ?? [];
  return rules.length > 0 && rules.every(({ value }) => isTrue(memberOf(value, 'BucketKeyEnabled')));
}

/** The customer's keys that a bucket, secret or table names. */
function keysNamedBy(resource: Resource): Value[] {
  const ofBucket = resource
    .items('BucketEncryption', 'ServerSideEncryptionConfiguration')
    .map(({ value }) => memberOf(value, 'ServerSideEncryptionByDefault', 'KMSMasterKeyID'));
  const others = [
    ...(resource.type === 'AWS::SecretsManager::Secret' ? resource.property('KmsKeyId') : []),
    ...(resource.type === 'AWS::DynamoDB::Table' ? resource.property('SSESpecification', 'KMSMasterKeyId') : []),
  ].map(({ value }) => value);
  return [...ofBucket, ...others].filter((value) => value !== undefined);
}
