import type { Context } from 'aws-lambda';
import { logAs } from '../aws/log-line';
import type { RunAnswer } from '../core/contracts';
import { codeHost } from './code-host';
import { runCode } from './run-code';

const log = logAs('code-sandbox');
const supervisor = codeHost(__dirname);

/** Runs one piece of code where it reaches nothing. It trusts neither its event nor the code. */
export async function handler(event: unknown, context: Context): Promise<RunAnswer> {
  const { answer, isolation } = await runCode(event, context.tenantId ?? '', supervisor);
  // Never the code, its input or its output: the log is kept for longer than they are.
  log({ event: 'run', status: answer.status, durationMs: answer.durationMs, isolation });
  return answer;
}
