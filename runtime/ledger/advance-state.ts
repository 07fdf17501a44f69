import { PLATFORM_STREAM } from '../core/contracts';
import { noteDeployment } from '../core/ledger/deploy-entry';
import { parseEntry } from '../core/ledger/entry';
import { parseEntryKey } from '../core/ledger/entry-key';
import { handedOverTo } from '../core/ledger/key-rotation';
import type { AppendedBatch } from './append-batch';
import { currentSigner } from './current-signer';
import type { StoredText } from './entry-texts';
import type { Signer } from './sealer-ports';
import type { SealerState } from './sealer-state';

/** The state after a batch. @param sealedAt when the batch was made, epoch milliseconds */
export function advanceState(
  before: SealerState,
  { edge, tail }: AppendedBatch,
  entries: readonly StoredText[],
  sealedAt: number,
  signers: readonly [Signer, ...Signer[]],
): SealerState {
  const after: SealerState = {
    ...before,
    edge,
    tail: tail.map(({ key }) => key),
    streams: new Map(before.streams),
    deployed: new Map(before.deployed),
  };
  for (const entry of entries) follow(after, entry, sealedAt, signers);
  return after;
}

function follow(
  state: SealerState,
  { key, text }: StoredText,
  sealedAt: number,
  signers: readonly [Signer, ...Signer[]],
): void {
  const place = parseEntryKey(key);
  const parsed = parseEntry(text);
  const entry = parsed.ok ? parsed.entry : undefined;
  if (place) {
    const cursor = state.streams.get(place.stream);
    state.streams.set(place.stream, {
      next: place.seq + 1,
      sealedAt,
      checkedAt: cursor?.checkedAt ?? 0,
      ended: entry?.type === 'session_end' || (cursor?.ended ?? false),
    });
  }
  switch (entry?.type) {
    case 'key_rotation':
      state.signerId = handedOverTo(entry, currentSigner(signers, state).key)?.id ?? state.signerId;
      break;
    case 'deploy':
      if (place?.stream === PLATFORM_STREAM) noteDeployment(state.deployed, entry);
      break;
    case 'heartbeat':
      state.heartbeatAt = Math.max(state.heartbeatAt, sealedAt);
      break;
    default:
  }
}
