import { BUILT_IN_TOOLS, EFFECTS, type JsonObject, type JsonValue, TOOL_NAME_PATTERN } from '../contracts';
import { hidesCharacters } from '../display';
import { isObject } from '../json/is-object';
import { pinOfListed } from '../mcp/normalize-definition';
import { lintSchema } from '../schema/lint-schema';
import { REVIEW_KINDS } from './connector-review';
import { DESCRIPTION_CHARACTERS, MOST_TOOLS } from './review-definition';
import { PREFIX_PATTERN } from './tool-names';

const REVIEW_KEYS = ['v', 'kind', 'source', 'prefix', 'tools'];
const SOURCE_KEYS = ['url', 'document', 'sha256', 'name', 'version'];
const TOOL_KEYS = [
  ...[
    'name',
    'original',
    'granted',
    'effect',
    'description',
    'input',
    'changes',
    'refused',
    'choices',
    'possible',
    'pin',
    'listed',
  ],
];

/** What is wrong with a review file. Empty: nothing. Texts of the file aren't repeated, except names that were checked. */
export function reviewProblems(value: JsonValue): string[] {
  if (!isObject(value)) return ['/: a review file is an object; import the connector again'];
  const problems = unknownKeys(value, REVIEW_KEYS, '');
  if (value.v !== 1) problems.push('/v: only version 1 is known; write 1, or import the connector again');
  if (!(REVIEW_KINDS as readonly JsonValue[]).includes(value.kind ?? null))
    problems.push(`/kind: write one of ${REVIEW_KINDS.join(', ')}`);
  problems.push(...sourceProblems(value.source));
  if (typeof value.prefix !== 'string' || !new RegExp(PREFIX_PATTERN).test(value.prefix)) {
    problems.push('/prefix: write a letter, then at most 23 letters, digits, _ or -, or an empty text');
  }
  if (!Array.isArray(value.tools)) return [...problems, '/tools: write a list of tools'];
  if (value.tools.length > MOST_TOOLS)
    return [...problems, `/tools: at most ${MOST_TOOLS} tools; remove those that you don't use`];
  return [
    ...problems,
    ...value.tools.flatMap((tool, index) => toolProblems(tool, `/tools/${index}`)),
    ...sameNames(value.tools),
  ];
}

function sourceProblems(source: JsonValue | undefined): string[] {
  if (!isObject(source)) return ['/source: write an object that says where the tools come from'];
  const problems = unknownKeys(source, SOURCE_KEYS, '/source');
  for (const [key, value] of Object.entries(source)) {
    if (typeof value !== 'string' || value.length > 2000)
      problems.push(`/source/${safeKey(key)}: write a text of at most 2000 characters`);
  }
  if (source.url === undefined && source.document === undefined) problems.push('/source: write "url" or "document"');
  return problems;
}

function toolProblems(tool: JsonValue, place: string): string[] {
  if (!isObject(tool)) return [`${place}: write an object`];
  return [
    ...unknownKeys(tool, TOOL_KEYS, place),
    ...nameProblems(tool, place),
    ...wordProblems(tool, place),
    ...listProblems(tool, place),
    ...inputProblems(tool, place),
    ...pinProblems(tool, place),
  ];
}

function nameProblems({ name, original }: JsonObject, place: string): string[] {
  const problems: string[] = [];
  if (typeof name !== 'string' || !new RegExp(TOOL_NAME_PATTERN).test(name)) {
    problems.push(`${place}/name: write a name of the form ${TOOL_NAME_PATTERN}`);
  } else if ((BUILT_IN_TOOLS as readonly string[]).includes(name)) {
    problems.push(`${place}/name: the gate has a built-in tool ${name}; write another name`);
  }
  if (typeof original !== 'string' || original === '')
    problems.push(`${place}/original: write the name that the server gives the tool`);
  return problems;
}

function wordProblems({ granted, effect, description }: JsonObject, place: string): string[] {
  const problems: string[] = [];
  if (typeof granted !== 'boolean') problems.push(`${place}/granted: write true or false`);
  if (!(EFFECTS as readonly JsonValue[]).includes(effect ?? null))
    problems.push(`${place}/effect: write one of ${EFFECTS.join(', ')}`);
  if (typeof description !== 'string' || description.trim() === '' || description.length > DESCRIPTION_CHARACTERS) {
    problems.push(`${place}/description: write what the tool does, in at most ${DESCRIPTION_CHARACTERS} characters`);
  } else if (hidesCharacters(description)) {
    problems.push(`${place}/description: it has characters that nobody sees; remove them`);
  }
  return problems;
}

function listProblems(tool: JsonObject, place: string): string[] {
  const problems: string[] = [];
  for (const key of ['changes', 'refused']) {
    const lines = tool[key];
    if (!Array.isArray(lines) || lines.some((line) => typeof line !== 'string'))
      problems.push(`${place}/${key}: write a list of texts`);
  }
  const { choices, possible } = tool;
  if (!isObject(choices) || Object.values(choices).some((choice) => typeof choice !== 'string')) {
    problems.push(`${place}/choices: write an object of texts, such as { "/body": "text" }`);
  }
  if (
    possible !== undefined &&
    (!isObject(possible) || Object.values(possible).some((options) => !Array.isArray(options)))
  ) {
    problems.push(`${place}/possible: write an object of lists, as the import wrote it`);
  }
  return problems;
}

function inputProblems({ input, refused, granted }: JsonObject, place: string): string[] {
  if (granted === true && Array.isArray(refused) && refused.length > 0) {
    return [
      `${place}/granted: the tool is refused for the reasons in "refused"; write false, or make a choice and import again`,
    ];
  }
  if (input === undefined)
    return granted === true ? [`${place}/input: a granted tool needs the schema of its input; import it again`] : [];
  if (!isObject(input)) return [`${place}/input: write a JSON Schema`];
  return lintSchema(input).map((problem) => `${place}/input${problem}`);
}

function pinProblems({ pin, listed, original }: JsonObject, place: string): string[] {
  if (!isObject(listed)) return [`${place}/listed: write the definition as the import wrote it`];
  if (listed.name !== original && listed.unreadable === undefined) {
    return [`${place}/listed: it is the definition of another tool; import the tool again`];
  }
  return pin === pinOfListed(listed) ? [] : [`${place}/pin: it isn't the hash of "listed"; import the tool again`];
}

function sameNames(tools: readonly JsonValue[]): string[] {
  const seen = new Set<JsonValue>();
  return tools.flatMap((tool, index) => {
    if (!isObject(tool) || typeof tool.name !== 'string') return [];
    if (seen.has(tool.name)) return [`/tools/${index}/name: another tool has this name; write another one`];
    seen.add(tool.name);
    return [];
  });
}

function unknownKeys(object: JsonObject, known: readonly string[], place: string): string[] {
  return Object.keys(object)
    .filter((key) => !known.includes(key))
    .map((key) => `${place}/${safeKey(key)}: no such key; write one of ${known.join(', ')}`);
}

function safeKey(key: string): string {
  return key.slice(0, 64).replace(/[^A-Za-z0-9_.-]/g, '?');
}
