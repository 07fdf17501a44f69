import { randomBytes } from 'node:crypto';
import type { PageStore, StoredPage } from '../aws/page-store';
import type { JsonObject } from '../core/contracts';
import { sha256Hex } from '../core/digest';
import type { ExecutorTool, HttpCredential, HttpPages } from '../core/executor-config';
import { canonicalize } from '../core/json/canonicalize';
import { decodeText } from './decode-text';
import { encodedPairs } from './encode-values';
import { buildHttpRequest, type HttpRequest } from './http-request';
import { moreResults, nextPage, withoutPage } from './next-page';
import type { Reach } from './public-address';
import { type HttpAnswer, sendRequest } from './send-request';
import { type CredentialValue, NotSentError, type TargetAnswer } from './target-answer';

/** How much more than the tool's limit is read of an answer. The output check refuses what exceeds the limit. */
const SLACK_BYTES = 1024;

/** The target of a connector that speaks HTTP. */
export interface HttpTarget {
  readonly baseUrl: string;
  /** @default public */
  readonly reach?: Reach;
  /** @default no page after the first can be reached */
  readonly pages?: Pick<PageStore, 'get' | 'put'>;
  /** Of the call. */
  readonly sessionId?: string;
}

/**
 * Calls the target once, without retries. Redirects are not followed: they could send the credential elsewhere.
 *
 * @throws NotSentError if nothing was sent
 * @throws OutcomeUnknownError if no whole answer came
 */
export async function callHttpTarget(
  target: HttpTarget,
  tool: ExecutorTool,
  args: JsonObject,
  credential: HttpCredential | undefined,
  value: CredentialValue | undefined,
): Promise<TargetAnswer> {
  const { baseUrl, reach = 'public' } = target;
  const pages = tool.http?.pages;
  const call = pages === undefined ? args : withoutPage(args, pages);
  const page = pages && (await requestedPage(target, tool, args, call, pages));
  const first = page?.kind === 'cursor' && pages?.cursor ? withCursor(tool, pages.cursor, page.place) : tool;
  const request = buildHttpRequest(baseUrl, first, call, credential, value?.value);
  if (page?.kind === 'query') toQuery(request, page.place, credential, value?.value);
  const answer = await sendRequest(request, {
    timeoutMs: tool.timeoutMs,
    maxBytes: tool.maxResultBytes + SLACK_BYTES,
    reach,
  });
  const { ok, content, ...said } = answerOf(answer);
  if (!ok || pages === undefined) return { ok, content, ...said };
  const reason = await offerNext(target, tool, pages, { request, call, answer, content }, credential, value?.value);
  return { ok, content, ...said, ...(reason === undefined ? {} : { reason }) };
}

function answerOf({ status, headers, bytes }: HttpAnswer): TargetAnswer {
  const ok = status >= 200 && status < 300;
  const content = decodeText(bytes, headers['content-type'] ?? null);
  if (ok) return { ok, content, targetStatus: status };
  const mayHaveRun = isUncertain(status);
  return status >= 300 && status < 400
    ? {
        ok,
        content: '',
        targetStatus: status,
        mayHaveRun,
        reason: 'The target answered with a redirect, which is never followed.',
      }
    : { ok, content, targetStatus: status, mayHaveRun, reason: `The target answered with status ${status}.` };
}

/**
 * Whether the request may have taken effect in spite of the status: a redirect often follows a successful write, and a
 * 5xx or 408 may come from a gateway or from a target that failed in the middle. A 1xx says nothing of the end.
 * Source: RFC 9110, 15.2 (1xx), 15.4.4 (303), 15.5.9 (408), 15.6 (5xx).
 */
function isUncertain(status: number): boolean {
  return status < 200 || (status >= 300 && status < 400) || status === 408 || status >= 500;
}

/** The page that a call asks for. Undefined: the first one. */
async function requestedPage(
  { pages: store, sessionId = '' }: HttpTarget,
  tool: ExecutorTool,
  args: JsonObject,
  call: JsonObject,
  { argument }: HttpPages,
): Promise<StoredPage | undefined> {
  const reference = Object.hasOwn(args, argument) ? args[argument] : undefined;
  if (typeof reference !== 'string') return undefined;
  const page = await store?.get(sessionId, reference);
  if (page?.tool === tool.name && page.argsHash === sha256Hex(canonicalize(call))) return page;
  throw new NotSentError(
    `The reference in "${argument}" isn’t one of this tool with these arguments in this session. Call without it for the first page. Nothing was sent.`,
  );
}

function withCursor(
  tool: ExecutorTool,
  { in: place, name }: NonNullable<HttpPages['cursor']>,
  value: string,
): ExecutorTool {
  if (!tool.http || place === 'whole-body') return tool;
  const constants = [...(tool.http.constants ?? []), { in: place, name, value }];
  return { ...tool, http: { ...tool.http, constants } };
}

function toQuery(
  { url }: HttpRequest,
  query: string,
  credential: HttpCredential | undefined,
  value: string | undefined,
): void {
  const key =
    credential?.kind === 'query' && value !== undefined
      ? encodedPairs(credential.parameterName ?? 'api_key', value)
      : [];
  url.search = [query, ...key].join('&');
}

/** What the agent is told of the next page. Undefined: there is none. */
async function offerNext(
  { pages: store, sessionId = '' }: HttpTarget,
  tool: ExecutorTool,
  pages: HttpPages,
  { request, call, answer, content }: { request: HttpRequest; call: JsonObject; answer: HttpAnswer; content: string },
  credential: HttpCredential | undefined,
  secret: string | undefined,
): Promise<string | undefined> {
  const link = answer.headers.link;
  const next = nextPage(
    pages,
    request,
    { link: Array.isArray(link) ? link.join() : link, content },
    credential,
    secret,
  );
  if (next.kind === 'none') return undefined;
  if (next.kind === 'refused') return next.why;
  const reference = randomBytes(16).toString('base64url');
  const { place } = next;
  const stored: StoredPage = {
    tool: tool.name,
    argsHash: sha256Hex(canonicalize(call)),
    ...('query' in place ? { kind: 'query', place: place.query } : { kind: 'cursor', place: place.cursor }),
  };
  try {
    await store?.put(sessionId, reference, stored, Math.floor(Date.now() / 1000));
  } catch {
    // The call has succeeded, and its result is whole.
    return 'There are more results, but their reference could not be kept. Ask again later.';
  }
  return moreResults(tool, pages, reference);
}
