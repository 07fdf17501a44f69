import { identityPoliciesOf } from '../../template/iam/collect';
import { type Assembly, type Resource, resourcesIn } from '../../template/index';
import { type CodeSandboxFunction, namedIn } from '../facts/code-sandboxes';
import { policiesOn } from '../facts/policy-attachments';
import type { Offence } from '../rule';
import { chosenNamesOf, namesByText } from './chosen-names';

/**
 * Resources that name a part of a code sandbox and aren't known to leave it closed. A list of what is allowed: whatever else names
 * its function, role, log or network may open it, such as a gateway, an endpoint, a peering, a URL, an event source or a key policy.
 */
export function* neighboursOf(assembly: Assembly, sandboxes: readonly CodeSandboxFunction[]): Generator<Offence> {
  const parts = partsOf(assembly, sandboxes);
  if (parts.size === 0) return;
  const chosen = chosenNamesOf(assembly, [...parts.keys()]);
  for (const resource of assembly.resources) {
    for (const [target, { what, mayName }] of namedBy(assembly, resource, parts, chosen)) {
      if (resource === target || mayName(resource)) continue;
      yield {
        resource,
        property: 'Properties',
        message: `names the ${what} of a code sandbox, ${target.path}, and isn’t known to leave it closed`,
      };
    }
  }
}

interface NamedPart {
  readonly what: string;
  readonly mayName: (resource: Resource) => boolean;
}

/** Nothing that these do opens a network. */
const HARMLESS =
  /^AWS::(CloudWatch::(Alarm|CompositeAlarm|Dashboard)|SSM::Parameter|IAM::(Role|Policy|ManagedPolicy|RolePolicy))$/;

/** What reads a log and sends its lines nowhere, and the key that encrypts it. A subscription or a delivery sends them elsewhere. */
const READS_LOG = /^AWS::(Logs::(MetricFilter|QueryDefinition|LogAnomalyDetector)|KMS::Key)$/;

/** What belongs to a network, and what may name a part of it without belonging to it. */
const NETWORK_OF: { readonly [type: string]: RegExp } = {
  'AWS::EC2::VPC': /^(AWS::EC2::FlowLog|Custom::VpcRestrictDefaultSG)$/,
  'AWS::EC2::Subnet': /^AWS::EC2::(SubnetRouteTableAssociation|SubnetNetworkAclAssociation)$/,
  'AWS::EC2::RouteTable': /^AWS::EC2::SubnetRouteTableAssociation$/,
  'AWS::EC2::NetworkAcl': /^AWS::EC2::SubnetNetworkAclAssociation$/,
};

/** The policy of a function, which is judged by itself. One of an alias or a version isn't. */
export const OF_FUNCTION = {
  type: 'AWS::Lambda::ResourcePolicy',
  names: 'ResourceArn',
  document: 'PolicyDocument',
} as const;

/** The network of a code sandbox: its subnets, their VPC, route tables and network ACLs, and its groups. */
export function networkOf(assembly: Assembly, { code }: CodeSandboxFunction): Resource[] {
  const subnets = namedIn(assembly, code, 'AWS::EC2::Subnet', 'VpcConfig', 'SubnetIds');
  const groups = namedIn(assembly, code, 'AWS::EC2::SecurityGroup', 'VpcConfig', 'SecurityGroupIds');
  const vpcs = [...subnets, ...groups].flatMap((each) => namedIn(assembly, each, 'AWS::EC2::VPC', 'VpcId'));
  const joined = (type: string, member: string): Resource[] =>
    assembly
      .ofType(type)
      .filter((each) =>
        namedIn(assembly, each, 'AWS::EC2::Subnet', 'SubnetId').some((subnet) => subnets.includes(subnet)),
      )
      .flatMap((each) => each.property(member).flatMap(({ value }) => assembly.find(value) ?? []));
  return [
    ...new Set([
      ...subnets,
      ...groups,
      ...vpcs,
      ...joined('AWS::EC2::SubnetRouteTableAssociation', 'RouteTableId'),
      ...joined('AWS::EC2::SubnetNetworkAclAssociation', 'NetworkAclId'),
    ]),
  ];
}

function partsOf(assembly: Assembly, sandboxes: readonly CodeSandboxFunction[]): Map<Resource, NamedPart> {
  const parts = new Map<Resource, NamedPart>();
  const codes = new Set(sandboxes.map(({ code }) => code));
  for (const sandbox of sandboxes) {
    const { code, roles, callers } = sandbox;
    for (const target of networkOf(assembly, sandbox)) {
      const types = NETWORK_OF[target.type];
      const mayName = (resource: Resource): boolean =>
        codes.has(resource) ||
        // A subnet or group of this VPC in which something else runs isn't among the parts.
        parts.has(resource) ||
        types?.test(resource.type) === true ||
        HARMLESS.test(resource.type);
      parts.set(target, { what: 'network', mayName });
    }
    for (const target of namedIn(assembly, code, 'AWS::Logs::LogGroup', 'LoggingConfig', 'LogGroup')) {
      const mayName = (resource: Resource): boolean =>
        resource === code || HARMLESS.test(resource.type) || READS_LOG.test(resource.type);
      parts.set(target, { what: 'log', mayName });
    }
    const ofCaller = policiesOfCallers(assembly, callers);
    const attached = policiesOn(assembly, code, OF_FUNCTION).map(({ holder }) => holder);
    parts.set(code, {
      what: 'function',
      mayName: (resource) =>
        callers.includes(resource) ||
        ofCaller.has(resource) ||
        attached.includes(resource) ||
        /^AWS::(EC2::VPCEndpoint|SSM::Parameter|CloudWatch::(Alarm|CompositeAlarm|Dashboard))$/.test(resource.type),
    });
    for (const role of roles) {
      // Its policies are judged statement by statement.
      const isItsPolicy = (resource: Resource) =>
        /^AWS::IAM::(Policy|ManagedPolicy|RolePolicy)$/.test(resource.type) && isAttachedTo(assembly, resource, [role]);
      parts.set(role, { what: 'role', mayName: (resource) => resource === code || isItsPolicy(resource) });
    }
  }
  return parts;
}

/** What may name the function to invoke it: the roles of its callers and their own policies. A policy that nobody has grants nothing, such as a boundary. */
function policiesOfCallers(assembly: Assembly, callers: readonly Resource[]): ReadonlySet<Resource> {
  const identities = identityPoliciesOf(assembly);
  const roles = callers.flatMap((caller) =>
    caller.property('Role').flatMap(({ value }) => identities.roleOf(value) ?? []),
  );
  const attached = assembly
    .ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy')
    .filter((policy) => isAttachedTo(assembly, policy, roles));
  const grantsNothing = assembly
    .ofType('AWS::IAM::ManagedPolicy')
    .filter((policy) => holdersOf(assembly, policy).length === 0);
  return new Set([...roles, ...attached, ...grantsNothing]);
}

function isAttachedTo(assembly: Assembly, policy: Resource, roles: readonly Resource[]): boolean {
  const holders = holdersOf(assembly, policy);
  return holders.length > 0 && holders.every((holder) => holder !== undefined && roles.includes(holder));
}

/** Undefined: a holder that isn't in the template. */
function holdersOf(assembly: Assembly, policy: Resource): (Resource | undefined)[] {
  const identities = identityPoliciesOf(assembly);
  const named = ['Roles', 'Users', 'Groups', 'RoleName'].flatMap((member) =>
    policy.items(member).map(({ value }) => value),
  );
  const byArn = assembly
    .ofType('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group')
    .filter((role) => role.items('ManagedPolicyArns').some(({ value }) => assembly.find(value) === policy));
  return [...named.map((value) => identities.roleOf(value)), ...byArn];
}

function namedBy(
  assembly: Assembly,
  resource: Resource,
  parts: ReadonlyMap<Resource, NamedPart>,
  chosen: ReadonlyMap<Resource, string>,
): [Resource, NamedPart][] {
  // The references of a nested stack's parameters are read where the nested template uses them.
  if (resource.type === 'AWS::CloudFormation::Stack' && assembly.nestedTemplateOf(resource) !== undefined) return [];
  const values = resource.template.resolve(resource.properties, resource.logicalId).map(({ value }) => value);
  const found = new Set([
    ...values.flatMap((value) => resourcesIn(assembly, value)),
    ...namesByText(resource, values, chosen),
  ]);
  return [...found].flatMap((target): [Resource, NamedPart][] => {
    const part = parts.get(target);
    return part === undefined ? [] : [[target, part]];
  });
}
