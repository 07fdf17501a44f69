import {
  type Assembly,
  describe,
  isObject,
  piecesOf,
  Reference,
  type Resource,
  referencesIn,
  sameValue,
  type Value,
} from '../template';
import { nameOf } from '../template/iam/arn';
import type { Part, PartKind } from './part';
import type { RuntimeParts } from './runtime-parts';

/**
 * What may name a function of the runtime without being able to invoke it, or is judged elsewhere: policies as rights,
 * roles by whom they trust, methods by what they ask of a caller.
 */
const HARMLESS =
  /^AWS::(IAM::|CloudWatch::|ApiGateway::(Method|Deployment|Account)|EC2::VPCEndpoint$|Lambda::(Function|ResourcePolicy|Version)$|StepFunctions::StateMachine$|S3::BucketPolicy$|KMS::Key$|SecretsManager::ResourcePolicy$|SSM::Parameter$|Logs::(LogGroup|MetricFilter)$|CloudFormation::Stack$)/;

/** The API that each function answers for, by its place. */
const API_OF: { readonly [kind in PartKind]?: string } = {
  gate: 'gate API',
  'request viewer': 'desk API',
  decision: 'desk API',
};

/** The event that starts each function, as its rule must ask for it. */
const EVENT_OF: { readonly [kind in PartKind]?: (rule: Resource) => boolean } = {
  sealer: (rule) => isSet(rule, 'ScheduleExpression') && !isSet(rule, 'EventPattern'),
  // Nobody but AWS may send events in the name of aws.*.
  'session end': (rule) =>
    !isSet(rule, 'ScheduleExpression') &&
    rule
      .property('EventPattern')
      .every(({ value }) => isObject(value) && Array.isArray(value.source) && value.source.join() === 'aws.ecs'),
};

/**
 * Everything that could invoke a function of the runtime and isn't what this library made: permissions for other
 * services, accounts or principals, event sources, URLs, destinations, subscriptions, notifications, other APIs, rules
 * and aliases. Whatever names such a function and isn't known to be harmless counts.
 */
export function strangeCallers(assembly: Assembly, parts: RuntimeParts): string[] {
  const functions = [...parts.workloads].filter(([{ type }]) => type === 'AWS::Lambda::Function');
  const named = new Named(assembly, functions);
  return assembly.resources.flatMap((resource) => {
    if (HARMLESS.test(resource.type)) return [];
    return named.by(resource).flatMap(([target, part]) => {
      const fault = faultOf(assembly, parts, resource, target, part);
      return fault === undefined ? [] : [`${resource.path} (${resource.type}) → the ${part.label}: ${fault}`];
    });
  });
}

function faultOf(
  assembly: Assembly,
  parts: RuntimeParts,
  resource: Resource,
  target: Resource,
  part: Part,
): string | undefined {
  if (resource.type === 'AWS::Lambda::Permission') return permissionFault(assembly, parts, resource, part);
  if (resource.type === 'AWS::Events::Rule') return ruleFault(assembly, resource, target, part);
  // AWS CDK’s own function is invoked by the deployment.
  if (part.kind === 'AWS CDK' && /^(Custom::|AWS::CloudFormation::CustomResource$)/.test(resource.type))
    return undefined;
  return 'not what this library made to invoke it';
}

function permissionFault(
  assembly: Assembly,
  parts: RuntimeParts,
  permission: Resource,
  { kind }: Part,
): string | undefined {
  const [principal, action] = ['Principal', 'Action'].map((member) => only(permission, member));
  const source = only(permission, 'SourceArn');
  if (action !== 'lambda:InvokeFunction') return `for ${describe(action)}`;
  if (source === undefined) return `for ${describe(principal)}, whoever makes it call: there is no SourceArn`;
  const api = API_OF[kind];
  if (api !== undefined && principal === 'apigateway.amazonaws.com') {
    const pieces = piecesOf(source) ?? [];
    const isIts = pieces.some((piece) => piece instanceof Reference && placeOf(assembly, parts, piece) === api);
    const isWritten = typeof pieces[0] === 'string' && pieces[0].startsWith('arn:');
    return isIts && isWritten ? undefined : `for ${describe(source)}, which is not the ${api}`;
  }
  const rule = source instanceof Reference ? assembly.find(source) : undefined;
  if (EVENT_OF[kind] !== undefined && principal === 'events.amazonaws.com' && rule?.type === 'AWS::Events::Rule') {
    return EVENT_OF[kind](rule) ? undefined : `for ${rule.path}, which isn’t the event that it is made for`;
  }
  return `for ${describe(principal)}`;
}

function ruleFault(assembly: Assembly, rule: Resource, target: Resource, { kind }: Part): string | undefined {
  if (EVENT_OF[kind]?.(rule) !== true) return 'not the event that it is made for';
  const forged = rule.items('Targets').some(({ value }) => {
    if (!isObject(value)) return true;
    return (
      assembly.find(value.Arn) === target && ['Input', 'InputPath', 'InputTransformer'].some((each) => each in value)
    );
  });
  return forged ? 'its input isn’t the event, but what the rule says' : undefined;
}

function placeOf(assembly: Assembly, parts: RuntimeParts, reference: Reference): string | undefined {
  const found = assembly.find(reference);
  return found === undefined ? undefined : parts.placeOf(found);
}

/** The one value of a property; undefined where it is absent, or may turn out in several ways. */
function only(resource: Resource, member: string): Value {
  const branches = resource.property(member);
  return branches.length === 1 ? branches[0]?.value : undefined;
}

function isSet(resource: Resource, member: string): boolean {
  return resource.property(member).some(({ value }) => value !== undefined);
}

/** Which functions a resource names, by reference or by a name that was given. */
class Named {
  /** Texts of which a resource that names one must hold at least one: a look at the text spares the reading. */
  private readonly hints: readonly string[];

  constructor(
    private readonly assembly: Assembly,
    private readonly functions: readonly (readonly [Resource, Part])[],
  ) {
    const given = functions.flatMap(([target]) => {
      const name = nameOf(target);
      return typeof name === 'string' ? [name] : [];
    });
    this.hints = [...functions.map(([{ logicalId }]) => logicalId), ...given, 'Fn::ImportValue'];
  }

  public by(resource: Resource): readonly (readonly [Resource, Part])[] {
    const text = JSON.stringify(resource.properties);
    if (resource.template.parent === undefined && !this.hints.some((hint) => text.includes(hint))) return [];
    const values = resource.template.resolve(resource.properties, resource.logicalId).map(({ value }) => value);
    const found = new Set(values.flatMap(referencesIn).map((reference) => this.assembly.find(reference)));
    return this.functions.filter(([target]) => found.has(target) || this.isNamedBy(text, target));
  }

  private isNamedBy(text: string, target: Resource): boolean {
    const name = nameOf(target);
    return typeof name === 'string' && !sameValue(name, '') && new RegExp(`[":/]${name}[":/]`).test(text);
  }
}
