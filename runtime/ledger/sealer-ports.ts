import type { Deployment } from '../core/contracts';
import type { VerifierKey } from '../core/merkle/note';
import type { ObjectStore } from './object-store';

/** A key that signs checkpoints. */
export interface Signer {
  /** Its name is the log's origin. */
  readonly key: VerifierKey;
  /** Ed25519 over the bytes of the text. */
  sign(text: string): Promise<Uint8Array>;
}

export interface SealerPorts {
  /** The locked bucket: entries, batches, checkpoints. */
  readonly ledger: ObjectStore;
  /** The unlocked bucket: tiles, the latest checkpoint, the sealer's state. */
  readonly publication: ObjectStore;
  /** The second place of every checkpoint. */
  readonly witness?: ObjectStore;
  /** The log's signing keys, the oldest first. The sealer hands the log over to the last one by itself. */
  readonly signers: readonly [Signer, ...Signer[]];
  /** What is deployed of each agent. The sealer records it whenever it changes. */
  readonly deployments: readonly Deployment[];
  /** Epoch milliseconds. */
  now(): number;
  randomHex(bytes: number): string;
  log(line: string): void;
}

export interface SealerLimits {
  /** How long the sealer waits for a missing sequence number before it becomes `void`. Milliseconds. */
  readonly mergeDelayMs: number;
  /** How often a heartbeat is sealed at least. Milliseconds. */
  readonly heartbeatMs: number;
  /** Age after which a stream is no longer listed, if its id holds its start time. Milliseconds. */
  readonly streamLifeMs: number;
  /** After this time, a run starts no further batch. Milliseconds from the start of the run. */
  readonly budgetMs: number;
}

export const DEFAULT_LIMITS: SealerLimits = {
  mergeDelayMs: 5 * 60_000,
  heartbeatMs: 3_600_000,
  streamLifeMs: 15 * 24 * 3_600_000,
  budgetMs: 40_000,
};
