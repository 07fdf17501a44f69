import {
  MAX_SKILL_DESCRIPTION,
  MAX_SKILL_FILE_BYTES,
  MAX_SKILL_FILES,
  MAX_SKILL_NAME,
  type Sha256Hex,
  SKILL_NAME_PATTERN,
  SKILL_PATH_PATTERN,
  type SkillFile,
} from '../contracts';
import { sha256Hex } from '../digest';
import { hidesCharacters } from '../display';
import { canonicalize } from '../json/canonicalize';
import { readFrontMatter } from './front-matter';

/** A file of a skill's folder. */
export interface GivenFile {
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A script of a skill, which runs in a code sandbox only. */
export interface SkillScript {
  readonly path: string;
  readonly sha256: Sha256Hex;
  readonly text: string;
}

/** What a skill's folder holds. */
export interface ReadSkill {
  readonly name: string;
  readonly description: string;
  /** Tools that its front matter names, as its author's program calls them. */
  readonly namedTools: readonly string[];
  readonly pin: Sha256Hex;
  /** `SKILL.md` first. */
  readonly files: readonly SkillFile[];
  readonly scripts: readonly SkillScript[];
  /** Files that are neither served nor run, such as pictures. */
  readonly leftOut: readonly string[];
}

const MAIN = 'SKILL.md';
const SERVED = /\.(?:md|txt|json|ya?ml|csv|tsv|xml|html|toml|sql)$/i;
const SCRIPT = /(?:^|\/)scripts\/|\.(?:py|js|mjs|cjs|ts|sh|bash|zsh|ps1|rb|pl|php|bat|cmd|exe|r)$/i;

/**
 * Reads a skill from the files of its folder, and pins them all.
 *
 * @throws Error saying the file and what is wrong with it
 */
export function readSkill(given: readonly GivenFile[]): ReadSkill {
  const files = [...given].sort((a, b) => (a.path < b.path ? -1 : 1));
  const main = files.find(({ path }) => path === MAIN);
  if (main === undefined) throw new Error(`it has no ${MAIN}; write one, with a name and a description`);
  if (files.length > MAX_SKILL_FILES) {
    throw new Error(
      `it has ${files.length} files, and ${MAX_SKILL_FILES} are the most; leave out what the agent won't read`,
    );
  }
  for (const { path } of files) {
    if (!new RegExp(SKILL_PATH_PATTERN).test(path)) {
      throw new Error(`the path ${JSON.stringify(path)} is refused; write letters, digits, ., _ and -`);
    }
  }
  const { name, description, allowedTools } = atMain(() => readFrontMatter(textOf(main)));
  refuseNames(name, description);
  const isScript = (file: GivenFile) => SCRIPT.test(file.path) || startsAsScript(file.bytes);
  const scripts = files.filter((file) => file !== main && isScript(file));
  const served = files.filter((file) => file !== main && !scripts.includes(file) && SERVED.test(file.path));
  return {
    name,
    description,
    namedTools: allowedTools,
    pin: pinOfFiles(files),
    files: [main, ...served].map((file) => ({ path: file.path, text: textOf(file) })),
    scripts: scripts.map(scriptOf),
    leftOut: files.filter((file) => ![main, ...served, ...scripts].includes(file)).map(({ path }) => path),
  };
}

/** One hash over the names and the bytes of all files. */
export function pinOfFiles(files: readonly GivenFile[]): Sha256Hex {
  const hashes = files.map(({ path, bytes }): [string, string] => [path, sha256Hex(bytes)]);
  return sha256Hex(canonicalize(Object.fromEntries(hashes)));
}

function scriptOf({ path, bytes }: GivenFile): SkillScript {
  return { path, sha256: sha256Hex(bytes), text: decoded(bytes, path) };
}

function startsAsScript(bytes: Uint8Array): boolean {
  return bytes[0] === 0x23 && bytes[1] === 0x21;
}

function refuseNames(name: string, description: string): void {
  if (!new RegExp(SKILL_NAME_PATTERN).test(name) || name.length > MAX_SKILL_NAME) {
    throw new Error(
      `${MAIN}: the name is refused; write at most ${MAX_SKILL_NAME} lower case letters, digits and single dashes`,
    );
  }
  if (description.length > MAX_SKILL_DESCRIPTION) {
    throw new Error(
      `${MAIN}: the description has ${description.length} characters, and ${MAX_SKILL_DESCRIPTION} are the most`,
    );
  }
}

/** The text of a file that is served. */
function textOf({ path, bytes }: GivenFile): string {
  if (bytes.length > MAX_SKILL_FILE_BYTES) {
    throw new Error(`${path} has ${bytes.length} bytes, and ${MAX_SKILL_FILE_BYTES} are the most; split it`);
  }
  const text = decoded(bytes, path);
  if (hidesCharacters(text.replace(/^\uFEFF/, '').replace(/[\r\t]/g, ''))) {
    throw new Error(
      `${path} holds characters that a person can't see and a model can read; look at it with "cat -v", and remove them`,
    );
  }
  return text;
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${path} isn't UTF-8; save it as UTF-8, or remove it`);
  }
}

function atMain<Read>(read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    const { message } = error as Error;
    throw message.startsWith(MAIN) ? error : new Error(`${MAIN}: ${message}`);
  }
}
