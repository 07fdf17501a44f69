import { parseEntry } from '../ledger/entry';
import type { AuditFindings } from './audit-finding';
import type { FollowedStreams } from './followed-streams';
import { leafPlace } from './leaf-place';
import type { LedgerObject, LedgerSource } from './ledger-source';
import type { SealedObjects } from './sealed-objects';

export interface UnsealedOptions {
  /** When the buckets were read, epoch milliseconds. */
  readonly readAt: number;
  /** How long an entry may wait for its seal. Milliseconds. */
  readonly sealWithinMs: number;
  /** Whether the end of the log is gone. Then nothing shows which of the later entries were sealed. */
  readonly cut: boolean;
}

/** Counts the entries in the bucket, and reports unsealed ones that wait too long. */
export async function judgeUnsealed(
  source: LedgerSource,
  sealed: { readonly streams: FollowedStreams; readonly objects: SealedObjects },
  findings: AuditFindings,
  { readAt, sealWithinMs, cut }: UnsealedOptions,
): Promise<{ readonly pending: number; readonly sealed: number }> {
  const counts = { pending: 0, sealed: 0 };
  for await (const object of source.list('entries/')) {
    const { key } = object;
    const { own } = leafPlace(key);
    if (own && own.seq < sealed.streams.nextOf(own.stream)) {
      counts.sealed += 1;
      continue;
    }
    if (sealed.objects.isInserted(key)) continue;
    if (!own) {
      findings.add({ code: 'ENTRY_INSERTED', where: key, message: 'No writer makes a key like this.' });
      continue;
    }
    if (cut) continue;
    const since = object.modified ?? (await writtenAt(source, object));
    if (readAt - since <= sealWithinMs) counts.pending += 1;
    else findings.add(unsequenced(key, since));
  }
  return counts;
}

function unsequenced(key: string, since: number) {
  return {
    code: 'UNSEQUENCED',
    where: key,
    message: `This entry was written at ${new Date(since).toISOString()} and isn't in the signed tree.`,
  } as const;
}

/** When the entry says that it was written, epoch milliseconds. 0 where the object is not an entry. */
async function writtenAt(source: LedgerSource, { key }: LedgerObject): Promise<number> {
  const [text = ''] = await source.read([key]);
  const parsed = parseEntry(text);
  return parsed.ok ? Date.parse(parsed.entry.at) : 0;
}
