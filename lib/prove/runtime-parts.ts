import { recordsNetworkApart } from '../checks/facts/networks-apart';
import type { Part, PartKind } from '../checks/facts/part';
import { recognizeParts } from '../checks/facts/recognize-parts';
import { RECORD_VARIABLES } from '../checks/facts/record-buckets';
import { variablesOf } from '../checks/facts/variables';
import { type Assembly, memberOf, piecesOf, Reference, type Resource, referencesIn, type Value } from '../template';
import { identityPoliciesOf } from '../template/iam/collect';
import { APPROVER_VARIABLES } from './approver-variables';
import { isAppsOwn } from './apps-own';
import { modelCallersOf } from './model-callers';
import { namedAt } from './named-at';
import { ownersOf } from './owners';

/** What a resource is for the runtime, by the environment variable that names it. */
const STORES: readonly (readonly [variable: RegExp, place: string])[] = [
  ...RECORD_VARIABLES.map(([variable, kind]) => [new RegExp(`^${variable}$`), kind] as const),
  [/^STATE_TABLE$/, 'state'],
  [/^SIGNING_KEY_ARN$/, 'signing key'],
  [/^LATER_SIGNING_KEY_ARNS$/, 'signing key'],
  [/^CREDENTIAL_SECRET_ARN$/, 'credential'],
  [/^CLIENT_SECRET_ARN$/, 'client-secret'],
  [/^SHOW_FUNCTION$/, 'shown by'],
  [/^DECIDE_FUNCTION$/, 'decided by'],
  [/^WEBHOOK_SECRET_ARN$/, 'webhook'],
  [/^EXECUTOR_ARN_/, 'executor'],
  [/^CODE_SANDBOX_ARN$/, 'code sandbox'],
  [/^SLOW_CALLS_ARN$/, 'approved call'],
  [/^APPROVAL_STATE_MACHINE_ARN$/, 'workflow'],
  [/^TASK_DEFINITION_ARN$/, 'task'],
  [/^CLUSTER_ARN$/, 'cluster'],
  [/^(SUBNET_IDS|SECURITY_GROUP_ID)$/, 'network'],
  [/^RESOURCE_\d+$/, 'own resource'],
  [/^DOCUMENTS_\d+$/, 'documents'],
];

/** Places whose resource may have been there before. */
const MAY_EXIST = ['own resource', 'documents', 'witness', 'credential', 'webhook', 'client-secret'];

/** Places of secrets and their keys, which one part reads. */
const ONE_READER = /^(key of the )?(credential|webhook|client-secret)$/;

function storeOf(variable: string): string | undefined {
  return STORES.find(([pattern]) => pattern.test(variable))?.[1];
}

/** The variables that name a role of people. */
const PEOPLE: ReadonlyMap<string, PartKind> = new Map([
  ...APPROVER_VARIABLES.map((name) => [name, 'approver'] as const),
  ['OPERATOR_ROLE_NAME', 'operator'],
]);

/** The function that each API calls. */
const API_OF: readonly (readonly [kind: PartKind, place: string])[] = [
  ['gate', 'gate API'],
  ['request viewer', 'desk API'],
  ['operator desk', 'operator API'],
  ['web desk', 'web desk API'],
];

/** Properties with the key that encrypts a resource. */
const KEY_OF = ['BucketEncryption', 'SSESpecification', 'KmsKeyId', 'KmsMasterKeyId', 'EncryptionConfiguration'];

/**
 * The parts of the runtime and its resources, from how the library configures them: environment variables, and what calls
 * what. Never from permissions, which are what `prove` judges.
 */
export class RuntimeParts {
  private readonly byWorkload = new Map<Resource, Part>();
  private readonly byRole = new Map<Resource, Part>();
  private readonly places = new Map<Resource, string>();
  private readonly owners: ReadonlyMap<Resource, string>;
  private readonly variables = new Map<Resource, ReadonlyMap<Resource, readonly string[]>>();

  constructor(private readonly assembly: Assembly) {
    const recognized = recognizeParts(assembly);
    const machines = recognized.filter(({ workload }) => workload.type !== 'AWS::Lambda::Function');
    for (const part of recognized) if (!machines.includes(part)) this.readFunction(part);
    this.readAgents();
    for (const part of machines) this.readMachine(part);
    this.readServiceRoles();
    this.readApis();
    this.readTrails();
    this.readSurroundings();
    this.owners = ownersOf(assembly, this);
    this.nameAgents();
  }

  /** The part that a function, task or state machine is; undefined for workloads outside the runtime. */
  public ofWorkload(workload: Resource): Part | undefined {
    return this.byWorkload.get(workload);
  }

  /** The part that a role belongs to; undefined for a role of the app outside the runtime. */
  public ofRole(role: Resource): Part | undefined {
    return this.byRole.get(role);
  }

  /** What a resource is for the runtime (`ledger`, `key of the ledger`); undefined for a resource outside the runtime. */
  public placeOf(target: Resource): string | undefined {
    const part = this.byRole.get(target) ?? this.byWorkload.get(target);
    return (
      this.places.get(target) ??
      (part?.kind === 'connector' || part?.kind === 'code connector' ? part.label : part?.kind)
    );
  }

  /** The agent that a resource belongs to, by its id; undefined for what a platform's agents share, and outside the runtime. */
  public ownerOf(target: Resource): string | undefined {
    return this.owners.get(target);
  }

  /** Whether a resource belongs to another agent than a part does. */
  public isForeign(part: Part | undefined, target: Resource): boolean {
    const [own, other] = [part?.agentId, this.owners.get(target)];
    return own !== undefined && other !== undefined && own !== other;
  }

  /** What a resource is for a part, by the part's own configuration: `ledger`, `executor`; for keys `key of the ledger`. */
  public configuredAs({ workload }: Part, target: Resource): readonly string[] {
    return workload === undefined ? [] : (this.variables.get(workload)?.get(target) ?? []);
  }

  /** What a reference's resource is for a part and for the runtime. */
  public placesFor(part: Part | undefined, reference: Reference): readonly string[] {
    const target = this.assembly.find(reference);
    if (target === undefined) return [];
    const place = this.placeOf(target);
    const configured = part === undefined ? [] : this.configuredAs(part, target);
    const known = place === undefined ? [] : [this.nameFor(part, target, place)];
    return [...new Set([...configured, ...known])];
  }

  /** Whether a reference returns the ARN of a guardrail that is in the app beside its agents. */
  public isGuardrail(reference: Reference): boolean {
    return reference.attribute === 'GuardrailArn' && this.assembly.find(reference)?.type === 'AWS::Bedrock::Guardrail';
  }

  /** A place, with whose it is where it isn't the part's own. */
  private nameFor(part: Part | undefined, target: Resource, place: string): string {
    if (this.isForeign(part, target)) return `${place} of ${this.ownerOf(target)}`;
    const isOthers = part !== undefined && ONE_READER.test(place) && !this.configuredAs(part, target).includes(place);
    return isOthers ? `${place} of another reader` : place;
  }

  /** Names of existing resources in a part's configuration, and what each is for the part. */
  public foundNames({ workload }: Part): ReadonlyMap<string, string> {
    if (workload?.type !== 'AWS::Lambda::Function') return new Map();
    return new Map(
      variablesOf(workload).flatMap(({ name: variable, value: name }): [string, string][] => {
        const place = storeOf(variable);
        const mayExist = place !== undefined && MAY_EXIST.includes(place);
        const written = mayExist ? writtenName(name) : undefined;
        return written === undefined || place === undefined ? [] : [[written, place]];
      }),
    );
  }

  /** The resources that a part's configuration names for a place, the inverse of `configuredAs`. */
  public resourcesConfigured({ workload }: Part, place: string): Resource[] {
    const own = workload === undefined ? undefined : this.variables.get(workload);
    return [...(own ?? [])].flatMap(([target, places]) => (places.includes(place) ? [target] : []));
  }

  /** Every function, task and state machine of the runtime, with its part. */
  public get workloads(): ReadonlyMap<Resource, Part> {
    return this.byWorkload;
  }

  /** Where there are several agents, each part is named with its own. */
  private nameAgents(): void {
    const several = new Set(this.owners.values()).size > 1;
    for (const parts of [this.byWorkload, this.byRole]) {
      for (const [resource, part] of parts) {
        const agentId = this.owners.get(resource);
        if (agentId === undefined) continue;
        parts.set(resource, { ...part, agentId, label: several ? `${part.label} of ${agentId}` : part.label });
      }
    }
  }

  private readFunction(part: Part & { readonly workload: Resource }): void {
    this.add(part, 'Role');
    this.readEnvironment(part.workload, part.kind);
  }

  private readAgents(): void {
    for (const { resource, role } of modelCallersOf(this.assembly)) {
      if (this.byWorkload.has(resource)) continue;
      const part: Part = { kind: 'agent', label: 'agent', workload: resource };
      this.byWorkload.set(resource, part);
      const found = identityPoliciesOf(this.assembly).roleOf(role);
      if (found !== undefined) this.byRole.set(found, part);
      for (const starter of this.rolesOf(resource, 'ExecutionRoleArn')) {
        this.byRole.set(starter, { kind: 'task starter', label: 'task starter', workload: resource });
      }
    }
  }

  private readMachine(part: Part & { readonly workload: Resource }): void {
    this.add(part, 'RoleArn');
    if (part.kind !== 'approval watch') return;
    for (const rule of this.assembly.ofType('AWS::Events::Rule')) {
      for (const { value: target } of rule.items('Targets')) {
        if (this.assembly.find(memberOf(target, 'Arn')) !== part.workload) continue;
        const starter = identityPoliciesOf(this.assembly).roleOf(memberOf(target, 'RoleArn'));
        if (starter !== undefined) this.byRole.set(starter, { kind: 'watch starter', label: 'watch starter' });
      }
    }
  }

  private add(part: Part & { readonly workload: Resource }, roleProperty: string): void {
    this.byWorkload.set(part.workload, part);
    for (const role of this.rolesOf(part.workload, roleProperty)) {
      if (!this.byRole.has(role)) this.byRole.set(role, part);
    }
  }

  private readEnvironment(workload: Resource, kind: PartKind): void {
    const own = new Map<Resource, string[]>();
    for (const { name, value } of variablesOf(workload)) {
      const place = storeOf(name);
      for (const target of referencesIn(value).flatMap((reference) => this.assembly.find(reference) ?? [])) {
        const person = PEOPLE.get(name);
        if (person !== undefined) this.byRole.set(target, { kind: person, label: person });
        if (place !== undefined) this.readStore(own, target, place);
      }
    }
    // A credential belongs to one connector. For another part that names it, it isn't configuration.
    if (kind !== 'connector') for (const [target, places] of own) if (places.includes('credential')) own.delete(target);
    this.variables.set(workload, own);
  }

  /** A resource that a variable names, and what belongs to it. */
  private readStore(own: Map<Resource, string[]>, target: Resource, place: string): void {
    const note = (resource: Resource, is: string): void => {
      own.set(resource, [...(own.get(resource) ?? []), is]);
      const known = this.places.get(resource);
      const isFirst = known === undefined || (isAppsOwn(known) && !isAppsOwn(is));
      if (isFirst && is !== 'own resource') this.places.set(resource, is);
    };
    note(target, place);
    if (target.type === 'AWS::ECS::TaskDefinition') {
      for (const role of this.rolesOf(target, 'TaskRoleArn', 'ExecutionRoleArn')) note(role, 'task role');
    }
    for (const key of this.keysOf(target)) note(key, `key of the ${place}`);
    // Calling an alias runs the function. A right to the function itself would be more.
    if (target.type === 'AWS::Lambda::Alias' || target.type === 'AWS::Lambda::Version') {
      for (const called of namedAt(this.assembly, target, 'FunctionName'))
        own.set(called, [`function of the ${place}`]);
    }
  }

  private rolesOf(workload: Resource, ...members: string[]): Resource[] {
    return members.flatMap((member) =>
      workload.property(member).flatMap(({ value }) => identityPoliciesOf(this.assembly).roleOf(value) ?? []),
    );
  }

  private keysOf(target: Resource): Resource[] {
    return namedAt(this.assembly, target, ...KEY_OF).filter(({ type }) => type === 'AWS::KMS::Key');
  }

  /** An API belongs to the gate or to the desk by the function that it calls. */
  private readApis(): void {
    for (const method of this.assembly.ofType('AWS::ApiGateway::Method')) {
      const called = method.property('Integration', 'Uri').flatMap(({ value }) => referencesIn(value));
      const kinds = called.map((reference) => this.partNamed(reference)?.kind);
      const place = API_OF.find(([kind]) => kinds.includes(kind))?.[1];
      if (place === undefined) continue;
      for (const api of namedAt(this.assembly, method, 'RestApiId')) {
        if (api.type === 'AWS::ApiGateway::RestApi') this.places.set(api, place);
      }
    }
  }

  private partNamed(reference: Reference): Part | undefined {
    const target = this.assembly.find(reference);
    return target === undefined ? undefined : this.byWorkload.get(target);
  }

  private readServiceRoles(): void {
    for (const account of this.assembly.ofType('AWS::ApiGateway::Account')) {
      for (const role of this.rolesOf(account, 'CloudWatchRoleArn')) {
        if (!this.byRole.has(role)) this.byRole.set(role, { kind: 'API logs', label: 'API logs', workload: account });
      }
    }
    for (const log of this.flowLogs()) {
      for (const role of this.rolesOf(log, 'DeliverLogsPermissionArn')) {
        if (!this.byRole.has(role)) this.byRole.set(role, { kind: 'flow log', label: 'flow log', workload: log });
      }
    }
  }

  /** Those of the runtime's networks, and those of which it isn't known. */
  private flowLogs(): Resource[] {
    return this.assembly.ofType('AWS::EC2::FlowLog').filter((log) => !recordsNetworkApart(this.assembly, log));
  }

  /** A trail that records a ledger belongs to the runtime, and so do its files. */
  private readTrails(): void {
    for (const trail of this.assembly.ofType('AWS::CloudTrail::Trail')) {
      const recorded = namedAt(this.assembly, trail, 'EventSelectors', 'AdvancedEventSelectors');
      if (!recorded.some((target) => this.places.get(target) === 'ledger')) continue;
      this.places.set(trail, 'trail');
      for (const files of namedAt(this.assembly, trail, 'S3BucketName')) {
        this.places.set(files, 'trail files');
        for (const key of this.keysOf(files)) this.places.set(key, 'key of the trail files');
      }
    }
  }

  /** Resources around the parts: networks, permissions boundaries, logs. */
  private readSurroundings(): void {
    const claim = (targets: readonly Resource[], place: string): void => {
      for (const target of targets) if (!this.places.has(target)) this.places.set(target, place);
    };
    const ofType = (targets: readonly Resource[], type: string): Resource[] =>
      targets.filter((target) => target.type === type);
    for (const workload of this.byWorkload.keys()) {
      const named = namedAt(this.assembly, workload, 'LoggingConfig', 'LoggingConfiguration', 'ContainerDefinitions');
      claim(namedAt(this.assembly, workload, 'VpcConfig'), 'network');
      claim(ofType(named, 'AWS::Logs::LogGroup'), 'logs');
      claim(ofType(named, 'AWS::ECR::Repository'), 'image');
    }
    for (const log of this.flowLogs()) {
      claim(namedAt(this.assembly, log, 'LogGroupName'), 'network logs');
    }
    for (const role of this.byRole.keys()) claim(namedAt(this.assembly, role, 'PermissionsBoundary'), 'boundary');
    for (const association of this.assembly.ofType('AWS::EC2::SubnetRouteTableAssociation')) {
      const inside = namedAt(this.assembly, association, 'SubnetId').some(
        (subnet) => this.places.get(subnet) === 'network',
      );
      if (inside) claim(namedAt(this.assembly, association, 'RouteTableId'), 'network');
    }
  }
}

/** A name without a resource of the app: text, or the ARN that an import makes of the account, the region and a name. */
function writtenName(name: Value): string | undefined {
  if (typeof name === 'string') return name;
  const pseudo: { readonly [name: string]: string } = {
    'AWS::Partition': '<partition>',
    'AWS::Region': '<region>',
    'AWS::AccountId': '<account>',
  };
  const pieces = (piecesOf(name) ?? []).map((piece) =>
    piece instanceof Reference ? pseudo[piece.logicalId] : typeof piece === 'string' ? piece : undefined,
  );
  const written = pieces.join('');
  return pieces.length > 0 && !pieces.includes(undefined) && written.startsWith('arn:') ? written : undefined;
}
