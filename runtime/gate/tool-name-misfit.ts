import { TOOL_NAME_PATTERN } from '../core/contracts';

const TOOL_NAME = new RegExp(TOOL_NAME_PATTERN);
const MOST_CHARACTERS = 64;
/** Characters that are told of one name. */
const MOST_TOLD = 4;

/** Why a text can't be the name of a tool. Its other characters are told by their code points, because they may look like letters. */
export function toolNameMisfit(name: string): string | undefined {
  if (TOOL_NAME.test(name)) return undefined;
  if (name === '') return 'The name of the tool is empty.';
  const characters = Array.from(name);
  const others = characters.flatMap((character, index) =>
    /^[a-zA-Z0-9_-]$/.test(character) ? [] : [`${codePoint(character)} at position ${index + 1}`],
  );
  if (others.length === 0) {
    return characters.length > MOST_CHARACTERS
      ? `The name of the tool has more than ${MOST_CHARACTERS} characters.`
      : 'The name of the tool doesn’t begin with a letter.';
  }
  const more = others.length > MOST_TOLD ? ` and ${others.length - MOST_TOLD} more` : '';
  return `The name of the tool has ${others.slice(0, MOST_TOLD).join(', ')}${more}. Names have the letters a-z and A-Z, digits, _ and - only: write it with these.`;
}

/**
 * How a name differs from that of a tool that it looks like: by a letter that looks like another, by its case, or by - for _. Undefined: it
 * looks like none of them.
 */
export function lookAlike(name: string, names: readonly string[]): string | undefined {
  const meant = names.find((each) => shape(each) === shape(name));
  if (meant === undefined) return undefined;
  const [given, wanted] = [Array.from(name), Array.from(meant)];
  const at = wanted.findIndex((character, index) => character !== given[index]);
  const [here = '', there = ''] = at < 0 ? [given[wanted.length]] : [given[at], wanted[at]];
  const difference = `${here ? codePoint(here) : 'nothing'} at position ${(at < 0 ? wanted.length : at) + 1}, where that has ${there ? codePoint(there) : 'nothing'}`;
  return `The name only looks like ${meant}: it has ${difference}. Write the name exactly.`;
}

/** Names of one shape can be taken for each other. */
function shape(name: string): string {
  return name
    .toLowerCase()
    .replace(/[-_]/g, '')
    .replace(/rn/g, 'm')
    .replace(/vv/g, 'w')
    .replace(/[1il]/g, 'l')
    .replace(/0/g, 'o');
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
