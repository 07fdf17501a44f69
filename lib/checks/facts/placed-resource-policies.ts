import { type Policy, readPolicy } from '../../template/iam/policy';
import { type Assembly, isObject, type Resource, type Value } from '../../template/index';

/** Where a resource's own policy stands, and the property that names what it is of; without one, it is of the resource itself. */
interface Shape {
  readonly type: string;
  readonly names?: string;
  readonly document: readonly string[];
}

const SHAPES: readonly Shape[] = [
  { type: 'AWS::SQS::QueuePolicy', names: 'Queues', document: ['PolicyDocument'] },
  { type: 'AWS::SNS::TopicPolicy', names: 'Topics', document: ['PolicyDocument'] },
  { type: 'AWS::S3::BucketPolicy', names: 'Bucket', document: ['PolicyDocument'] },
  { type: 'AWS::SecretsManager::ResourcePolicy', names: 'SecretId', document: ['ResourcePolicy'] },
  { type: 'AWS::Events::EventBus', document: ['Policy'] },
  { type: 'AWS::DynamoDB::Table', document: ['ResourcePolicy', 'PolicyDocument'] },
  { type: 'AWS::KMS::Key', document: ['KeyPolicy'] },
  { type: 'AWS::IAM::Role', document: ['AssumeRolePolicyDocument'] },
];

/** A resource's own policy, and its place in the template. */
export interface PlacedResourcePolicy {
  readonly policy: Policy;
  readonly holder: Resource;
  /** Path of the document below the holder. */
  readonly property: string;
  /** What it is of, as far as the app has it. */
  readonly targets: readonly Resource[];
}

/** The policies on the side of queues, topics, buckets, secrets, buses, tables, keys and roles. */
export function resourcePoliciesOf(assembly: Assembly): readonly PlacedResourcePolicy[] {
  let known = KNOWN.get(assembly);
  if (known === undefined) {
    known = SHAPES.flatMap((shape) =>
      assembly.ofType(shape.type).map((holder) => ({
        policy: readPolicy(holder.logicalId, holder.path, holder.property(...shape.document)),
        holder,
        property: `Properties.${shape.document.join('.')}`,
        targets: targetsOf(assembly, holder, shape.names),
      })),
    );
    KNOWN.set(assembly, known);
  }
  return known;
}

const KNOWN = new WeakMap<Assembly, readonly PlacedResourcePolicy[]>();

function targetsOf(assembly: Assembly, holder: Resource, names: string | undefined): Resource[] {
  return names === undefined ? [holder] : holder.items(names).flatMap(({ value }) => assembly.find(value) ?? []);
}

/** A function's permission as the policy that Lambda makes of it. */
export function policyOfPermission(permission: Resource): Policy {
  const statements = permission.template
    .resolve(permission.properties, permission.logicalId)
    .map(({ value, assuming }) => {
      const { Action, Principal }: { readonly [member: string]: Value } = isObject(value) ? value : {};
      const statement: Value = { Effect: 'Allow', Action, Principal: { AWS: Principal }, Resource: '*' };
      return { value: { Statement: [statement] }, assuming };
    });
  return readPolicy(permission.logicalId, permission.path, statements);
}
