import type { Part } from '../checks/facts/part';
import { WITNESS_ENCRYPTED_BY_S3 } from '../private/metadata-keys';
import {
  type Assembly,
  describe,
  isTrue,
  keyOf,
  memberOf,
  piecesOf,
  type Resource,
  textOf,
  Unresolved,
  type Value,
} from '../template';
import { accountOf, arnOf, nameOf, type Spelling } from '../template/iam/arn';
import { executionsOf, regionOf, tasksOf } from '../template/iam/asked';
import { agentIdOf, forAgent } from './agent-ids';
import { keyActionsFor } from './key-actions';
import { EndpointStatements, type NamedUse, NamedUses } from './named-uses';
import { Names } from './names';
import { anyText, type Need, textWithAny, withAny } from './need';
import { PartResources, type UsedResource } from './part-resources';
import { RIGHTS, type Right } from './rights';
import type { RuntimeParts } from './runtime-parts';

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
  const ofEndpoints = new EndpointStatements(assembly, spelling);
  const found = assembly.ofType('AWS::IAM::Role').flatMap((role) => {
    const part = parts.ofRole(role);
    return part === undefined ? [] : [new NeedsOfPart(assembly, parts, spelling, ofEndpoints, part, role).all()];
  });
  return { needs: found.flatMap(({ needs }) => needs), unread: found.flatMap(({ unread }) => unread) };
}

/** Places that a part may lack: an optional feature, or a key where AWS manages it. */
const OPTIONAL = /^(credential|client-secret|witness|executor|desk API)$/;
const KEY_OF = 'key of the ';

class NeedsOfPart {
  private readonly resources: PartResources;
  private readonly named: NamedUses;
  private readonly needs: Need[] = [];
  private readonly unread: Unread[] = [];

  constructor(
    private readonly assembly: Assembly,
    parts: RuntimeParts,
    private readonly spelling: Spelling,
    ofEndpoints: EndpointStatements,
    private readonly part: Part,
    private readonly role: Resource,
  ) {
    this.resources = new PartResources(assembly, parts);
    this.named = new NamedUses(assembly, spelling, new Names(parts, role, part), ofEndpoints, role);
  }

  public all(): Needs {
    const agentId = agentIdOf(this.part);
    for (const right of RIGHTS[this.part.kind].map((each) => ofAgent(each, agentId))) {
      if (!this.isNeeded(right)) continue;
      if (right.needed === 'as named') this.addNamed(right);
      else this.addConfigured(right);
    }
    if (this.part.kind === 'agent') this.addGuardrails();
    if (this.part.kind === 'connector') {
      this.addKeysOfOwnResources();
      this.findOwnResources();
    }
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
    // A function of the app that calls a model counts as an agent too. Only the runtime's task must know a gate.
    // A gate names the function of slow calls only where a tool is slow.
    const isNoTask = place === 'gate API' && this.part.workload?.type !== 'AWS::ECS::TaskDefinition';
    const isFast = place === 'approved call' && this.part.kind === 'gate';
    if (used.length === 0 && !OPTIONAL.test(place) && !isNoTask && !isFast) {
      this.cannotRead(`its configuration names no ${place}`);
    }
    const rest = typeof right.on === 'string' ? right.on.slice(place.length + 2) : '';
    for (const on of used) {
      const what = rest === '' ? place : `${place} ${rest.replace(/^\//, '')}`;
      this.addUses(right, { ...on, arn: this.arnFor(right, on, rest) }, what);
    }
  }

  /** A key is used for each bucket, secret or table that it encrypts. */
  private addKeyUses(right: Right, place: string, what: string): void {
    const actions = usesOf(right).map(({ action }) => action);
    for (const { resource: owner } of this.resources.of(this.part, this.role, place)) {
      if (owner !== undefined) this.addKeys(owner, actions, what);
    }
  }

  /** A resource's service uses the resource's key as the connector uses the resource. */
  private addKeysOfOwnResources(): void {
    for (const { resource: owner } of this.resources.of(this.part, this.role, 'own resource')) {
      const uses = this.needs.filter(({ on }) => owner !== undefined && on.resource === owner);
      for (const { action, on } of uses) {
        if (owner !== undefined) this.addKeys(owner, keyActionsFor(action), `${KEY_OF}own resource`, on.arn);
      }
    }
  }

  /** @param used the object in a bucket that is used. @default any */
  private addKeys(owner: Resource, actions: readonly string[], what: string, used?: Value): void {
    if (actions.length === 0) return;
    for (const value of keysNamedBy(owner)) {
      const on = this.keyOf(value);
      if (on === undefined) this.cannotRead(`the key ${describe(value)} of ${owner.path} is not known`);
      else for (const action of actions) this.add({ action, what, on, sends: this.sentToKey(owner, used) }, 'AWS');
    }
  }

  /** A key of the templates, or an existing one by its ARN. Its own policy isn't known then. */
  private keyOf(value: Value): UsedResource | undefined {
    const key = this.assembly.find(value);
    if (key?.type === 'AWS::KMS::Key') return { resource: key, arn: this.spelling.of(arnOf(key)), name: '' };
    const arn = this.spelling.of(value);
    return typeof arn === 'string' && /^arn:aws:kms:[^:]+:\d{12}:key\/[^*]+$/.test(arn) ? { arn, name: '' } : undefined;
  }

  /**
   * What KMS learns about a request that a service sends for the part.
   * Source: AWS KMS Developer Guide, "Encryption context" and "kms:ViaService"; Amazon S3 User Guide, "Amazon S3 Bucket Keys";
   * DynamoDB Developer Guide, "DynamoDB encryption context"; Secrets Manager User Guide, "Secret encryption and decryption".
   */
  private sentToKey(owner: Resource, used?: Value): Need['sends'] {
    const arn = this.spelling.of(arnOf(owner));
    const via = (service: string): Value => textOf([`${service}.`, regionOf(owner), '.amazonaws.com']);
    if (owner.type === 'AWS::S3::Bucket') {
      const object = used ?? textOf([...(piecesOf(arn) ?? []), '/', anyText()]);
      const context = hasBucketKey(owner) ? arn : object;
      return { 'kms:ViaService': via('s3'), 'kms:EncryptionContext:aws:s3:arn': context };
    }
    if (owner.type === 'AWS::SecretsManager::Secret') {
      return { 'kms:ViaService': via('secretsmanager'), 'kms:EncryptionContext:SecretARN': arn };
    }
    if (owner.type === 'AWS::SQS::Queue') {
      return { 'kms:ViaService': via('sqs'), 'kms:EncryptionContext:aws:sqs:arn': arn };
    }
    if (owner.type === 'AWS::SNS::Topic') {
      return { 'kms:ViaService': via('sns'), 'kms:EncryptionContext:aws:sns:topicArn': arn };
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
      return textOf([
        ...group.map((piece) => (typeof piece === 'string' ? piece.replace(/:\*$/, ':log-stream:') : piece)),
        anyText(),
      ]);
    }
    if (
      resource !== undefined &&
      (actions.includes('states:DescribeExecution') || actions.includes('states:StopExecution'))
    )
      return executionsOf(resource);
    if (resource !== undefined && (actions.includes('ecs:StopTask') || actions.includes('ecs:TagResource')))
      return tasksOf(resource);
    return textOf([...(piecesOf(arn) ?? []), ...withAny(rest)]);
  }

  /** One need for each use of a right on a resource. */
  private addUses(right: Right, on: UsedResource, what: string): void {
    const spelledOn = { ...on, arn: this.spelling.of(on.arn) };
    for (const { action, key } of usesOf(right)) {
      const onItems = key === undefined ? what : `${what} (${key})`;
      this.add({ action, what: onItems, on: spelledOn, sends: this.sentBy(right, key) }, right.by ?? 'code');
    }
  }

  private sentBy(right: Right, leadingKey: string | undefined): Need['sends'] {
    const sends: { [key: string]: Value } = { ...right.sends };
    for (const condition of right.when) {
      const [, key = '', value = ''] = condition.split(' ');
      sends[key] = key === 'dynamodb:LeadingKeys' ? textWithAny(leadingKey ?? value) : this.valueOf(value);
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

  private addNamed(right: Right): void {
    const found = this.named.of(right, this.part.kind === 'sealer');
    for (const use of found) this.add(use, right.by ?? 'code');
    if (right.actions.includes('bedrock:InvokeModel')) this.addModels(found);
  }

  private addModels(found: readonly NamedUse[]): void {
    if (found.length === 0) this.cannotRead('its role names no model');
    for (const profile of this.named.withoutModel(found)) this.cannotRead(`its role names no model behind ${profile}`);
    const known = new Set(found.map(({ action, on }) => `${action} ${keyOf(on.arn)}`));
    for (const use of this.named.modelsBehind(found, regionOf(this.role))) {
      const key = `${use.action} ${keyOf(use.on.arn)}`;
      if (!known.has(key)) this.add(use, 'code');
      known.add(key);
    }
  }

  private addGuardrails(): void {
    const known = new Set(this.needs.map(({ action, on }) => `${action} ${keyOf(on.arn)}`));
    for (const use of this.named.guardrails()) {
      const key = `${use.action} ${keyOf(use.on.arn)}`;
      if (!known.has(key)) this.add(use, 'code');
      known.add(key);
    }
  }

  private add(use: Pick<Need, 'action' | 'what' | 'on' | 'sends'>, by: Need['by']): void {
    this.needs.push({ part: this.part, role: this.role, ...use, by });
  }

  private cannotRead(what: string): void {
    this.unread.push({ part: this.part, what });
  }

  private findOwnResources(): void {
    for (const { resource, name, arn } of this.resources.of(this.part, this.role, 'own resource')) {
      const isNamed = this.needs.some(({ on }) =>
        resource === undefined
          ? keyOf(on.name) === keyOf(name) || keyOf(on.arn) === keyOf(this.spelling.of(arn))
          : on.resource === resource,
      );
      if (!isNamed) this.cannotRead(`no policy says what it does with ${resource?.path ?? describe(arn)}`);
    }
  }

  /** An existing witness bucket's key is known by the role's policy only. */
  private findWitnessKey(): void {
    const { workload } = this.part;
    const isNamed = this.needs.some(
      ({ action, what, on }) => action.startsWith('kms:') && on.resource === undefined && !what.startsWith(KEY_OF),
    );
    if (isNamed || workload?.metadata[WITNESS_ENCRYPTED_BY_S3] === true) return;
    for (const { resource, name } of this.resources.of(this.part, this.role, 'witness')) {
      if (resource !== undefined) continue;
      this.cannotRead(`its role names no key for kms:GenerateDataKey and kms:Decrypt on the witness ${describe(name)}`);
    }
  }

  /** ECR's layers come from a bucket of AWS, by an address that AWS signed. */
  private addLayers(): void {
    const name = textOf(['prod-', regionOf(this.role), '-starport-layer-bucket']);
    const arn = textOf(['arn:aws:s3:::', ...(piecesOf(name) ?? []), '/', anyText()]);
    this.add({ action: 's3:GetObject', what: 'image layers', on: { arn, name }, sends: {} }, 'nobody');
  }
}

/** A right as the part of one agent has it. */
function ofAgent(right: Right, agentId: string | undefined): Right {
  const { on, when, uses } = right;
  const write = (text: string): string => forAgent(text, agentId);
  return {
    ...right,
    on: typeof on === 'string' ? write(on) : on,
    when: when.map(write),
    ...(uses === undefined ? {} : { uses: uses.map(write) }),
  };
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
    ...(['AWS::SQS::Queue', 'AWS::SNS::Topic'].includes(resource.type) ? resource.property('KmsMasterKeyId') : []),
    ...(resource.type === 'AWS::DynamoDB::Table' ? resource.property('SSESpecification', 'KMSMasterKeyId') : []),
  ].map(({ value }) => value);
  // AWS lets everybody of the account use its own key through its service.
  return [...ofBucket, ...others].filter((value) => value !== undefined && !/^alias\/aws\//.test(describe(value)));
}
