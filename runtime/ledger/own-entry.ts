import type { LedgerEntry } from '../core/contracts';
import type { SealerPorts } from './sealer-ports';

/** An entry that the sealer itself writes. */
export function ownEntry(
  ports: Pick<SealerPorts, 'now' | 'randomHex'>,
  stream: string,
  seq: number,
  type: 'void' | 'heartbeat' | 'key_rotation' | 'deploy',
): LedgerEntry {
  return {
    v: 1,
    seq,
    at: new Date(ports.now()).toISOString(),
    sessionId: stream,
    type,
    actor: 'sealer',
    argsHash: '',
    argsRef: '',
    salt: ports.randomHex(16),
    policyVersion: '',
  };
}
