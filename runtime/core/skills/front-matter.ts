/** The fields of a skill's front matter that are used. */
export interface FrontMatter {
  readonly name: string;
  readonly description: string;
  /** Empty: the skill names none. */
  readonly allowedTools: readonly string[];
  /** What follows the front matter. */
  readonly body: string;
}

const FENCE = /^---[ \t]*\n([\s\S]*?)\n---[ \t]*(?:\n|$)/;
const FIELD = /^([A-Za-z][A-Za-z0-9_-]*):[ \t]*(.*)$/;

/**
 * Reads the front matter of a `SKILL.md`: the part of YAML that skills use for `name`, `description` and `allowed-tools`. Other fields
 * are left out, whatever they hold.
 *
 * @throws Error saying what is missing or can't be read
 */
export function readFrontMatter(text: string): FrontMatter {
  const plain = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const match = FENCE.exec(plain);
  if (match === null) throw new Error('it has no front matter; begin it with ---, name:, description: and ---');
  const fields = fieldsOf(match[1] ?? '');
  const one = (name: string): string => {
    const value = fields.get(name);
    const read = value === undefined ? '' : scalar(value, name);
    if (read === '') throw new Error(`its front matter has no ${name}; write "${name}: …"`);
    return read;
  };
  const tools = fields.get('allowed-tools') ?? fields.get('tools');
  return {
    name: one('name'),
    description: one('description'),
    allowedTools: tools === undefined ? [] : listed(tools),
    body: plain.slice(match[0].length),
  };
}

/** The lines of each field: the first is what follows its colon. */
function fieldsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const line of text.split('\n')) {
    const [, name, first] = FIELD.exec(line) ?? [];
    if (name !== undefined && first !== undefined) {
      if (fields.has(name)) throw new Error(`its front matter has ${name} twice; keep one`);
      current = [first];
      fields.set(name, current);
    } else if (current === undefined && line.trim() !== '' && !line.startsWith('#')) {
      throw new Error('its front matter begins with something else than a field');
    } else {
      current?.push(line);
    }
  }
  return fields;
}

function scalar([first = '', ...more]: readonly string[], name: string): string {
  const head = first.trim();
  const block = /^([|>])[+-]?\d?$/.exec(head);
  const lines = more.map((line) => line.trim());
  if (block !== null) return (block[1] === '|' ? lines.join('\n') : folded(lines)).trim();
  const text = folded([head, ...lines]).trim();
  if (/^[&*!{[%@`]/.test(text)) {
    throw new Error(`${name} in its front matter is no plain text; write it in double quotes`);
  }
  if (text.startsWith('"')) return doubleQuoted(text, name);
  if (text.startsWith("'")) {
    if (!/^'(?:[^']|'')*'$/.test(text)) throw new Error(`the quotes of ${name} in its front matter don't match`);
    return text.slice(1, -1).replaceAll("''", "'");
  }
  return text.replace(/\s#.*$/, '');
}

function doubleQuoted(text: string, name: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    throw new Error(`the quotes of ${name} in its front matter don't match`);
  }
}

/** Lines that belong to one paragraph are one line. */
function folded(lines: readonly string[]): string {
  return lines
    .join('\n')
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.replaceAll('\n', ' '))
    .join('\n');
}

/** `Read, Bash(git:*)`, `["Read"]`, `- Read`: names of tools, without what stands in brackets after them. */
function listed(lines: readonly string[]): string[] {
  const text = lines.map((line) => line.trim().replace(/^-\s+/, '')).join(',');
  const names = text
    .replace(/\([^()]*\)/g, '')
    .replace(/^\[|\]$/g, '')
    .split(/[,\s]+/)
    .map((name) => name.replace(/^["']|["']$/g, ''));
  return [...new Set(names.filter((name) => name !== ''))];
}
