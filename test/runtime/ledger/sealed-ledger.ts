import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Deployment, type LedgerEntry, ledgerKey } from '../../../runtime/core/contracts';
import { encodeEntry } from '../../../runtime/core/ledger/entry';
import { type VerifierKey, verifierKeyFromSpki } from '../../../runtime/core/merkle/note';
import type { ObjectStore } from '../../../runtime/ledger/object-store';
import { Sealer } from '../../../runtime/ledger/sealer';
import { DEFAULT_LIMITS, type SealerLimits, type Signer } from '../../../runtime/ledger/sealer-ports';
import { MemoryStore } from './memory-store';

export const START = Date.parse('2026-11-25T12:00:00Z');

/** A key pair as KMS would hold it. */
export function signingKey(name: string): { privateKey: KeyObject; key: VerifierKey } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, key: verifierKeyFromSpki(name, publicKey.export({ format: 'der', type: 'spki' })) };
}

function signer({ privateKey, key }: ReturnType<typeof signingKey>): Signer {
  return { key, sign: async (text) => sign(null, Buffer.from(text), privateKey) };
}

/** A denial, unless `more` says otherwise; what it sets to undefined is left out. */
export function entry(sessionId: string, seq: number, more: Partial<LedgerEntry> = {}): LedgerEntry {
  const made: LedgerEntry = {
    v: 1,
    seq,
    at: new Date(START + seq * 1000).toISOString(),
    sessionId,
    type: 'denial',
    actor: 'task/t',
    argsHash: 'a'.repeat(64),
    argsRef: `args/${sessionId}/r-${seq}`,
    salt: 'b'.repeat(32),
    decision: { code: 'UNKNOWN_TOOL', policyIds: [], taint: false },
    policyVersion: '',
    ...more,
  };
  return Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)) as unknown as LedgerEntry;
}

/** A ledger in memory: locked bucket, public bucket, witness, and a clock that the test moves. */
export class SealedLedger {
  readonly ledger = new MemoryStore();
  readonly publication = new MemoryStore();
  readonly witness = new MemoryStore();
  readonly signing = signingKey('example.com/ledger');
  /** Keys that the sealers made from now on have besides. */
  readonly laterKeys: ReturnType<typeof signingKey>[] = [];
  readonly logged: string[] = [];
  /** What the sealers made from now on find deployed. */
  deployment?: Deployment;
  private time = START;

  constructor(private readonly limits: SealerLimits = { ...DEFAULT_LIMITS, heartbeatMs: Number.MAX_SAFE_INTEGER }) {
    this.advance(0);
  }

  get now(): number {
    return this.time;
  }

  advance(ms: number): void {
    this.time += ms;
    for (const store of [this.ledger, this.publication, this.witness]) store.now = this.time;
  }

  async write(...entries: LedgerEntry[]): Promise<void> {
    for (const one of entries) await this.ledger.create(ledgerKey.entry(one.sessionId, one.seq), encodeEntry(one));
  }

  /** A new sealer, as a new Lambda environment would make one. @param through what it sees of each bucket. Default: all */
  sealer(through: (bucket: ObjectStore) => ObjectStore = (bucket) => bucket): Sealer {
    return new Sealer(
      {
        ledger: through(this.ledger),
        publication: through(this.publication),
        witness: through(this.witness),
        signers: [signer(this.signing), ...this.laterKeys.map(signer)],
        deployment: this.deployment,
        now: () => this.time,
        randomHex: (bytes) => 'c'.repeat(bytes * 2),
        log: (line) => this.logged.push(line),
      },
      this.limits,
    );
  }
}
