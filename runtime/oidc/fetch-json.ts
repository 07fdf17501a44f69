import type { JsonObject, JsonValue } from '../core/contracts';
import { isObject } from '../core/json/is-object';

/** The global `fetch`, as far as it is used here. */
export type Fetch = (url: string, options: { redirect: 'manual'; signal: AbortSignal }) => Promise<Response>;

/** Milliseconds for one answer, the body included. */
const TIMEOUT_MS = 3000;
/** No discovery document or key set comes near. */
const MOST_BYTES = 256 * 1024;

/**
 * A JSON object of the issuer. An issuer isn't trusted to answer well: an answer that is slow, huge, redirected or no object is
 * refused, and so is an address without TLS.
 * @throws Error that names the address and what is wrong
 */
export async function fetchJson(url: string, fetch: Fetch, timeoutMs = TIMEOUT_MS): Promise<JsonObject> {
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') throw new Error(`${url} isn't an https address`);
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, { redirect: 'manual', signal });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${url} answered with status ${response.status}`);
  }
  const value = JSON.parse(await bodyOf(response, url)) as JsonValue;
  if (!isObject(value)) throw new Error(`${url} answered with something else than a JSON object`);
  return value;
}

/** The declared length proves nothing, so the bytes are counted as they come. */
async function bodyOf(response: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (bytes > MOST_BYTES) throw new Error(`${url} answered with more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
}
