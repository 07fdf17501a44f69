import type { TreeHash } from '../merkle/hash';

/** How a claimed row of leaves differs from the signed one. */
export interface LeafDifference {
  /** Positions in the signed row that the claimed row lacks. */
  readonly missing: number[];
  /** Positions in the claimed row that the signed row lacks. */
  readonly surplus: number[];
  /** First position in the signed row where the common leaves have another order; undefined where the order is the same. */
  readonly reorderedAt?: number;
}

/** Compares two rows by content, so that one inserted leaf doesn't make all later leaves look altered. */
export function compareLeaves(signed: readonly TreeHash[], claimed: readonly TreeHash[]): LeafDifference {
  const names = (row: readonly TreeHash[]) => row.map((leaf) => leaf.toString('latin1'));
  const signedNames = names(signed);
  const claimedNames = names(claimed);
  const missing = surplusOf(signedNames, claimedNames);
  const surplus = surplusOf(claimedNames, signedNames);
  const lost = new Set(missing);
  const added = new Set(surplus);
  const restOfSigned = signedNames.map((name, at) => ({ name, at })).filter(({ at }) => !lost.has(at));
  const restOfClaimed = claimedNames.filter((_, at) => !added.has(at));
  const first = restOfSigned.find(({ name }, i) => name !== restOfClaimed[i]);
  return { missing, surplus, ...(first ? { reorderedAt: first.at } : {}) };
}

/** Positions in `row` of leaves that occur fewer times in `other`. */
function surplusOf(row: readonly string[], other: readonly string[]): number[] {
  const left = new Map<string, number>();
  for (const name of other) left.set(name, (left.get(name) ?? 0) + 1);
  const positions: number[] = [];
  row.forEach((name, at) => {
    const count = left.get(name) ?? 0;
    if (count === 0) positions.push(at);
    else left.set(name, count - 1);
  });
  return positions;
}
