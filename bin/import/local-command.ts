import type { NotImported } from './declared-server';
import { looksSecret, namesSecret } from './looks-secret';

/** A program that a configuration starts, as far as it may be printed. */
interface Program {
  /** Such as `npx firebase-tools@latest`. Arguments may hold secrets, so no others are shown. */
  readonly shown: string;
  /** Why another program may run tomorrow. */
  readonly unpinned?: string;
}

const RUNNERS = new Set(['npx', 'uvx', 'bunx', 'pipx', 'pnpx', 'npm', 'pnpm', 'yarn', 'bun', 'uv', 'docker', 'podman']);
const PACKAGE = /^(?:@[a-z0-9._-]{1,60}\/)?[A-Za-z0-9._-]{1,60}(?:(?:@|==)[A-Za-z0-9.^~_-]{1,30})?$/;
const IMAGE = /^[a-z0-9][a-z0-9./_-]{0,120}(?::[A-Za-z0-9._-]{1,60})?(?:@sha256:[0-9a-f]{64})?$/;
/** Options of runners that take a value, which isn't what they run. */
const WITH_VALUE = new Set(
  '-e --env -v --volume --name -p --publish --network --env-file -w --workdir --mount -u --user --entrypoint --platform --add-host --cwd --directory --python -c --package-dir'.split(
    ' ',
  ),
);
const WORDS = new Set(['run', 'exec', 'x', 'dlx', 'tool', 'start', 'container']);

/** What to do with a server that is a local program. A function can't be one: it lives for one call, and the server for a session. */
export const INSTEAD_OF_A_PROGRAM =
  'use the vendor’s remote server, or run it from a pinned image behind HTTPS, and import that address (docs/mcp.md says how); or do what the agent needs in a function of your own (LambdaConnector)';

/** Why a server that is a local program can't be imported, and what to do instead. */
export function explainCommand(command: string, args: readonly string[]): NotImported {
  const { shown, unpinned } = programOf(command, args);
  const also = unpinned === undefined ? '' : `; ${unpinned}`;
  return {
    why: `it is a program (${shown}) that talks over standard input, and the agent’s task runs none: it would have the agent’s role${also}`,
    instead: INSTEAD_OF_A_PROGRAM,
  };
}

/** The same for a command as the instructions of servers print it, such as `npx -y @acme/server`; undefined if it is none. */
export function explainTyped(typed: string): NotImported | undefined {
  const [command = '', ...args] = typed.trim().split(/\s+/);
  return args.length > 0 && (RUNNERS.has(command) || /^(?:node|deno|python3?)$/.test(command))
    ? explainCommand(command, args)
    : undefined;
}

/** The address behind a program that only connects to it, such as `mcp-remote`, and the headers that it adds. */
export function bridgedAddress(
  command: string,
  args: readonly string[],
): { readonly url: string; readonly headers: Readonly<Record<string, string>> } | undefined {
  const isBridge = [command, ...args].some((word) => /^(?:.*\/)?mcp-remote(?:@[\w.^~-]+)?$/.test(word));
  const url = args.find((arg) => /^https?:\/\//.test(arg));
  if (!isBridge || url === undefined) return undefined;
  const headers = args.flatMap((arg, i) => {
    const [, name, value] = (args[i - 1] === '--header' && /^([^:]+):\s*(.*)$/s.exec(arg)) || [];
    return name === undefined || value === undefined ? [] : [[name.trim(), value] as const];
  });
  return { url, headers: Object.fromEntries(headers) };
}

function programOf(command: string, args: readonly string[]): Program {
  const name = command.split(/[\\/]/).at(-1) ?? '';
  const runner = name.replace(/\.(?:exe|cmd)$/i, '');
  if (!/^[A-Za-z0-9._-]{1,30}$/.test(runner) || looksSecret(runner)) return { shown: 'a program of another name' };
  if (!RUNNERS.has(runner)) return { shown: runner };
  const what = whatRuns(args);
  const isContainer = runner === 'docker' || runner === 'podman';
  if (what === undefined || looksSecret(what)) return { shown: runner };
  if (/^git\+https?:/.test(what)) return { shown: `${runner}, from a Git repository`, unpinned: NEXT_COMMIT };
  if (!(isContainer ? IMAGE : PACKAGE).test(what)) return { shown: runner };
  const isPinned = isContainer ? what.includes('@sha256:') : /(?:@|==)v?\d+\.\d+\.\d+/.test(what);
  const next = isContainer ? 'the image has no digest, so it may change' : NEXT_VERSION;
  return { shown: `${runner} ${what}`, ...(isPinned ? {} : { unpinned: next }) };
}

const NEXT_VERSION = 'it names no exact version, so whoever publishes the next one decides what runs';
const NEXT_COMMIT = 'it names no commit, so whoever pushes the next one decides what runs';

function whatRuns(args: readonly string[]): string | undefined {
  return args.find((arg, i) => {
    const before = args[i - 1] ?? '';
    const isValue = WITH_VALUE.has(before) || (before.startsWith('-') && namesSecret(before));
    return !arg.startsWith('-') && !isValue && !WORDS.has(arg);
  });
}
