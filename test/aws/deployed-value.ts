import { createHash } from 'node:crypto';
import type { MaskedTemplate } from '../guard/masked-template';

type Resource = { readonly Type: string };

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': '111122223333',
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-central-1',
  'AWS::StackId': 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Stack/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f',
  'AWS::StackName': 'Stack',
  'AWS::URLSuffix': 'amazonaws.com',
};

/**
 * A value of a template as it may be after deployment: references become names, ids and ARNs of the real form.
 *
 * @param variant another one gives other ids, so that a test can try several
 */
export function deployedValue(template: MaskedTemplate, value: unknown, variant = 0): unknown {
  const inner = (each: unknown) => deployedValue(template, each, variant);
  if (Array.isArray(value)) return value.map(inner);
  if (typeof value !== 'object' || value === null) return value;
  const [[key, argument] = [], ...others] = Object.entries(value as Record<string, unknown>);
  if (key === undefined) return value;
  if (others.length === 0) {
    if (key === 'Ref') return PSEUDO[String(argument)] ?? physicalId(template, String(argument), variant);
    if (key === 'Fn::GetAtt') {
      const [id, attribute] = argument as [string, string];
      const name = physicalId(template, id, variant);
      return attribute === 'Arn' ? arnOf(typeOf(template, id), name) : `${name}.${attribute}`;
    }
    if (key === 'Fn::Join') {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(inner).join(separator);
    }
    if (key === 'Fn::Sub') {
      return String(argument).replace(/\$\{([^}]+)\}/g, (_, name: string) => String(inner({ Ref: name })));
    }
    if (key === 'Fn::Split') {
      const [separator, text] = argument as [string, unknown];
      return String(inner(text)).split(separator);
    }
    if (key === 'Fn::Select') {
      const [index, list] = argument as [number, unknown];
      return (inner(list) as unknown[])[Number(index)];
    }
    if (key === 'Fn::ImportValue') return imported(String(argument), variant);
    if (key.startsWith('Fn::')) throw new Error(`no test value for ${JSON.stringify(value)}`);
  }
  return Object.fromEntries(Object.entries(value).map(([member, each]) => [member, inner(each)]));
}

function typeOf(template: MaskedTemplate, id: string): string {
  const resource = template.Resources?.[id] as Resource | undefined;
  if (resource === undefined) throw new Error(`the template has no resource ${id}`);
  return resource.Type;
}

function physicalId(template: MaskedTemplate, id: string, variant: number): string {
  const type = typeOf(template, id);
  const hex = createHash('sha256').update(`${id} ${variant}`).digest('hex');
  if (type === 'AWS::KMS::Key') return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
  const name = `stack-${id.slice(0, 40)}-${hex.slice(0, 12)}`;
  if (type === 'AWS::S3::Bucket') return name.toLowerCase();
  if (type === 'AWS::StepFunctions::StateMachine') return arnOf(type, name);
  return name;
}

function arnOf(type: string, name: string): string {
  const form: Readonly<Record<string, string>> = {
    'AWS::CloudTrail::Trail': 'cloudtrail:eu-central-1:111122223333:trail/',
    'AWS::ECS::Cluster': 'ecs:eu-central-1:111122223333:cluster/',
    'AWS::IAM::Role': 'iam::111122223333:role/',
    'AWS::KMS::Key': 'kms:eu-central-1:111122223333:key/',
    'AWS::Lambda::Function': 'lambda:eu-central-1:111122223333:function:',
    'AWS::S3::Bucket': 's3:::',
    'AWS::StepFunctions::StateMachine': 'states:eu-central-1:111122223333:stateMachine:',
  };
  const prefix = form[type];
  if (prefix === undefined) throw new Error(`no form of an ARN for ${type}`);
  return name.startsWith('arn:') ? name : `arn:aws:${prefix}${name}`;
}

/** The value of another stack's output: CDK names it by the type of reference, the resource and the attribute. */
function imported(name: string, variant: number): string {
  const id = createHash('sha256').update(`${variant} ${name}`).digest('hex').slice(0, 12);
  const [, resource = name, attribute] =
    /^[^:]+:ExportsOutput(?:Ref|FnGetAtt)(.+[0-9A-F]{8})(Arn)?[0-9A-F]{8}$/.exec(name) ?? [];
  // No ARN of a part is longer.
  return attribute === undefined
    ? `${resource}-${id}`
    : `arn:aws:service:eu-central-1:111122223333:type/${resource}-${id}`;
}
