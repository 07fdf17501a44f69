import type { LedgerEntry } from '../core/contracts';
import { buildEntry } from '../core/ledger/build-entry';
import type { SealerPorts } from './sealer-ports';

/** An entry that the sealer itself writes. */
export function ownEntry(
  ports: Pick<SealerPorts, 'now' | 'randomHex'>,
  stream: string,
  seq: number,
  type: 'void' | 'heartbeat' | 'key_rotation' | 'deploy',
): LedgerEntry {
  return buildEntry({ type, sessionId: stream, seq, actor: 'sealer', at: ports.now(), salt: ports.randomHex(16) });
}
