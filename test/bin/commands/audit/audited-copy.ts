import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { downloadLedger } from '../../../../bin/ledger/download-ledger';
import { formatVerifierKey } from '../../../../runtime/core/merkle/note';
import { DEFAULT_LIMITS } from '../../../../runtime/ledger/sealer-ports';
import type { MemoryStore } from '../../../runtime/ledger/memory-store';
import { entry, SealedLedger, START } from '../../../runtime/ledger/sealed-ledger';
import { hardenedAgent } from '../../hardened-agent-call';

const decision = { code: 'ALLOW', policyIds: ['allow-tickets_read'], taint: false } as const;
const asked = { code: 'ASK', policyIds: [], taint: true } as const;
const outcome = { status: 'succeeded', bytes: 12, resultHash: '', resultRef: '', durationMs: 40 } as const;

/** A sealed ledger with one session, its downloaded copy, and the public key. */
export class AuditedCopy {
  static async make(): Promise<AuditedCopy> {
    const world = await oneSession();
    const scratch = mkdtempSync(path.join(tmpdir(), 'audit-'));
    const made = new AuditedCopy(world, scratch, path.join(scratch, 'copy'), formatVerifierKey(world.signing.key));
    await downloadLedger(storesOf(world), made.folder, world.now);
    writeFileSync(made.keyFile, `${made.key}\n`);
    return made;
  }

  private constructor(
    readonly world: SealedLedger,
    readonly scratch: string,
    readonly folder: string,
    readonly key: string,
  ) {}

  get keyFile(): string {
    return path.join(this.scratch, 'ledger.key');
  }

  /** A second copy, with a change. */
  tampered(change: (folder: string) => void): string {
    const folder = mkdtempSync(path.join(this.scratch, 'tampered-'));
    cpSync(this.folder, folder, { recursive: true, preserveTimestamps: true });
    change(folder);
    return folder;
  }

  remove(): void {
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

/** The buckets of a ledger in memory. */
export type Buckets = Record<'ledger' | 'publication' | 'witness', MemoryStore>;

/** The stores of a ledger in memory, as a download reads them. */
export function storesOf({ ledger, publication, witness }: Readonly<Buckets>) {
  return { ledger: readable(ledger), publication: readable(publication), witness: readable(witness) };
}

function readable(store: MemoryStore) {
  return {
    get: (name: string) => store.get(name),
    getBytes: async (name: string) => store.objects.get(name)?.text,
    list: (prefix: string) => store.list(prefix),
  };
}

/** Calls `hardened-agent audit`. */
export async function audit(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, out, err } = await hardenedAgent(['audit', ...args]);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** When the copies were made. */
export const AT = new Date(START + 120_000).toISOString();

/** Calls `hardened-agent audit verify` at the time of the copies. */
export function verify(...args: string[]): ReturnType<typeof audit> {
  return audit('verify', '--at', AT, ...args);
}

/** A file of the locked bucket in a copy. */
export function lockedFile(folder: string, name: string): string {
  return path.join(folder, 'ledger', name);
}

async function oneSession(): Promise<SealedLedger> {
  const world = new SealedLedger(DEFAULT_LIMITS);
  const write = (seq: number, more: object) => world.write(entry('s-1', seq, { decision: undefined, ...more }));
  await write(1, { type: 'session_start', actor: 'launcher', argsRef: '' });
  await write(2, { type: 'intent', requestId: 'r-1', tool: 'tickets_read', decision });
  await write(3, {
    type: 'outcome',
    requestId: 'r-1',
    tool: 'tickets_read',
    outcome,
    credential: { name: 'tickets-api', version: 'v7' },
  });
  await write(4, { type: 'intent', requestId: 'r-2', tool: 'tickets_refund', decision: asked });
  await world.sealer().run();
  world.advance(60_000);
  const maria = 'arn:aws:sts::111111111111:assumed-role/Approver/maria';
  const refused = { code: 'DENIED', policyIds: [], taint: true };
  await write(5, {
    type: 'decision',
    requestId: 'r-2',
    tool: 'tickets_refund',
    actor: maria,
    decision: refused,
    approval: { digest: 'e'.repeat(64), approvers: [maria] },
  });
  await write(6, {
    type: 'denial',
    requestId: 'r-3',
    tool: 'tickets_delete\u202e',
    decision: { code: 'OUT_OF_SCOPE', policyIds: [], taint: true },
  });
  await world.sealer().run();
  world.advance(60_000);
  return world;
}
