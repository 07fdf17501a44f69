/** Reads a synthesized template as it would be deployed: references become names, and functions are applied. */

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: string | string[];
}

export interface Template {
  readonly Resources: Record<string, Resource>;
  readonly Mappings?: Record<string, Record<string, Record<string, unknown>>>;
}

export const ACCOUNT = '111111111111';
export const REGION = 'eu-west-1';

const PSEUDO_PARAMETERS: Record<string, string> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::StackName': 'stack',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** A value of the template with its intrinsic functions applied; throws on one it doesn't know. */
export function deployed(template: Template, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => deployed(template, item));
  if (typeof value !== 'object' || value === null) return value;
  const [name, ...others] = Object.keys(value);
  const argument = (value as Record<string, unknown>)[name];
  if (others.length === 0 && (name === 'Ref' || name?.startsWith('Fn::'))) return apply(template, name, argument);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, deployed(template, item)]));
}

function apply(template: Template, name: string, argument: unknown): unknown {
  const list = () => deployed(template, argument) as unknown[];
  switch (name) {
    case 'Ref':
      return PSEUDO_PARAMETERS[argument as string] ?? `ref-${String(argument).toLowerCase()}`;
    case 'Fn::GetAtt':
      return attribute(template, argument as [string, string]);
    case 'Fn::Join': {
      const [separator, parts] = list() as [string, string[]];
      return parts.join(separator);
    }
    case 'Fn::Select': {
      const [index, items] = list() as [number, string[]];
      return items[index];
    }
    case 'Fn::Split': {
      const [separator, text] = list() as [string, string];
      return text.split(separator);
    }
    case 'Fn::GetAZs':
      return ['a', 'b', 'c'].map((zone) => `${REGION}${zone}`);
    case 'Fn::FindInMap': {
      const [map, first, second] = list() as [string, string, string];
      return template.Mappings?.[map][first][second];
    }
    default:
      throw new Error(`unknown function ${name}`);
  }
}

function attribute(template: Template, [id, name]: [string, string]): string {
  const type = template.Resources[id]?.Type;
  if (name === 'Arn' && type === 'AWS::IAM::Role') return `arn:aws:iam::${ACCOUNT}:role/${id}`;
  if (name === 'Arn' && type === 'AWS::S3::Bucket') return `arn:aws:s3:::${id.toLowerCase()}`;
  return `${id}.${name}`;
}

/** The resources of a type, by logical id. */
export function ofType(template: Template, type: string): [string, Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** The host names that the DNS firewall answers. */
export function allowedNames(template: Template): string[] {
  const lists = ofType(template, 'AWS::Route53Resolver::FirewallDomainList').filter(([id]) => id.includes('Allowed'));
  if (lists.length !== 1) throw new Error(`${lists.length} lists of allowed names`);
  return (deployed(template, lists[0][1].Properties.Domains) ?? []) as string[];
}

/** A dependency cycle among the resources, as a list of logical ids, or undefined. */
export function dependencyCycle(template: Template): string[] | undefined {
  const state = new Map<string, 'open' | 'done'>();
  const visit = (id: string, path: string[]): string[] | undefined => {
    if (state.get(id) === 'done') return undefined;
    if (state.get(id) === 'open') return [...path.slice(path.indexOf(id)), id];
    state.set(id, 'open');
    for (const next of references(template, template.Resources[id])) {
      const cycle = visit(next, [...path, id]);
      if (cycle) return cycle;
    }
    state.set(id, 'done');
    return undefined;
  };
  for (const id of Object.keys(template.Resources)) {
    const cycle = visit(id, []);
    if (cycle) return cycle;
  }
  return undefined;
}

function references(template: Template, value: unknown): string[] {
  const found: string[] = [];
  const walk = (item: unknown, key?: string): void => {
    if (Array.isArray(item)) {
      for (const part of item) walk(part, key);
      return;
    }
    if (typeof item === 'string') {
      if (key === 'DependsOn' || key === 'Ref') found.push(item);
      return;
    }
    if (typeof item !== 'object' || item === null) return;
    for (const [name, part] of Object.entries(item)) {
      if (name === 'Fn::GetAtt') found.push((part as string[])[0]);
      else walk(part, name === 'Ref' || name === 'DependsOn' ? name : undefined);
    }
  };
  walk(value);
  return found.filter((id) => id in template.Resources);
}

/** Properties of every egress rule of the template, in a group or beside it, without the rule that stands for "none". */
export function egressRules(template: Template): Record<string, unknown>[] {
  const inline = ofType(template, 'AWS::EC2::SecurityGroup').flatMap(
    ([, { Properties }]) => (Properties.SecurityGroupEgress ?? []) as Record<string, unknown>[],
  );
  const beside = ofType(template, 'AWS::EC2::SecurityGroupEgress').map(([, { Properties }]) => Properties);
  return [...inline, ...beside].filter(({ CidrIp }) => CidrIp !== '255.255.255.255/32');
}
