import { agentsOf } from '../checks/facts/workloads';
import { type Assembly, describe, isObject, type Reference, type Resource, referencesIn } from '../template';
import { identityPoliciesOf } from '../template/iam/collect';

/** What a function, task or role is in the runtime. */
export type PartKind =
  | 'agent'
  | 'gate'
  | 'connector'
  | 'sealer'
  | 'token keeper'
  | 'request viewer'
  | 'decision'
  | 'approved call'
  | 'request closer'
  | 'approval workflow'
  | 'approver'
  | 'session launcher'
  | 'session end'
  | 'task starter'
  | 'approval watch'
  | 'watch starter'
  | 'flow log'
  | 'AWS CDK';

/** A part of the runtime. */
export interface Part {
  readonly kind: PartKind;
  /** The kind, with the name where there are several: `connector Tickets`. */
  readonly label: string;
  /** What runs; the approver is people. */
  readonly workload?: Resource;
}

/** Functions by the description that this library gives them. A copied description claims no more than that part may do. */
const FUNCTIONS: readonly (readonly [PartKind, RegExp])[] = [
  ['connector', /^Connector (.+): runs its tools with its own credential$/],
  ['gate', /^Gate: decides every tool call/],
  ['sealer', /^Ledger: seals new entries/],
  ['token keeper', /^Approvals: keeps the task token/],
  ['request viewer', /^Approvals: shows waiting requests/],
  ['decision', /^Approvals: takes a decision/],
  ['approved call', /^Approvals: checks an approved call again/],
  ['request closer', /^Approvals: ends a request/],
  ['session launcher', /^Sandbox: opens a session/],
  ['session end', /^Sandbox: ends the session/],
  ['AWS CDK', /^Lambda function for removing all inbound\/outbound rules from the VPC default security group$/],
];

/** What a resource is for the runtime, by the environment variable that leads to it. */
const STORES: readonly (readonly [variable: RegExp, place: string])[] = [
  [/^STATE_TABLE$/, 'state'],
  [/^LEDGER_BUCKET$/, 'ledger'],
  [/^EVIDENCE_BUCKET$/, 'evidence'],
  [/^PUBLICATION_BUCKET$/, 'publication'],
  [/^WITNESS_BUCKET$/, 'witness'],
  [/^SIGNING_KEY_ARN$/, 'signing key'],
  [/^LATER_SIGNING_KEY_ARNS$/, 'signing key'],
  [/^CREDENTIAL_SECRET_ARN$/, 'credential'],
  [/^EXECUTOR_ARN_/, 'executor'],
  [/^APPROVAL_STATE_MACHINE_ARN$/, 'workflow'],
  [/^TASK_DEFINITION_ARN$/, 'task'],
  [/^CLUSTER_ARN$/, 'cluster'],
  [/^(SUBNET_IDS|SECURITY_GROUP_ID)$/, 'network'],
  [/^RESOURCE_\d+$/, 'own resource'],
];

/** What may lie outside the app: its name is spelled out then. */
const FOUND = STORES.filter(([, place]) => place === 'own resource' || place === 'witness');

/** Roles that no function or task of the runtime is told by: services take them on. By the description of the role. */
const SERVICE_ROLES: readonly (readonly [PartKind, RegExp])[] = [
  ['approval watch', /^Role of: watch over waiting approvals$/],
  ['watch starter', /^Role of: EventBridge, to start the watch over an approval$/],
];

/** Properties by which a resource names the key that it is encrypted with. */
const KEY_OF = ['BucketEncryption', 'SSESpecification', 'KmsKeyId', 'EncryptionConfiguration'];

/**
 * The runtime's parts and its resources, told by how the library configures them: descriptions, environment, what an API
 * calls. Never by permissions, since those are what is judged.
 */
export class RuntimeParts {
  private readonly byWorkload = new Map<Resource, Part>();
  private readonly byRole = new Map<Resource, Part>();
  private readonly places = new Map<Resource, string>();
  private readonly variables = new Map<Resource, ReadonlyMap<Resource, readonly string[]>>();

  constructor(private readonly assembly: Assembly) {
    for (const workload of assembly.ofType('AWS::Lambda::Function')) this.readFunction(workload);
    for (const { resource, role } of agentsOf(assembly)) {
      if (this.byWorkload.has(resource)) continue;
      const part: Part = { kind: 'agent', label: 'agent', workload: resource };
      this.byWorkload.set(resource, part);
      const found = identityPoliciesOf(assembly).roleOf(role);
      if (found !== undefined) this.byRole.set(found, part);
      for (const starter of this.rolesOf(resource, 'ExecutionRoleArn')) {
        this.byRole.set(starter, { kind: 'task starter', label: 'task starter', workload: resource });
      }
    }
    for (const [resource, place] of this.places) {
      if (place === 'workflow')
        this.add(resource, 'RoleArn', { kind: 'approval workflow', label: 'approval workflow' });
    }
    this.readServiceRoles();
    this.readApis();
    this.readTrails();
    this.readSurroundings();
  }

  /** The part that a function or task is; undefined for what the app runs beside the runtime. */
  public ofWorkload(workload: Resource): Part | undefined {
    return this.byWorkload.get(workload);
  }

  /** The part that a role belongs to; undefined for a role of the app's own. */
  public ofRole(role: Resource): Part | undefined {
    return this.byRole.get(role);
  }

  /** What a resource is for the runtime (`ledger`, `key of the ledger`); undefined when it is none of its resources. */
  public placeOf(target: Resource): string | undefined {
    const part = this.byRole.get(target) ?? this.byWorkload.get(target);
    return this.places.get(target) ?? (part === undefined ? undefined : part.label);
  }

  /** What a part's own configuration says that a resource is to it: `ledger`, `executor`; keys as `key of the ledger`. */
  public configuredAs({ workload }: Part, target: Resource): readonly string[] {
    return workload === undefined ? [] : (this.variables.get(workload)?.get(target) ?? []);
  }

  /** Everything that a reference's resource is: to a part by its own configuration, and to the runtime. */
  public placesFor(part: Part | undefined, reference: Reference): readonly string[] {
    const target = this.assembly.find(reference);
    if (target === undefined) return [];
    const place = this.placeOf(target);
    const configured = part === undefined ? [] : this.configuredAs(part, target);
    return [...new Set([...configured, ...(place === undefined ? [] : [place])])];
  }

  /** Names of resources that were there before, which a part's configuration spells out, and what they are to it. */
  public foundNames({ workload }: Part): ReadonlyMap<string, string> {
    if (workload?.type !== 'AWS::Lambda::Function') return new Map();
    return new Map(
      workload
        .property('Environment', 'Variables')
        .flatMap(({ value }) => Object.entries(isObject(value) ? value : {}))
        .flatMap(([variable, name]): [string, string][] => {
          const place = FOUND.find(([pattern]) => pattern.test(variable))?.[1];
          return place !== undefined && typeof name === 'string' ? [[name, place]] : [];
        }),
    );
  }

  /** Every part that a function or task is. */
  public get workloads(): ReadonlyMap<Resource, Part> {
    return this.byWorkload;
  }

  private readFunction(workload: Resource): void {
    const description = workload
      .property('Description')
      .map(({ value }) => describe(value))
      .join();
    for (const [kind, pattern] of FUNCTIONS) {
      const match = pattern.exec(description);
      if (match === null) continue;
      this.add(workload, 'Role', { kind, label: match[1] === undefined ? kind : `${kind} ${match[1]}`, workload });
      this.readEnvironment(workload, kind);
    }
  }

  private add(workload: Resource, roleProperty: string, part: Part): void {
    this.byWorkload.set(workload, { ...part, workload });
    for (const { value } of workload.property(roleProperty)) {
      const role = identityPoliciesOf(this.assembly).roleOf(value);
      if (role !== undefined && !this.byRole.has(role)) this.byRole.set(role, { ...part, workload });
    }
  }

  private readEnvironment(workload: Resource, kind: PartKind): void {
    const own = new Map<Resource, string[]>();
    const note = (target: Resource, place: string): void => {
      own.set(target, [...(own.get(target) ?? []), place]);
      if (!this.places.has(target) && place !== 'own resource') this.places.set(target, place);
    };
    for (const { value } of workload.property('Environment', 'Variables')) {
      for (const [variable, content] of Object.entries((value ?? {}) as { [name: string]: unknown })) {
        const place = STORES.find(([pattern]) => pattern.test(variable))?.[1];
        const targets = referencesIn(content as never).map((reference) => this.assembly.find(reference));
        for (const target of targets) {
          if (target === undefined) continue;
          if (variable === 'APPROVER_ROLE_NAME') this.byRole.set(target, { kind: 'approver', label: 'approver' });
          if (place === undefined) continue;
          note(target, place);
          if (target.type === 'AWS::ECS::TaskDefinition') {
            for (const role of this.rolesOf(target, 'TaskRoleArn', 'ExecutionRoleArn')) note(role, 'task role');
          }
          for (const key of this.keysOf(target)) note(key, `key of the ${place}`);
        }
      }
    }
    // The credential is one connector's: another that names it isn't configured for it.
    if (kind !== 'connector') for (const [target, places] of own) if (places.includes('credential')) own.delete(target);
    this.variables.set(workload, own);
  }

  private rolesOf(workload: Resource, ...members: string[]): Resource[] {
    return members.flatMap((member) =>
      workload.property(member).flatMap(({ value }) => identityPoliciesOf(this.assembly).roleOf(value) ?? []),
    );
  }

  private keysOf(target: Resource): Resource[] {
    return KEY_OF.flatMap((member) => (target.properties[member] === undefined ? [] : target.property(member)))
      .flatMap(({ value }) => referencesIn(value))
      .flatMap((reference) => this.assembly.find(reference) ?? [])
      .filter(({ type }) => type === 'AWS::KMS::Key');
  }

  /** An API is the gate's or the desk's by the function that it calls. */
  private readApis(): void {
    for (const method of this.assembly.ofType('AWS::ApiGateway::Method')) {
      const named = (...path: string[]): Resource[] =>
        method
          .property(...path)
          .flatMap(({ value }) => referencesIn(value))
          .flatMap((reference) => this.assembly.find(reference) ?? []);
      const kinds = named('Integration', 'Uri').map((target) => this.byWorkload.get(target)?.kind);
      const place = kinds.includes('gate') ? 'gate API' : kinds.includes('request viewer') ? 'desk API' : undefined;
      if (place === undefined) continue;
      for (const api of named('RestApiId')) if (api.type === 'AWS::ApiGateway::RestApi') this.places.set(api, place);
    }
  }

  private readServiceRoles(): void {
    for (const role of this.assembly.ofType('AWS::IAM::Role')) {
      const [description] = role.property('Description');
      const [kind] = SERVICE_ROLES.find(([, pattern]) => pattern.test(describe(description?.value))) ?? [];
      if (kind !== undefined) this.byRole.set(role, { kind, label: kind });
    }
    for (const log of this.assembly.ofType('AWS::EC2::FlowLog')) {
      for (const role of this.rolesOf(log, 'DeliverLogsPermissionArn')) {
        if (!this.byRole.has(role)) this.byRole.set(role, { kind: 'flow log', label: 'flow log', workload: log });
      }
    }
    for (const rule of this.assembly.ofType('AWS::Events::Rule')) {
      for (const { value } of rule.items('Targets')) {
        const { RoleArn, Arn } = isObject(value) ? value : {};
        const role = identityPoliciesOf(this.assembly).roleOf(RoleArn);
        const machine = this.assembly.find(Arn);
        if (role === undefined || machine === undefined || this.byRole.get(role)?.kind !== 'watch starter') continue;
        this.places.set(machine, 'approval watch');
      }
    }
  }

  /** A trail that records a ledger is the runtime's, and so are its files. */
  private readTrails(): void {
    for (const trail of this.assembly.ofType('AWS::CloudTrail::Trail')) {
      const recorded = this.namedBy(trail, 'EventSelectors', 'AdvancedEventSelectors');
      if (!recorded.some((target) => this.places.get(target) === 'ledger')) continue;
      this.places.set(trail, 'trail');
      for (const files of this.namedBy(trail, 'S3BucketName')) {
        this.places.set(files, 'trail files');
        for (const key of this.keysOf(files)) this.places.set(key, 'key of the trail files');
      }
    }
  }

  /** What holds the parts in: networks, boundaries, logs. */
  private readSurroundings(): void {
    const claim = (targets: readonly Resource[], place: string): void => {
      for (const target of targets) if (!this.places.has(target)) this.places.set(target, place);
    };
    for (const workload of this.byWorkload.keys()) {
      claim(this.namedBy(workload, 'VpcConfig'), 'network');
      claim(this.namedBy(workload, 'LoggingConfig', 'ContainerDefinitions').filter(isLogGroup), 'logs');
      claim(
        this.namedBy(workload, 'ContainerDefinitions').filter(({ type }) => type === 'AWS::ECR::Repository'),
        'image',
      );
    }
    for (const log of this.assembly.ofType('AWS::EC2::FlowLog'))
      claim(this.namedBy(log, 'LogGroupName'), 'network logs');
    for (const role of this.byRole.keys()) claim(this.namedBy(role, 'PermissionsBoundary'), 'boundary');
    for (const association of this.assembly.ofType('AWS::EC2::SubnetRouteTableAssociation')) {
      const inside = this.namedBy(association, 'SubnetId').some((subnet) => this.places.get(subnet) === 'network');
      if (inside) claim(this.namedBy(association, 'RouteTableId'), 'network');
    }
  }

  private namedBy(resource: Resource, ...members: string[]): Resource[] {
    return members
      .filter((member) => resource.properties[member] !== undefined)
      .flatMap((member) => resource.property(member))
      .flatMap(({ value }) => referencesIn(value))
      .flatMap((reference) => this.assembly.find(reference) ?? []);
  }
}

function isLogGroup({ type }: Resource): boolean {
  return type === 'AWS::Logs::LogGroup';
}
