import { alikeKey } from '../core/approvals/alike-key';
import type { JsonObject, Sha256Hex, ToolManifest } from '../core/contracts';
import { Denied } from '../core/denied';
import type { GatePorts } from './gate-ports';

/** After so many refusals of the same tool and targets, further calls of them are refused without asking. */
const MOST_REFUSALS = 2;

/** What people refused before of a call's kind. */
export type EarlierRefusal = 'same call' | 'all alike' | 'several alike';

/** What people refused before of this call or of calls alike. Undefined: nothing that keeps it from running or asking. */
export async function earlierRefusal(
  sessionId: string,
  { tool, digest }: { readonly tool: ToolManifest; readonly digest: Sha256Hex },
  args: JsonObject,
  { requests }: Pick<GatePorts, 'requests'>,
): Promise<EarlierRefusal | undefined> {
  const key = alikeKey(tool, args);
  const [same, alike] = await Promise.all([
    requests.isRefused(sessionId, digest),
    key === undefined ? undefined : requests.refusedAlike(sessionId, key),
  ]);
  if (same) return 'same call';
  if (alike?.all) return 'all alike';
  return (alike?.refusals ?? 0) >= MOST_REFUSALS ? 'several alike' : undefined;
}

/** @throws Denied in words that the agent can act on */
export function refuseAgain(refusal: EarlierRefusal, { name }: Pick<ToolManifest, 'name'>): never {
  if (refusal === 'same call') throw new Denied('RECENTLY_REFUSED');
  const why = refusal === 'all alike' ? 'A person denied every call' : 'People denied several calls';
  throw new Denied('RECENTLY_REFUSED', {
    reason: `${why} of ${name} with these targets in this session, whatever its other arguments. Don’t try variants of it; tell the user.`,
  });
}
