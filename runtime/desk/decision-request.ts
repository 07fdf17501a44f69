import { isObject } from '../core/json/is-object';
import { parseStrict } from '../core/json/parse-strict';
import { cookieOf, SESSION_COOKIE } from './cookies';
import type { DeskRequest } from './desk-request';
import { antiForgeryToken, isSame } from './sign-in';

/** The header with the anti-forgery token. A form of another site can't set a header. */
export const ANTI_FORGERY_HEADER = 'x-desk-anti-forgery';

const MAX_BYTES = 16_384;

/** Why a request of a browser isn't accepted as the person's own. Undefined: it is. */
export function forgeryProblem(request: DeskRequest, origin: string): string | undefined {
  const { headers } = request;
  const site = headers['sec-fetch-site'];
  if (headers.origin !== origin || (site !== undefined && site !== 'same-origin')) {
    return 'This came from another page. Open the desk, and decide there.';
  }
  const sessionId = cookieOf(headers.cookie, SESSION_COOKIE);
  if (sessionId === undefined || !isSame(headers[ANTI_FORGERY_HEADER], antiForgeryToken(sessionId))) {
    return 'This page is older than your sign-in. Load it again, and decide there.';
  }
  return undefined;
}

/** A decision as the deciding function takes it, or why it isn't sent on. */
export type ReadDecision = { readonly body: string } | { readonly status: number; readonly reason: string };

/** Reads a decision. The person must have confirmed it: one click alone decides nothing. */
export function readDecision({ headers, body }: DeskRequest): ReadDecision {
  if (!/^application\/json\s*(?:;\s*charset=utf-8\s*)?$/i.test(headers['content-type'] ?? '')) {
    return { status: 415, reason: 'Send the decision as application/json.' };
  }
  const parsed = parseStrict(body, { maxBytes: MAX_BYTES, maxDepth: 2 });
  if (!parsed.ok || !isObject(parsed.value)) return { status: 400, reason: 'The decision isn’t a JSON object.' };
  const { confirmed, ...decision } = parsed.value;
  if (confirmed !== true) {
    return { status: 400, reason: 'The decision wasn’t confirmed: send "confirmed": true with it.' };
  }
  return { body: JSON.stringify(decision) };
}
