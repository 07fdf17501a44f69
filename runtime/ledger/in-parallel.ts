/** Objects of a bucket that are read or written at the same time. One client handles this well, and S3 allows far more. */
const PARALLEL = 32;

/** Does the work for each item, some at a time. Rejects with the first failure. */
export async function inParallel<Item>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
  atOnce = PARALLEL,
): Promise<void> {
  // The workers take their items from one shared iterator.
  const rest = items.entries();
  const workers = Array.from({ length: Math.min(atOnce, items.length) }, async () => {
    for (const [index, item] of rest) await work(item, index);
  });
  await Promise.all(workers);
}
