/** Objects of a bucket read or written at a time: what one client does well, and far below what S3 takes. */
const PARALLEL = 32;

/** Does one thing with each item, some at a time. Rejects with the first failure. */
export async function inParallel<Item>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const workers = Array.from({ length: Math.min(PARALLEL, items.length) }, async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      await work(items[index], index);
    }
  });
  await Promise.all(workers);
}
