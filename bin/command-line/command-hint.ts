import path from 'node:path';

/** The program of one file that only checks templates. */
const CHECKER = 'hardened-agent-check';

/**
 * How the user starts this program. The checker's file may lie anywhere, and npm makes a command without an ending of it. The Python
 * package brings the command itself: there, `npx` would fetch a package of this name from npm's registry, and anyone could have
 * published it. jsii names the language that started it in `JSII_AGENT`.
 */
export function programName(env: NodeJS.ProcessEnv = process.env, file = process.argv[1] ?? ''): string {
  const name = path.basename(file);
  if (name === CHECKER) return `npx ${CHECKER}`;
  if (name === `${CHECKER}.js`) return `node ${shellWord(path.relative('', file))}`;
  return env.JSII_AGENT?.startsWith('Python') ? 'hardened-agent' : 'npx hardened-agent';
}

/** A whole command that the user can copy, quoted for a shell. */
export function commandHint(...words: readonly string[]): string {
  return [programName(), ...words.map(shellWord)].join(' ');
}

/** The words of an option, or none when it has no value. */
export function optionWords(option: string, value: string | undefined): string[] {
  return value === undefined ? [] : [option, value];
}

/** A word as a shell reads it back, quoted where needed. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
