import type { TreeHash } from '../merkle/hash';

/** How a claimed row of leaves differs from the signed one; indexes are positions in either row. */
export interface LeafDifference {
  /** Positions in the signed row that the claimed row lacks. */
  readonly missing: number[];
  /** Positions in the claimed row that the signed row lacks. */
  readonly surplus: number[];
  /** First position at which the rest, which both have, stands in another order; undefined where it doesn't. */
  readonly reorderedAt?: number;
}

/** Compares two rows by content, so that one insertion isn't taken for the alteration of all that follows. */
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
  const first = restOfSigned.findIndex(({ name }, i) => name !== restOfClaimed[i]);
  return { missing, surplus, ...(first >= 0 ? { reorderedAt: restOfSigned[first].at } : {}) };
}

/** Positions in `row` of what `other` has fewer of. */
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
