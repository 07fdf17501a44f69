import { ledgerKey } from '../contracts';
import { type Checkpoint, parseCheckpoint } from '../merkle/checkpoint';
import type { TreeHash } from '../merkle/hash';
import { checkNote, parseNote, type SignedNote } from '../merkle/note';
import type { AuditFinding, AuditFindings } from './audit-finding';
import type { SigningKeys } from './signing-keys';

/** Who holds a checkpoint: the locked bucket, the witness, the public bucket, or the auditor from an earlier audit. */
export type HeadHolder = 'ledger' | 'witness' | 'publication' | 'auditor';

/** The root that a valid signature vouches for. */
export interface SignedHead {
  readonly size: number;
  readonly root: TreeHash;
  readonly holder: HeadHolder;
  readonly key: string;
  /** Id of the key that signed it. */
  readonly signer: string;
  /** The signed note. */
  readonly note: string;
}

/** All validly signed tree heads, by tree size. */
export class SignedHeads {
  private readonly bySize = new Map<number, SignedHead[]>();
  private sizes: number[] = [];
  private readonly rejected = new Set<string>();
  /** Leaves that the publicly shown checkpoint covers. */
  sizeShown = 0;

  constructor(
    private readonly keys: SigningKeys,
    private readonly findings: AuditFindings,
  ) {}

  /** Takes a checkpoint if it is signed by a key of the log, and reports what is wrong with it else. */
  take(holder: HeadHolder, key: string, text: string): void {
    const judged = this.judge(holder, key, text);
    if ('code' in judged) {
      this.rejected.add(place(holder, key));
      this.findings.add({ ...judged, where: place(holder, key) });
      return;
    }
    if (holder === 'publication') this.sizeShown = judged.size;
    const there = this.bySize.get(judged.size);
    if (there) there.push(judged);
    else this.bySize.set(judged.size, [judged]);
  }

  private judge(holder: HeadHolder, key: string, text: string): SignedHead | Omit<AuditFinding, 'where'> {
    const altered = (message: string) => ({ code: 'CHECKPOINT_ALTERED', message }) as const;
    let note: SignedNote;
    let checkpoint: Checkpoint;
    try {
      note = parseNote(text);
      checkpoint = parseCheckpoint(note.text);
    } catch {
      return altered('This is no signed checkpoint.');
    }
    const { name } = this.keys;
    const verdicts = this.keys.all.map((signer) => ({ id: signer.id, verdict: checkNote(note, signer) }));
    const signer = verdicts.find(({ verdict }) => verdict === 'valid')?.id;
    if (verdicts.some(({ verdict }) => verdict === 'invalid')) {
      return altered('The signature of this checkpoint doesn’t hold.');
    }
    if (signer === undefined) {
      const signers = note.signatures.map(({ name, id }) => `${name}+${id}`).join(', ');
      const trusted = this.keys.all.map(({ id }) => `${name}+${id}`).join(' or ');
      return { code: 'KEY_SUBSTITUTED', message: `Signed by ${signers}, not by the key that you trust, ${trusted}.` };
    }
    const { origin, size, root } = checkpoint;
    if (origin !== name) return altered(`This checkpoint is of another log, ${origin}.`);
    if ((holder === 'ledger' || holder === 'witness') && key !== ledgerKey.checkpoint(size)) {
      return altered(`This is the checkpoint of ${size} leaves: it belongs at ${ledgerKey.checkpoint(size)}.`);
    }
    return { size, root, holder, key, signer, note: text };
  }

  /** To be called once all are taken. Reports heads of one size that differ. */
  settle(): void {
    this.sizes = [...this.bySize.keys()].sort((a, b) => a - b);
    for (const size of this.sizes) {
      const heads = this.at(size);
      const other = heads.find(({ root }) => !root.equals(heads[0].root));
      // Two histories stay apart: the first place says it all.
      if (other) {
        this.reportFork(size, heads[0], other);
        return;
      }
    }
  }

  /** To be called once it is known up to where each key signs. Reports heads that another key signed. */
  judgeSigners(): void {
    for (const head of this.sizes.flatMap((size) => this.at(size))) {
      const due = this.keys.of(head.size);
      if (head.signer === due.id) continue;
      this.findings.add({
        code: 'KEY_SUBSTITUTED',
        where: place(head.holder, head.key),
        message: `Signed by ${this.keys.name}+${head.signer}, though by the log's own rotations ${due.name}+${due.id} signs a tree of ${head.size} leaves.`,
      });
    }
  }

  at(size: number): readonly SignedHead[] {
    return this.bySize.get(size) ?? [];
  }

  /** Whether there is a checkpoint that can't be believed: then it isn't missing. */
  isRejected(holder: HeadHolder, key: string): boolean {
    return this.rejected.has(place(holder, key));
  }

  /** Sizes above `from` up to `to`, in order. */
  between(from: number, to: number): number[] {
    const found: number[] = [];
    for (let i = this.firstAbove(from); i < this.sizes.length && this.sizes[i] <= to; i += 1) found.push(this.sizes[i]);
    return found;
  }

  /** The least size above `from` of a checkpoint that this holder has. */
  firstOf(holder: HeadHolder, from: number): number | undefined {
    for (let i = this.firstAbove(from); i < this.sizes.length; i += 1) {
      if (this.at(this.sizes[i]).some((head) => head.holder === holder)) return this.sizes[i];
    }
    return undefined;
  }

  /** The largest signed tree. */
  get largest(): SignedHead | undefined {
    const size = this.sizes.at(-1);
    return size === undefined ? undefined : this.at(size)[0];
  }

  get count(): number {
    return this.sizes.length;
  }

  private firstAbove(from: number): number {
    let low = 0;
    let high = this.sizes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sizes[middle] <= from) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private reportFork(size: number, one: SignedHead, other: SignedHead): void {
    this.findings.add({
      code: 'FORK',
      where: ledgerKey.checkpoint(size),
      message: `Two signed roots of ${size} leaves: ${shortRoot(one)} at the ${one.holder}, ${shortRoot(other)} at the ${other.holder}. From here on, somebody was shown another history.`,
    });
  }
}

export function place(holder: HeadHolder, key: string): string {
  return holder === 'ledger' ? key : `${holder}: ${key}`;
}

export function shortRoot({ root }: { root: TreeHash }): string {
  return root.toString('base64').slice(0, 12);
}
