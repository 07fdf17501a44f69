import {
  type CollectionTag,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type ParseOptions,
  parseDocument,
  type Scalar,
  type ScalarTag,
  type Tags,
  visit,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import type { JsonValue } from '../../../runtime/core/contracts';
import { type DoubledKey, lineAt } from '../../../runtime/core/json/doubled-keys';
import { isStackOverflow, NESTED_TOO_DEEPLY } from './nesting';
import type { ParsedText } from './template-text';
import { UNQUOTED } from './unquoted';
import { parseAtAnyIndent } from './yaml-continuations';
import { parseWithBreaks, withLineFeeds } from './yaml-line-breaks';
import { oneKeyOf } from './yaml-one-key';
import { isMergeKey, longName, offsetOf, yamlPlaces } from './yaml-places';

/**
 * Parses a YAML template as CloudFormation does. Short tags (`!Ref`, `!GetAtt A.B`, `!Sub`) become their long form, unknown ones
 * too: `!Odd x` becomes `{'Fn::Odd': x}`.
 *
 * `lib/template/index.ts` doesn't export it: only the command line bundles the YAML parser, the constructs don't depend on it.
 *
 * @throws Error of the parser on malformed YAML, on several documents, or when the text is nested too deeply
 */
export function parseYaml(given: string): ParsedText {
  const text = withLineFeeds(given);
  try {
    const { parsed, unsureBreaks } = parseWithBreaks(text, readValue, ({ value }) => value);
    return { ...parsed, unsureBreaks };
  } catch (error) {
    throw isStackOverflow(error) ? new Error(NESTED_TOO_DEEPLY) : error;
  }
}

/** An alias for a value that has none in it counts as one. A text with more is not a template, but made to be large. */
const MOST_ALIASES = 10_000;

/** @throws Error of the parser, on several documents, and on too many aliases */
function readValue(text: string): ParsedText {
  const { parsed, original } = parseAtAnyIndent(text, parse);
  const { document, errors, doubledKeys } = parsed;
  const lineOf = (node: unknown): number => lineAt(text, original(offsetOf(node)));
  const [error] = errors;
  if (error?.code === 'MULTIPLE_DOCS') throw new Error('it has several YAML documents. A template is one document');
  if (error !== undefined) throw error;
  expectTextKeys(document, lineOf);
  return {
    value: document.toJS({ maxAliasCount: MOST_ALIASES }) as JsonValue,
    doubledKeys: [...doubledKeys.values(), ...doubledSpellings(document, lineOf), ...doubledMerges(document, lineOf)],
    // Parsed again: most templates are never asked, and a parsed document is far larger than its value.
    places: () => yamlPlaces(parseAtAnyIndent(text, parse).parsed.document, original),
  };
}

/**
 * CloudFormation refuses a map, a function and nothing as a key. An alias as one, and a question mark right before one, could hide a
 * member: YAML 1.1 reads `{?CidrIp: x}` as `{CidrIp: x}`.
 *
 * @throws Error with the line
 */
function expectTextKeys(document: Document, lineOf: (node: unknown) => number): void {
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && isTextKey(key)) return;
      throw new Error(`a key is no text at line ${lineOf(key)}`);
    },
  });
}

function isTextKey({ value, source, type, tag }: Scalar): boolean {
  if (typeof value === 'object' || (tag?.startsWith('!') === true && tag !== '!')) return false;
  return type !== 'PLAIN' || (source !== '' && source?.startsWith('?') !== true);
}

/** Keys of one map that are written differently, and that YAML 1.1 makes one. */
function doubledSpellings(document: Document, lineOf: (node: unknown) => number): DoubledKey[] {
  const doubled: DoubledKey[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const spelled = new Map<string, string>();
      for (const { key } of items) {
        const [one, text] = [oneKeyOf(key), String(key)];
        const before = spelled.get(one) ?? text;
        if (before !== text) doubled.push({ key: text, line: lineOf(key), respelled: before });
        spelled.set(one, text);
      }
    },
  });
  return doubled;
}

/** Members that two merge keys of one map bring, and the map doesn't have itself. Parsers differ in which one they take. */
function doubledMerges(document: Document, lineOf: (node: unknown) => number): DoubledKey[] {
  const doubled: DoubledKey[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const merges = items.filter(({ key }) => isMergeKey(key));
      if (merges.length < 2) return;
      const own = new Set(items.map(({ key }) => String(key)));
      const brought = new Set<string>();
      for (const { key, value } of merges) {
        const names = new Set(mergedNames(document, value).filter((name) => !own.has(name)));
        const line = lineOf(key);
        doubled.push(...[...names].filter((name) => brought.has(name)).map((name) => ({ key: name, line })));
        for (const name of names) brought.add(name);
      }
    },
  });
  return doubled;
}

/** Keys of `<<: *base`, or of `<<: [*base, *more]`. */
function mergedNames(document: Document, value: unknown): string[] {
  if (isAlias(value)) return mergedNames(document, value.resolve(document));
  if (isSeq(value)) return value.items.flatMap((item) => mergedNames(document, item));
  return isMap(value) ? value.items.map(({ key }) => String(key)) : [];
}

function parse(text: string) {
  const first = parseWithTags(text, shortTagsIn(text));
  const missed = first.document.warnings.flatMap(({ code, message }) => {
    const [, tag] = code === 'TAG_RESOLVE_FAILED' ? (/^Unresolved tag: (\S+)/.exec(message) ?? []) : [];
    return tag === undefined || (tag.startsWith(YAML_TAGS) && !OF_SCALARS.test(tag)) ? [] : [tag];
  });
  // Such as `!%52ef`, tags of a `%TAG` directive, and `!!null x`.
  return missed.length === 0 ? first : parseWithTags(text, [...shortTagsIn(text), ...missed]);
}

function parseWithTags(text: string, shortTags: readonly string[]) {
  const doubledKeys = new Map<number, DoubledKey>();
  const document = documentOf(text, shortTags, (before, key) => {
    if (isScalar(before) && isScalar(key) && before.value === key.value && key.source !== '<<') {
      const at = offsetOf(key);
      doubledKeys.set(at, { key: String(key.value), line: lineAt(text, at) });
    }
    return false;
  });
  return { document, errors: document.errors, doubledKeys };
}

function documentOf(text: string, shortTags: readonly string[], uniqueKeys: ParseOptions['uniqueKeys']): Document {
  return parseDocument(text, {
    customTags: (tags: Tags) => [...SCALARS, ...tags.filter(isSupported), ...shortTags.flatMap(shortTag)],
    schema: 'yaml-1.1',
    merge: true,
    resolveKnownTags: false,
    logLevel: 'error',
    uniqueKeys,
  });
}

/**
 * How an unquoted scalar is read. `yes`, `no`, `on` and `off` are booleans. A date is text: `2012-10-17` is a policy's version.
 *
 * YAML 1.1 also has a boolean for `Y` and `N`, an octal number for `010`, a sexagesimal one for `12:30`, and other numbers whose
 * text changes (`1e3`, `1_000`, `1.10`, an account id that starts with 0). Parsers differ there, and nothing that AWS published
 * tells what CloudFormation makes of each. So they are unknown.
 *
 * Source: CloudFormation User Guide, "CloudFormation template format"; yaml.org/type/bool.html, int.html and float.html;
 * github.com/aws/aws-cli/issues/5245 (`yes` became `true`), github.com/DataDog/cloudformation-template/pull/109 (an account id
 * was read as an octal number), github.com/aws/aws-cli/issues/3991.
 */
const SCALARS: ScalarTag[] = [
  // A key is its own text: `Y:` in a mapping, `012345678901:`.
  { tag: 'tag:yaml.org,2002:str', default: 'key', test: /^(?!<<$)/, resolve: (text: string) => text },
  { tag: 'tag:yaml.org,2002:null', default: true, test: /^(~|null|Null|NULL)?$/, resolve: () => null },
  {
    tag: 'tag:yaml.org,2002:bool',
    default: true,
    test: /^(true|True|TRUE|yes|Yes|YES|on|On|ON|false|False|FALSE|no|No|NO|off|Off|OFF)$/,
    resolve: (text: string) => /^(true|yes|on)$/i.test(text),
  },
  {
    tag: 'tag:yaml.org,2002:float',
    default: true,
    test: /^-?(0|[1-9][0-9]{0,14})(\.[0-9]*[1-9])?$/,
    // A number of which another text would be made has more digits than a number keeps, or is `-0`.
    resolve: (text: string) => (String(Number(text)) === text ? Number(text) : { [UNQUOTED]: text }),
  },
  {
    tag: 'tag:cdk-hardened-agent,2026:unquoted',
    default: true,
    test: /^([yYnN]|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|[-+]?\.?[0-9][0-9a-fA-F_]*(:[0-5]?[0-9])*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|[-+]?0[xob][0-9a-fA-F_]+)$/,
    resolve: (text: string) => ({ [UNQUOTED]: text }),
  },
];

/**
 * The tags of YAML that the parser keeps. The scalars are above.
 *
 * Source: CloudFormation User Guide, "CloudFormation template format": no binary, omap, pairs, set and timestamp.
 */
function isSupported(tag: Tags[number]): boolean {
  return /(^|:)(map|seq|str|merge)$/.test(typeof tag === 'string' ? tag : tag.tag);
}

const YAML_TAGS = 'tag:yaml.org,2002:';
const OF_SCALARS = /^tag:yaml\.org,2002:(null|bool|int|float)$/;

/** Tags of intrinsic functions, and every other short tag in the text. */
function shortTagsIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/(?<![!\w])![A-Za-z][\w:.-]*/g)].map(([tag]) => tag))];
}

function shortTag(tag: string): (ScalarTag | CollectionTag)[] {
  if (OF_SCALARS.test(tag)) {
    const isPlain = (text: string): boolean => /^(0|-?[1-9][0-9]{0,14})$/.test(text);
    return [{ tag, resolve: (text: string) => (isPlain(text) ? Number(text) : { [UNQUOTED]: text }) }];
  }
  const key = longName(tag);
  return [
    { tag, resolve: (value: string) => ({ [key]: value }) },
    { tag, collection: 'seq', nodeClass: longForm(key, YAMLSeq) },
    { tag, collection: 'map', nodeClass: longForm(key, YAMLMap) },
  ] as (ScalarTag | CollectionTag)[];
}

/** A collection that turns into `{key: itself}`. */
function longForm(key: string, base: typeof YAMLSeq | typeof YAMLMap): unknown {
  return class extends (base as typeof YAMLSeq) {
    public override toJSON(unused?: unknown, context?: Parameters<YAMLSeq['toJSON']>[1]): unknown[] {
      const call: { [name: string]: unknown } = {};
      // What an alias of this one gets.
      context?.onCreate?.(call);
      delete context?.onCreate;
      call[key] = super.toJSON(unused, context);
      return call as unknown as unknown[];
    }
  };
}
