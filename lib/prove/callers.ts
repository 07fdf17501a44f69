import type { Part, PartKind } from '../checks/facts/part';
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
import { statementsOf } from '../template/iam/policy';
import { resourcePolicyOf } from '../template/iam/resource-policies';
import type { RuntimeParts } from './runtime-parts';

/**
 * Types that may name a function of the runtime but can't invoke it, or that other claims check: policies, roles' trust,
 * API methods.
 */
const HARMLESS =
  /^AWS::(IAM::|CloudWatch::|ApiGateway::(Method|Deployment|Account)|EC2::VPCEndpoint$|Lambda::(Function|ResourcePolicy)$|StepFunctions::StateMachine$|S3::BucketPolicy$|KMS::Key$|SecretsManager::ResourcePolicy$|SSM::Parameter$|Config::ConfigRule$|Logs::(LogGroup|MetricFilter)$|CloudFormation::Stack$)/;

/** The API that may invoke each function, by its place. */
const API_OF: { readonly [kind in PartKind]?: string } = {
  gate: 'gate API',
  'request viewer': 'desk API',
  decision: 'desk API',
  'operator desk': 'operator API',
  'web desk': 'web desk API',
};

function isSchedule(rule: Resource): boolean {
  return isSet(rule, 'ScheduleExpression') && !isSet(rule, 'EventPattern');
}

/** Whether a rule is for the event that starts each function. */
const EVENT_OF: { readonly [kind in PartKind]?: (rule: Resource) => boolean } = {
  sealer: isSchedule,
  'session sweep': isSchedule,
  // Only AWS can send events with a source aws.*.
  'session end': (rule) => isOnlyOf(rule, 'aws.ecs'),
  'webhook notifier': (rule) => isOnlyOf(rule, 'aws.states'),
};

function isOnlyOf(rule: Resource, source: string): boolean {
  return (
    !isSet(rule, 'ScheduleExpression') &&
    rule
      .property('EventPattern')
      .every(({ value }) => isObject(value) && Array.isArray(value.source) && value.source.join() === source)
  );
}

/**
 * Everything that could invoke a function of the runtime and isn't part of this library: permissions for other services,
 * accounts or principals, event sources, URLs, destinations, subscriptions, notifications, other APIs, rules and aliases.
 * Every resource that names such a function counts, unless its type is known to be harmless.
 *
 * Versions and aliases count too. A resource policy applies to a single function, version or alias, so the denials of a
 * function's policy don't apply to its versions and aliases.
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_PutResourcePolicy.html
 */
export function strangeCallers(assembly: Assembly, parts: RuntimeParts): string[] {
  const functions = [...parts.workloads].filter(([{ type }]) => type === 'AWS::Lambda::Function');
  const named = new Named(assembly, functions);
  return assembly.resources.flatMap((resource) => {
    if (!mayCall(resource)) return [];
    return named.by(resource).flatMap(([target, part]) => {
      const fault = faultOf(assembly, parts, resource, target, part);
      return fault === undefined ? [] : [`${resource.path} (${resource.type}) → the ${part.label}: ${fault}`];
    });
  });
}

/** Whether a resource that names a function may invoke it, as far as its type tells. */
export function mayCall(resource: Resource): boolean {
  return !HARMLESS.test(resource.type);
}

function faultOf(
  assembly: Assembly,
  parts: RuntimeParts,
  resource: Resource,
  target: Resource,
  part: Part,
): string | undefined {
  if (/^AWS::Lambda::(Version|Alias)$/.test(resource.type)) {
    return 'it has a resource policy of its own, so the denials in the function’s policy don’t apply to it';
  }
  if (resource.type === 'AWS::Lambda::Permission') return permissionFault(assembly, parts, resource, part);
  if (isOwnRetries(assembly, resource, target)) return undefined;
  if (resource.type === 'AWS::Events::Rule') return ruleFault(assembly, resource, target, part);
  // The deployment invokes AWS CDK’s own function.
  if (part.kind === 'AWS CDK' && /^(Custom::|AWS::CloudFormation::CustomResource$)/.test(resource.type))
    return undefined;
  return 'not what this library made to invoke it';
}

/** How often the function is tried again. With a destination, it would invoke something, or be invoked. */
function isOwnRetries(assembly: Assembly, resource: Resource, target: Resource): boolean {
  return (
    resource.type === 'AWS::Lambda::EventInvokeConfig' &&
    assembly.find(only(resource, 'FunctionName')) === target &&
    !isSet(resource, 'DestinationConfig')
  );
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
  if (isQualified(only(permission, 'FunctionName'))) return 'for a version or an alias of it, which has its own policy';
  if (source === undefined) return `for ${describe(principal)}, for any of its customers: there is no SourceArn`;
  const api = API_OF[kind];
  if (api !== undefined && principal === 'apigateway.amazonaws.com') {
    const pieces = piecesOf(source) ?? [];
    const isIts = pieces.some((piece) => piece instanceof Reference && placeOf(assembly, parts, piece) === api);
    const isWritten = typeof pieces[0] === 'string' && pieces[0].startsWith('arn:');
    return isIts && isWritten ? undefined : `for ${describe(source)}, which is not the ${api}`;
  }
  const rule = source instanceof Reference ? assembly.find(source) : undefined;
  if (EVENT_OF[kind] !== undefined && principal === 'events.amazonaws.com' && rule?.type === 'AWS::Events::Rule') {
    return EVENT_OF[kind](rule) ? undefined : `for ${rule.path}, which isn’t the event that starts it`;
  }
  return `for ${describe(principal)}`;
}

/** Whether a function is named with a version or an alias. True also where the name isn't known. */
function isQualified(name: Value): boolean {
  const last = piecesOf(name)?.at(-1);
  if (typeof last !== 'string') return last === undefined;
  return /^:|:function:[^:]+:|^(?!arn:)[^:]+:[^:]+$/.test(last);
}

function ruleFault(assembly: Assembly, rule: Resource, target: Resource, { kind }: Part): string | undefined {
  if (EVENT_OF[kind]?.(rule) !== true) return 'not the event that starts it';
  const forged = rule.items('Targets').some(({ value }) => {
    if (!isObject(value)) return true;
    return (
      assembly.find(value.Arn) === target && ['Input', 'InputPath', 'InputTransformer'].some((each) => each in value)
    );
  });
  if (forged) return 'its input isn’t the event, but a text from the rule';
  return isAdmitted(assembly, rule, target) ? undefined : 'its policy doesn’t name this rule';
}

/** Whether a function's own policy names a rule. */
function isAdmitted(assembly: Assembly, rule: Resource, target: Resource): boolean {
  const policy = resourcePolicyOf(assembly, target);
  return (policy === undefined ? [] : statementsOf(policy)).some(
    ({ effect, conditions }) =>
      effect === 'Allow' && conditions.some(({ values }) => values.some((value) => assembly.find(value) === rule)),
  );
}

function placeOf(assembly: Assembly, parts: RuntimeParts, reference: Reference): string | undefined {
  const found = assembly.find(reference);
  return found === undefined ? undefined : parts.placeOf(found);
}

/** The value of a property; undefined where it is absent or has several possible values. */
function only(resource: Resource, member: string): Value {
  const branches = resource.property(member);
  return branches.length === 1 ? branches[0]?.value : undefined;
}

function isSet(resource: Resource, member: string): boolean {
  return resource.property(member).some(({ value }) => value !== undefined);
}

/** The functions that a resource names, by reference or by a literal name. */
class Named {
  /** A resource that names a function contains one of these texts. Searching the text is faster than reading values. */
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
