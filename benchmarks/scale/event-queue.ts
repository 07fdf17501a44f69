/** Events of simulated time, the earliest first; those of one time in the order in which they were added. */
export class EventQueue {
  private readonly heap: { readonly at: number; readonly order: number; readonly happen: (now: number) => void }[] = [];
  private added = 0;

  add(at: number, happen: (now: number) => void): void {
    const { heap } = this;
    heap.push({ at, order: this.added, happen });
    this.added += 1;
    for (let i = heap.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!this.isBefore(i, parent)) return;
      this.swap(i, parent);
      i = parent;
    }
  }

  /** Lets everything happen that is before that time. */
  runUntil(end: number): void {
    for (let first = this.heap[0]; first !== undefined && first.at < end; first = this.heap[0]) {
      this.removeFirst();
      first.happen(first.at);
    }
  }

  private removeFirst(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) if (child < heap.length && this.isBefore(child, least)) least = child;
      if (least === i) return;
      this.swap(i, least);
      i = least;
    }
  }

  private isBefore(i: number, j: number): boolean {
    const [a, b] = [this.heap[i], this.heap[j]];
    return a !== undefined && b !== undefined && (a.at < b.at || (a.at === b.at && a.order < b.order));
  }

  private swap(i: number, j: number): void {
    const [a, b] = [this.heap[i], this.heap[j]];
    if (a === undefined || b === undefined) return;
    this.heap[i] = b;
    this.heap[j] = a;
  }
}
