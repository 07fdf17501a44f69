/** A whole command that the user can copy, quoted for a shell. `npx` finds it wherever the package is installed. */
export function commandHint(...words: readonly string[]): string {
  return ['npx', 'hardened-agent', ...words.map(shellWord)].join(' ');
}

/** The words of an option, or none when it has no value. */
export function optionWords(option: string, value: string | undefined): string[] {
  return value === undefined ? [] : [option, value];
}

/** A word as a shell reads it back, quoted where needed. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
