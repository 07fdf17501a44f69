import { runCommandLine } from '../../bin/command-line/run-command-line';
import { COMMANDS } from '../../bin/command-list';

/** What a call of the command line left. */
export interface CallResult {
  readonly code: number;
  /** Lines of standard output; JSON is one of them. */
  readonly out: string[];
  readonly err: string[];
}

/** Calls `hardened-agent` in this process. */
export async function hardenedAgent(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  commands = COMMANDS,
  input = '',
): Promise<CallResult> {
  const out: string[] = [];
  const err: string[] = [];
  const sink = { out: (line: string) => out.push(line), err: (line: string) => err.push(line), env, read: () => input };
  return { code: await runCommandLine(args, sink, commands), out, err };
}
