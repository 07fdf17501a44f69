import { ledgerKey } from '../contracts';
import type { TreeHash } from '../merkle/hash';
import type { TileId } from '../merkle/tile';
import { TreeEdge } from '../merkle/tree';
import type { AuditFindings } from './audit-finding';
import { holderName, place, type SignedHeads } from './signed-heads';

/** The tree with some more leaves. */
interface GrownTree {
  readonly from: number;
  readonly leaves: readonly TreeHash[];
  readonly edge: TreeEdge;
  readonly fullTiles: readonly TileHashes[];
  /** Roots at the sizes of signed heads. */
  readonly roots: ReadonlyMap<number, TreeHash>;
}

/** One tile and what it holds. */
export interface TileHashes {
  readonly tile: TileId;
  readonly hashes: readonly TreeHash[];
}

/** The tree rebuilt from the leaves, and which of the signed roots they lead to. */
export class RebuiltTree {
  private edge = new TreeEdge();
  private grown?: GrownTree;
  /** Sizes where the leaves lead to another root than the signed one. A later root that holds clears them. */
  private doubtful: number[] = [];
  private verifiedHead = { size: 0, root: this.edge.root() };

  constructor(
    private readonly heads: SignedHeads,
    private readonly findings: AuditFindings,
  ) {}

  /** Leaves so far. */
  get size(): number {
    return this.edge.size;
  }

  /** The largest signed head that the leaves lead to. */
  get verified(): { readonly size: number; readonly root: TreeHash } {
    return this.verifiedHead;
  }

  partialTiles(): TileHashes[] {
    return this.edge.partialTiles();
  }

  /** Whether these leaves, appended to the tree, end at a signed size and lead to its root. */
  endsAtSignedRoot(leaves: readonly TreeHash[]): boolean {
    return this.heads.at(this.size + leaves.length).length > 0 && this.leadsToSignedRoots(leaves);
  }

  /** Whether these leaves, appended to the tree, lead to the last signed root among them. True where there is none. */
  leadsToSignedRoots(leaves: readonly TreeHash[]): boolean {
    // An earlier head that differs while the last one holds is a fork. It says nothing against the leaves.
    const last = this.heads.between(this.size, this.size + leaves.length).at(-1);
    if (last === undefined) return true;
    const root = this.grow(leaves).roots.get(last);
    return root !== undefined && this.heads.at(last).some((head) => head.root.equals(root));
  }

  /** The root of the tree with these leaves appended. */
  rootWith(leaves: readonly TreeHash[]): TreeHash {
    return this.grow(leaves).edge.root();
  }

  /** Appends leaves and compares the signed roots among them. Returns the tiles that became full. */
  append(leaves: readonly TreeHash[]): readonly TileHashes[] {
    const { edge, roots, fullTiles } = this.grow(leaves);
    this.edge = edge;
    for (const [size, root] of roots) this.judgeRoot(size, root);
    return fullTiles;
  }

  /** A root that holds verifies all leaves before it, so a signed root in between that differs is a fork. */
  private judgeRoot(size: number, root: TreeHash): void {
    if (!this.heads.at(size).some((head) => head.root.equals(root))) {
      this.doubtful.push(size);
      return;
    }
    for (const other of this.doubtful) this.reportFork(other);
    this.doubtful = [];
    this.verifiedHead = { size, root };
  }

  private reportFork(size: number): void {
    const [head] = this.heads.at(size);
    if (!head) return;
    this.findings.add({
      code: 'FORK',
      where: place(head.holder, head.key),
      message: `${holderName(head.holder)} a signed root of ${size} leaves that is not part of this log, though later roots are. Someone was shown another history.`,
    });
  }

  /** Reports the first signed root that no later root cleared. */
  judgeDoubts(): void {
    const [size] = this.doubtful;
    const [head] = size === undefined ? [] : this.heads.at(size);
    if (size === undefined || !head) return;
    this.findings.add({
      code: 'TREE_ALTERED',
      where: ledgerKey.checkpoint(size),
      leaf: this.verified.size,
      message: `The leaves ${this.verified.size} to ${size - 1} don't lead to the root in the ${head.holder}'s checkpoint, and the published tiles don't show which of them was changed.`,
    });
  }

  /** Reports a signed head of a larger tree. To be called when all batches were appended. */
  judgeEnd(): void {
    const { largest } = this.heads;
    if (!largest || largest.size <= this.size) return;
    const gone = largest.size - this.size;
    this.findings.add({
      code: 'TRUNCATED',
      where: place(largest.holder, largest.key),
      leaf: this.size,
      message: `${holderName(largest.holder)} a signed checkpoint of ${largest.size} leaves, but the ledger ends after ${this.size}: the last ${gone} ${gone === 1 ? 'is' : 'are'} gone.`,
    });
  }

  /** The tree with these leaves appended. Hashing is most of an audit's work, so the last answer is kept. */
  private grow(leaves: readonly TreeHash[]): GrownTree {
    const from = this.size;
    if (this.grown?.from === from && this.grown.leaves === leaves) return this.grown;
    const edge = this.edge.copy();
    const fullTiles: TileHashes[] = [];
    const roots = new Map<number, TreeHash>();
    const signedSizes = this.heads.between(from, from + leaves.length).values();
    let signed = signedSizes.next();
    let size = from;
    const keepTile = (tile: TileId, hashes: readonly TreeHash[]) => fullTiles.push({ tile, hashes });
    for (const leaf of leaves) {
      edge.append(leaf, keepTile);
      size += 1;
      if (size !== signed.value) continue;
      roots.set(size, edge.root());
      signed = signedSizes.next();
    }
    this.grown = { from, leaves, edge, fullTiles, roots };
    return this.grown;
  }
}
