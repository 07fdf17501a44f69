import { ledgerKey } from '../contracts';
import { type Checkpoint, parseCheckpoint } from '../merkle/checkpoint';
import type { TreeHash } from '../merkle/hash';
import { checkNote, parseNote, type SignedNote, withoutConversion } from '../merkle/note';
import type { AuditFinding, AuditFindings } from './audit-finding';
import { type HeadHolder, PackedHeads } from './packed-heads';
import type { SigningKeys } from './signing-keys';

/** A tree size and root with a valid signature. */
export interface SignedHead {
  readonly size: number;
  readonly root: TreeHash;
  readonly holder: HeadHolder;
  readonly key: string;
  /** Id of the key that signed it. */
  readonly signer: string;
}

type JudgedHead = { readonly size: number; readonly root: TreeHash; readonly signer: number };

/** All validly signed tree heads, by tree size. */
export class SignedHeads {
  private readonly heads = new PackedHeads();
  /** Keys of those that are not stored under their size, by position. */
  private readonly names = new Map<number, string>();
  /** Signed notes of the largest tree so far, by position. */
  private notes = new Map<number, string>();
  private largestTaken = 0;
  private distinct = 0;
  private readonly rejected = new Set<string>();
  /** Leaves that the published checkpoint covers. */
  sizeShown = 0;
  /** Checkpoints whose line ends a program changed. */
  converted = 0;

  constructor(
    private readonly keys: SigningKeys,
    private readonly findings: AuditFindings,
  ) {}

  /** Takes a checkpoint that a key of the log signed. Reports what is wrong with any other. */
  take(holder: HeadHolder, key: string, stored: string): void {
    const text = withoutConversion(stored);
    const judged = this.judge(holder, key, text);
    if ('code' in judged) {
      this.rejected.add(place(holder, key));
      this.findings.add({ ...judged, where: place(holder, key) });
      return;
    }
    const { size } = judged;
    if (text !== stored) this.converted += 1;
    if (holder === 'publication') this.sizeShown = size;
    const position = this.heads.push({ ...judged, holder });
    if (key !== ledgerKey.checkpoint(size)) this.names.set(position, key);
    if (size > this.largestTaken) this.notes = new Map();
    this.largestTaken = Math.max(this.largestTaken, size);
    if (size === this.largestTaken) this.notes.set(position, text);
  }

  private judge(holder: HeadHolder, key: string, text: string): JudgedHead | Omit<AuditFinding, 'where'> {
    const altered = (message: string) => ({ code: 'CHECKPOINT_ALTERED', message }) as const;
    let note: SignedNote;
    let checkpoint: Checkpoint;
    try {
      note = parseNote(text);
      checkpoint = parseCheckpoint(note.text);
    } catch {
      return altered('This is not a signed checkpoint.');
    }
    const { name } = this.keys;
    const verdicts = this.keys.all.map((signer) => checkNote(note, signer));
    const signer = verdicts.indexOf('valid');
    if (verdicts.includes('invalid')) return altered('The signature of this checkpoint is invalid.');
    if (signer < 0) {
      const signers = note.signatures.map(({ name, id }) => `${name}+${id}`).join(', ');
      const trusted = this.keys.all.map(({ id }) => `${name}+${id}`).join(' or ');
      return { code: 'KEY_SUBSTITUTED', message: `Signed by ${signers}, not by the key that you trust, ${trusted}.` };
    }
    const { origin, size, root } = checkpoint;
    if (origin !== name) return altered(`This checkpoint belongs to another log, ${origin}.`);
    if ((holder === 'ledger' || holder === 'witness') && key !== ledgerKey.checkpoint(size)) {
      return altered(`This is the checkpoint of ${size} leaves: it belongs at ${ledgerKey.checkpoint(size)}.`);
    }
    return { size, root, signer };
  }

  /** To be called when all checkpoints are taken. Reports heads of the same size that differ. */
  settle(): void {
    this.heads.sort();
    let forked = false;
    let first: SignedHead | undefined;
    for (const head of this.all()) {
      if (head.size !== first?.size) {
        first = head;
        this.distinct += 1;
      } else if (!forked && !head.root.equals(first.root)) {
        // Two histories never meet again, so only the first difference is reported.
        forked = true;
        this.reportFork(head.size, first, head);
      }
    }
  }

  /** To be called when it is known up to which size each key signs. Reports heads that the wrong key signed. */
  judgeSigners(): void {
    for (const head of this.all()) {
      const due = this.keys.of(head.size);
      if (head.signer === due.id) continue;
      this.findings.add({
        code: 'KEY_SUBSTITUTED',
        where: place(head.holder, head.key),
        message: `Signed by ${this.keys.name}+${head.signer}, but after the log's key rotations only ${due.name}+${due.id} may sign a tree of ${head.size} leaves.`,
      });
    }
  }

  at(size: number): readonly SignedHead[] {
    return this.heads.at(size).map((position) => this.head(position));
  }

  /** The signed note of this tree; undefined where it is not signed, or a larger tree is signed. */
  noteOf({ size, root }: { readonly size: number; readonly root: TreeHash }): string | undefined {
    for (const [position, note] of this.notes) {
      const head = this.heads.get(position);
      if (head.size === size && head.root.equals(root)) return note;
    }
    return undefined;
  }

  /** Whether a checkpoint is there but was rejected. Then it is not missing. */
  isRejected(holder: HeadHolder, key: string): boolean {
    return this.rejected.has(place(holder, key));
  }

  /** Sizes above `from` up to `to`, in order. */
  between(from: number, to: number): number[] {
    const found: number[] = [];
    for (const position of this.heads.above(from)) {
      const { size } = this.heads.get(position);
      if (size > to) break;
      if (size !== found.at(-1)) found.push(size);
    }
    return found;
  }

  /** The smallest size above `from` of a checkpoint that this holder has. */
  firstOf(holder: HeadHolder, from: number): number | undefined {
    for (const position of this.heads.above(from)) {
      const head = this.heads.get(position);
      if (head.holder === holder) return head.size;
    }
    return undefined;
  }

  /** The largest signed tree. */
  get largest(): SignedHead | undefined {
    const size = this.heads.largest;
    return size === undefined ? undefined : this.at(size)[0];
  }

  /** How many sizes have a signed root. */
  get count(): number {
    return this.distinct;
  }

  private *all(): Generator<SignedHead> {
    for (const position of this.heads.above(-1)) yield this.head(position);
  }

  private head(position: number): SignedHead {
    const { size, root, holder, signer } = this.heads.get(position);
    const key = this.names.get(position) ?? ledgerKey.checkpoint(size);
    return { size, root, holder, key, signer: this.keys.at(signer).id };
  }

  private reportFork(size: number, one: SignedHead, other: SignedHead): void {
    this.findings.add({
      code: 'FORK',
      where: ledgerKey.checkpoint(size),
      message: `Two signed roots of ${size} leaves: ${shortRoot(one)} at the ${one.holder}, ${shortRoot(other)} at the ${other.holder}. From here on, someone was shown another history.`,
    });
  }
}

/** Where a checkpoint was found. */
export function place(holder: HeadHolder, key: string): string {
  return holder === 'ledger' ? key : `${holder}: ${key}`;
}

/** The holder as the subject of a sentence. */
export function holderName(holder: HeadHolder): string {
  return holder === 'auditor' ? 'You kept' : `The ${holder} holds`;
}

function shortRoot({ root }: { root: TreeHash }): string {
  return root.toString('base64').slice(0, 12);
}
