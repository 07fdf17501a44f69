import type { Assembly } from '../model/assembly';
import type { Resource } from '../model/template';
import { isObject, type Value } from '../model/value';
import { isCertainlyOn, isNamed } from './attachment';
import { maybeAbsent, type Policy, readPolicy } from './policy';

/** Properties that hold a resource's own policy. */
const OWN: { readonly [type: string]: readonly string[] } = {
  'AWS::KMS::Key': ['KeyPolicy'],
  'AWS::IAM::Role': ['AssumeRolePolicyDocument'],
  'AWS::ApiGateway::RestApi': ['Policy'],
  'AWS::EC2::VPCEndpoint': ['PolicyDocument'],
  'AWS::DynamoDB::Table': ['ResourcePolicy', 'PolicyDocument'],
};

/** Policies in resources of their own: type of the target → type of the policy resource, property that names the target, document. */
const ATTACHED: { readonly [type: string]: readonly (readonly [type: string, names: string, document: string])[] } = {
  'AWS::S3::Bucket': [['AWS::S3::BucketPolicy', 'Bucket', 'PolicyDocument']],
  'AWS::SecretsManager::Secret': [['AWS::SecretsManager::ResourcePolicy', 'SecretId', 'ResourcePolicy']],
  'AWS::SQS::Queue': [['AWS::SQS::QueuePolicy', 'Queues', 'PolicyDocument']],
  'AWS::SNS::Topic': [['AWS::SNS::TopicPolicy', 'Topics', 'PolicyDocument']],
  'AWS::Lambda::Function': [['AWS::Lambda::ResourcePolicy', 'ResourceArn', 'PolicyDocument']],
};

/** All policies on a resource's own side, as one policy; undefined without any. Each is read once. */
export function resourcePolicyOf(assembly: Assembly, target: Resource): Policy | undefined {
  let known = KNOWN.get(assembly);
  if (known === undefined) {
    known = new Map();
    KNOWN.set(assembly, known);
  }
  if (!known.has(target)) known.set(target, readResourcePolicy(assembly, target));
  return known.get(target);
}

const KNOWN = new WeakMap<Assembly, Map<Resource, Policy | undefined>>();

function readResourcePolicy(assembly: Assembly, target: Resource): Policy | undefined {
  const found: Policy[] = [];
  const own = OWN[target.type];
  if (own !== undefined && target.property(...own).some(({ value }) => value !== undefined)) {
    found.push(readPolicy(own.join('.'), target.path, target.property(...own)));
  }
  for (const [type, names, document] of ATTACHED[target.type] ?? []) {
    for (const holder of assembly.ofType(type)) {
      if (holder.items(names).some(({ value }) => isNamed(assembly, target, value))) {
        const policy = readPolicy(holder.logicalId, holder.path, holder.property(document));
        found.push(isCertainlyOn(assembly, holder, names, target) ? policy : maybeAbsent(policy));
      }
    }
  }
  if (target.type === 'AWS::Lambda::Function') found.push(...permissionsOf(assembly, target));
  const [first, ...others] = found;
  return first === undefined ? undefined : others.reduce(joined, first);
}

/** Both policies together, in every combination of their versions. */
function joined(a: Policy, b: Policy): Policy {
  const alternatives = a.alternatives.flatMap((left) => b.alternatives.map((right) => [...left, ...right]));
  return { name: `${a.name}, ${b.name}`, source: a.source, alternatives };
}

/** Each AWS::Lambda::Permission as the policy statement that Lambda writes for it. */
function permissionsOf(assembly: Assembly, target: Resource): Policy[] {
  return assembly
    .ofType('AWS::Lambda::Permission')
    .filter((permission) => permission.property('FunctionName').some(({ value }) => isNamed(assembly, target, value)))
    .map((permission) => {
      const statements = permission.template.resolve(permission.properties, permission.logicalId).map((branch) => {
        const { Action, Principal, SourceArn, SourceAccount } = isObject(branch.value) ? branch.value : {};
        const isService = typeof Principal === 'string' && Principal.includes('.');
        const Condition: { [operator: string]: Value } = {};
        if (SourceArn !== undefined) Condition.ArnLike = { 'aws:SourceArn': SourceArn };
        if (SourceAccount !== undefined) Condition.StringEquals = { 'aws:SourceAccount': SourceAccount };
        const statement = {
          Sid: permission.logicalId,
          Effect: 'Allow',
          Action,
          Principal: isService ? { Service: Principal } : { AWS: Principal },
          Resource: '*',
          Condition,
        };
        return { value: { Statement: [statement] }, assuming: branch.assuming };
      });
      return readPolicy(permission.logicalId, permission.path, statements);
    });
}
