import { createHash } from 'node:crypto';

/** Reserved words and built-ins that the names of files and variables could meet. Both languages. */
const RESERVED = new Set(
  'and as assert async await break case catch class const continue debugger def default del delete do elif else enum except export extends finally for from function global if import in interface is lambda let new none nonlocal not null or package pass private protected public raise return static super switch this throw true try type typeof undefined var void while with yield self index'.split(
    ' ',
  ),
);

/** A name made of foreign text: lower case letters, digits and single dashes, beginning with a letter. */
export function identifierOf(foreign: string): string {
  const plain = foreign
    .normalize('NFKD')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  const usable = plain === '' ? `server-${shortHash(foreign)}` : plain;
  return RESERVED.has(usable) ? `${usable}-server` : usable;
}

/** Whether a name is one that `identifiersOf` makes. */
export function isIdentifier(name: string): boolean {
  return /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) && !RESERVED.has(name);
}

/** `google-drive` as `GoogleDrive`. */
export function pascalCase(identifier: string): string {
  return identifier.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `google-drive` as `googleDrive`. */
export function camelCase(identifier: string): string {
  return identifier.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `google-drive` as `google_drive`. */
export function snakeCase(identifier: string): string {
  return identifier.replaceAll('-', '_');
}

/** Identifiers for names of one file, each its own. */
export function identifiersOf(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const wanted = identifierOf(name);
    let free = wanted;
    for (let n = 2; taken.has(free); n += 1) free = `${wanted}-${n}`;
    taken.add(free);
    return free;
  });
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
