import type { RefusedAlike, RequestItem, Sha256Hex } from '../core/contracts';

export interface RefusedPorts {
  readonly requests: {
    isRefused(sessionId: string, digest: string): Promise<boolean>;
    refusedAlike(sessionId: string, key: Sha256Hex): Promise<RefusedAlike | undefined>;
  };
}

/**
 * Whether a person denied the same call in this session, or all calls alike. It counts for requests that waited already: whoever denied
 * was told that such a call never runs.
 */
export async function isRefusedByNow(
  { sessionId, digest, alikeKey }: Pick<RequestItem, 'sessionId' | 'digest' | 'alikeKey'>,
  { requests }: RefusedPorts,
): Promise<boolean> {
  const [same, alike] = await Promise.all([
    requests.isRefused(sessionId, digest),
    alikeKey === undefined ? undefined : requests.refusedAlike(sessionId, alikeKey),
  ]);
  return same || alike?.all === true;
}
