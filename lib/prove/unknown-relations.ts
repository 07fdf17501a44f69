import { type Assembly, isObject, keyOf, piecesOf, type Resource, referencesIn, type Value } from '../template';
import { arnOf, nameOf, Spelling } from '../template/iam/arn';
import { matchText } from '../template/iam/pattern';
import { accountWide } from './account-wide';
import { mayCall } from './callers';
import { sendsAway } from './events-sent-away';
import { guardedResources } from './guarded';
import { isKnownRelation } from './known-relations';
import type { RuntimeParts } from './runtime-parts';

/** Texts for people. */
const FREE_TEXT = /^(Tags|Description|Comment|Name)\b|\.(Sid|Description)$/;

/** Properties with a resource's own name that don't begin with its type. */
const OWN_NAME: { readonly [type: string]: string } = {
  'AWS::ECS::TaskDefinition': 'Family',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
};

/**
 * Everything in the app that names a resource of the runtime and isn't a relation that this library makes or can judge: a stream, a
 * backup, a replication, a share, a subscription, a service, whatever its type. A list of what is known, so a type that AWS adds
 * tomorrow is found too. What invokes a function is judged by its callers.
 */
export function unknownRelations(assembly: Assembly, parts: RuntimeParts): string[] {
  const guarded = guardedResources(assembly, parts);
  if (guarded.size === 0) return [];
  const names = new WrittenNames(assembly, [...guarded.keys()]);
  return assembly.resources.flatMap((namer) => [
    ...accountWide(namer),
    ...sendsAway(assembly, namer),
    ...namingsBy(assembly, namer, names).flatMap(([target, at]) => {
      const place = guarded.get(target);
      if (place === undefined || target === namer) return [];
      if (target.type === 'AWS::Lambda::Function' && mayCall(namer)) return [];
      if (isKnownRelation({ assembly, parts, namer, target, place }, at)) return [];
      return [`${namer.path} (${namer.type}) ${at} names the ${place}, ${target.path}: not a relation of this library`];
    }),
  ]);
}

/** What a resource names, and at which property. Each pair once. */
function namingsBy(assembly: Assembly, namer: Resource, names: WrittenNames): [Resource, string][] {
  const found = new Map<string, [Resource, string]>();
  const note = (at: string) => (target: Resource | undefined) => {
    if (target !== undefined) found.set(`${at} ${target.key}`, [target, at]);
  };
  for (const member of Object.keys(namer.properties)) {
    if (!names.mayBeIn(namer, member)) continue;
    for (const { value } of namer.property(member)) {
      for (const [leaf, at] of leavesOf(value, member)) {
        referencesIn(leaf)
          .map((reference) => assembly.find(reference))
          .forEach(note(at));
        if (!FREE_TEXT.test(at) && !isOwnName(namer, at)) names.in(leaf).forEach(note(at));
      }
    }
  }
  return [...found.values()];
}

/** Whether a property gives the resource itself a name, which resources of other types may have too. */
function isOwnName({ type }: Resource, at: string): boolean {
  const last = type.split('::').at(-1) ?? '';
  return at === `${last}Name` || at === OWN_NAME[type];
}

/** The scalars inside a value, with the path to each. */
function* leavesOf(value: Value, at: string): Generator<[Value, string]> {
  if (Array.isArray(value)) for (const item of value) yield* leavesOf(item, at);
  else if (isObject(value)) for (const [key, member] of Object.entries(value)) yield* leavesOf(member, `${at}.${key}`);
  else if (value !== undefined && value !== null) yield [value, at];
}

/** The guarded resources that a text names: by a name of the app's choice, or by an ARN, also one with wildcards. */
class WrittenNames {
  private readonly spelling: Spelling;
  private readonly named: readonly (readonly [name: string, target: Resource])[];
  private readonly hints: readonly string[];
  private readonly arns: readonly (readonly [arn: Value, target: Resource])[];
  /** The same few ARNs with wildcards stand in many policies. */
  private readonly fitting = new Map<string, readonly Resource[]>();

  constructor(assembly: Assembly, guarded: readonly Resource[]) {
    this.spelling = new Spelling(assembly);
    this.arns = guarded.flatMap((target): [Value, Resource][] => {
      const arn = arnOf(target);
      return arn === undefined ? [] : [[this.spelling.of(arn), target]];
    });
    this.named = guarded.flatMap((target): [string, Resource][] => {
      const name = nameOf(target);
      return typeof name === 'string' && name !== '' ? [[name, target]] : [];
    });
    this.hints = [...guarded.map(({ logicalId }) => logicalId), ...this.named.map(([name]) => name)];
  }

  /** Whether reading the values of a property can find anything. Searching the text first is faster. */
  public mayBeIn({ template, properties }: Resource, member: string): boolean {
    // A parameter or an import may hold a reference to another template.
    if (template.parent !== undefined) return true;
    const text = JSON.stringify(properties[member]) ?? '';
    return (
      text.includes('Fn::ImportValue') ||
      text.includes('Fn::GetStackOutput') ||
      /arn:[^"]*[*?]/.test(text) ||
      this.hints.some((hint) => text.includes(hint))
    );
  }

  public in(leaf: Value): readonly Resource[] {
    const text = (piecesOf(leaf) ?? []).map(String).join('');
    const texts = [text, ...quotedIn(text)];
    const exact = this.named
      .filter(([name]) => texts.some((each) => each === name || isEndOfArn(each, name)))
      .map(([, target]) => target);
    if (!/^arn:.*[*?]/.test(text)) return exact;
    return [...exact, ...this.fittingTo(this.spelling.of(leaf))];
  }

  private fittingTo(pattern: Value): readonly Resource[] {
    const key = keyOf(pattern);
    const found =
      this.fitting.get(key) ??
      this.arns.filter(([arn]) => matchText(pattern, arn) === 'true').map(([, target]) => target);
    this.fitting.set(key, found);
    return found;
  }
}

/** The texts inside JSON that is itself a text: the input of a call, a definition. Inside it may be JSON again. */
function quotedIn(text: string): string[] {
  return /^\s*[[{]/.test(text) ? text.split(/\\*"/) : [];
}

function isEndOfArn(text: string, name: string): boolean {
  if (!text.startsWith('arn:')) return false;
  const at = text.indexOf(name);
  const [before, after] = [text[at - 1], text[at + name.length]];
  return at > 0 && /[:/]/.test(before ?? '') && /^[:/]?$/.test(after ?? '');
}
