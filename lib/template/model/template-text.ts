import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { type DoubledKey, doubledKeysOf } from '../../../runtime/core/json/doubled-keys';
import { isNestedTooDeeply, NESTED_TOO_DEEPLY } from './nesting';
import { isObject } from './value';

/** The value of a text. */
export interface ParsedText {
  readonly value: JsonValue;
  /** The value has the last one. */
  readonly doubledKeys: readonly DoubledKey[];
}

/** Parses YAML (`parseYaml` of `lib/template/model/yaml`). @throws Error on malformed YAML */
export type YamlParser = (text: string) => ParsedText;

/**
 * Parses a template. The text decides the format, not the file's name: CloudFormation doesn't see the name.
 *
 * @param parseYaml @default only JSON can be read
 * @throws Error that says why it isn't a template
 */
export function parseTemplate(
  text: string,
  parseYaml?: YamlParser,
): { body: JsonObject; doubledKeys: readonly DoubledKey[] } {
  const content = text.replace(/^\uFEFF/, '');
  const { value, doubledKeys } = /^\s*[{[]/.test(content) ? parseJson(content, parseYaml) : yaml(content, parseYaml);
  if (isNestedTooDeeply(value)) throw new Error(NESTED_TOO_DEEPLY);
  if (!isObject(value)) throw new Error('no object at the top');
  return { body: value as JsonObject, doubledKeys: doubledKeys ?? doubledKeysOf(content, value as JsonObject) };
}

/** `doubledKeys` is absent where the parser doesn't tell. */
type Parsed = Pick<ParsedText, 'value'> & Partial<ParsedText>;

function parseJson(text: string, parseYaml: YamlParser | undefined): Parsed {
  try {
    return { value: JSON.parse(text) as JsonValue };
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
