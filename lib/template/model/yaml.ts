import { type CollectionTag, parse, type ScalarTag, type Tags, YAMLMap, YAMLSeq } from 'yaml';
import type { JsonValue } from '../../../runtime/core/contracts';
import { isStackOverflow, NESTED_TOO_DEEPLY } from './nesting';

/**
 * Parses a YAML template. Short tags (`!Ref`, `!GetAtt A.B`, `!Sub`) become their long form.
 *
 * `lib/template/index.ts` doesn't export it: only the command line bundles the YAML parser, the constructs don't depend on it.
 *
 * @throws Error of the parser on malformed YAML and duplicate keys, or when the text is nested too deeply
 */
export function parseYaml(text: string): JsonValue {
  try {
    return parse(text, {
      customTags: (tags: Tags) => [...tags.filter(isNotTimestamp), ...SHORT_TAGS],
      schema: 'yaml-1.1',
      merge: true,
    }) as JsonValue;
  } catch (error) {
    throw isStackOverflow(error) ? new Error(NESTED_TOO_DEEPLY) : error;
  }
}

/** `2012-10-17` is a policy's version, not a date. */
function isNotTimestamp(tag: Tags[number]): boolean {
  return (typeof tag === 'string' ? tag : tag.tag) !== 'tag:yaml.org,2002:timestamp' && tag !== 'timestamp';
}

const NAMES = [
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'ForEach',
  'GetAZs',
  'GetAtt',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
  'ToJsonString',
  'Transform',
  'Ref',
  'Condition',
];

const SHORT_TAGS: (ScalarTag | CollectionTag)[] = NAMES.flatMap((name) => {
  const tag = `!${name}`;
  const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
  return [
    { tag, resolve: (value: string) => ({ [key]: value }) },
    { tag, collection: 'seq', nodeClass: longForm(key, YAMLSeq) },
    { tag, collection: 'map', nodeClass: longForm(key, YAMLMap) },
  ] as (ScalarTag | CollectionTag)[];
});

/** A collection that turns into `{key: itself}`. */
function longForm(key: string, base: typeof YAMLSeq | typeof YAMLMap): unknown {
  return class extends (base as typeof YAMLSeq) {
    public override toJSON(...args: Parameters<YAMLSeq['toJSON']>): unknown[] {
      return { [key]: super.toJSON(...args) } as unknown as unknown[];
    }
  };
}
