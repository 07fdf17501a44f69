import type { ApprovalCard, WaitingList } from '../../runtime/approvals/approval-card';
import type { DecisionReply } from '../../runtime/approvals/decide';
import type { DecisionBody } from '../../runtime/approvals/decision-body';

/** The desk's answer, with the HTTP status. */
export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** What the commands ask of a desk, by either way in. */
export interface DeskApi {
  list(): Promise<Answer<WaitingList>>;
  show(requestId: string): Promise<Answer<ApprovalCard>>;
  decide(requestId: string, body: DecisionBody): Promise<Answer<DecisionReply>>;
}

const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/**
 * Sends one request, and reads the answer as JSON.
 * @param server what answers, for errors: `desk`
 * @param check what to check where the answer isn't JSON
 * @throws Error when the server can't be reached, or its answer is too large or isn't JSON
 */
export async function fetchJson<Body>(
  url: URL,
  init: RequestInit,
  { server, check }: { readonly server: string; readonly check: string },
): Promise<Answer<Body>> {
  const { status, text } = await fetchText(url, init, server);
  try {
    return { status, body: JSON.parse(text) as Body };
  } catch {
    throw new Error(`The ${server} answered ${status} without JSON. ${check}`);
  }
}

async function fetchText(
  url: URL,
  init: RequestInit,
  server: string,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await response.text();
    if (text.length <= MAX_ANSWER_BYTES) return { status: response.status, text };
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    throw new Error(`The ${server} at ${url.host} can't be reached: ${why}.`);
  }
  throw new Error(`The ${server}'s answer is larger than ${MAX_ANSWER_BYTES} bytes.`);
}
