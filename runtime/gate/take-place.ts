import { DEFAULT_WAITING_REQUESTS, type RequestItem } from '../core/contracts';
import { Denied } from '../core/denied';
import type { GateParts } from './gate-parts';
import { nowSeconds } from './gate-ports';

/** A place whose request isn't stored yet counts as taken for this long. By then, its call has ended. */
const STORING_SECONDS = 60;

type Asking = { readonly requestId: string; readonly session: { readonly sessionId: string } };

/**
 * Takes one of the session's places for calls that wait for a person, so that a flood of questions can't tire people out.
 * @throws Denied if as many wait as may. It isn't counted as a denial: nobody refused anything
 */
export async function takePlace(
  { requestId, session: { sessionId } }: Asking,
  { manifest, ports }: Pick<GateParts, 'manifest' | 'ports'>,
): Promise<void> {
  const most = manifest.maxWaitingRequests ?? DEFAULT_WAITING_REQUESTS;
  const place = `${requestId} ${nowSeconds(ports)}`;
  if (await ports.waiting.take(sessionId, place, most)) return;
  const ended = await endedPlaces(sessionId, ports);
  if (ended.length > 0) {
    await ports.waiting.free(sessionId, ended);
    if (await ports.waiting.take(sessionId, place, most)) return;
  }
  throw new Denied('TOO_MANY_WAITING', {
    reason: `This session has ${most} calls that wait for a person, as many as may wait at once. Poll get_request until one of them is decided, then send this call again; or finish without it.`,
    mistake: true,
  });
}

/** The places of requests that wait no longer, and second places of one request. */
async function endedPlaces(sessionId: string, ports: GateParts['ports']): Promise<string[]> {
  const places = await ports.waiting.list(sessionId);
  const found = await Promise.all(
    places.map(async (place, index) => {
      const [requestId = '', since = '0'] = place.split(' ');
      const isSecond = places.slice(0, index).some((other) => other.startsWith(`${requestId} `));
      const request = await ports.requests.get(sessionId, requestId);
      const waits = request ? isWaiting(request, ports) : Number(since) + STORING_SECONDS > nowSeconds(ports);
      return waits && !isSecond ? [] : [place];
    }),
  );
  return found.flat();
}

function isWaiting({ status, expiresAt }: RequestItem, ports: GateParts['ports']): boolean {
  return status === 'PENDING' && expiresAt > nowSeconds(ports);
}
