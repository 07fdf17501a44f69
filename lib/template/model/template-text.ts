import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { type DoubledKey, doubledKeysOf } from '../../../runtime/core/json/doubled-keys';
import { jsonPlaces } from './json-places';
import { isNestedTooDeeply, NESTED_TOO_DEEPLY } from './nesting';
import type { PlacedNode } from './placed-node';
import { isObject } from './value';

/** The value of a text. */
export interface ParsedText {
  readonly value: JsonValue;
  /** The value has the last one. */
  readonly doubledKeys: readonly DoubledKey[];
  /** Lines with a character that ends the line for some parsers only, where the value depends on it. @default - none */
  readonly unsureBreaks?: readonly number[];
  /** Where each value stands in the text. Called only when a place is asked for. */
  readonly places: () => PlacedNode;
}

/** Parses YAML (`parseYaml` of `lib/template/model/yaml`). @throws Error on malformed YAML */
export type YamlParser = (text: string) => ParsedText;

/**
 * Parses a template. The text decides the format, not the file's name: CloudFormation doesn't see the name.
 *
 * @param parseYaml @default only JSON can be read
 * @param keysAreUnique whether whoever wrote the text writes no key twice. @default false: it is searched for such keys
 * @throws Error that says why it isn't a template
 */
export function parseTemplate(
  text: string,
  parseYaml?: YamlParser,
  keysAreUnique = false,
): Omit<ParsedText, 'value'> & { body: JsonObject } {
  const content = text.replace(/^\uFEFF/, '');
  const { value, doubledKeys, ...read } = /^\s*[{[]/.test(content)
    ? parseJson(content, parseYaml)
    : yaml(content, parseYaml);
  if (isNestedTooDeeply(value)) throw new Error(NESTED_TOO_DEEPLY);
  if (!isObject(value)) throw new Error('no object at the top');
  return {
    ...read,
    body: value as JsonObject,
    doubledKeys: doubledKeys ?? (keysAreUnique ? [] : doubledKeysOf(content, value as JsonObject)),
  };
}

/** `doubledKeys` is absent where the parser doesn't tell. */
type Parsed = Pick<ParsedText, 'value' | 'places'> & Partial<ParsedText>;

function parseJson(text: string, parseYaml: YamlParser | undefined): Parsed {
  try {
    return { value: JSON.parse(text) as JsonValue, places: () => jsonPlaces(text) };
  } catch (error) {
    // A YAML template can begin with a brace too. For a JSON text, this error tells more than the YAML parser's.
    try {
      return yaml(text, parseYaml);
    } catch {
      throw error;
    }
  }
}

function yaml(text: string, parseYaml: YamlParser | undefined): Parsed {
  if (parseYaml === undefined) throw new Error('it is not JSON, and no YAML parser was given');
  return parseYaml(text);
}
