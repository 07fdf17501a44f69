import type { ListedObject, ObjectStore } from '../../../runtime/ledger/object-store';

/** A bucket in memory that can be killed at a chosen write, as a function can die between two. */
export class MemoryStore implements ObjectStore {
  readonly objects = new Map<string, { text: Buffer; modified: number }>();
  /** Called before each write; throws to play a function that dies there. */
  beforeWrite: (key: string) => void = () => {};
  now = 0;
  private sorted?: readonly string[];

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.objects.get(key)?.text.toString('utf8'));
  }

  async create(key: string, text: string): Promise<{ created: boolean; text: string }> {
    this.beforeWrite(key);
    const there = this.objects.get(key);
    if (there) return { created: false, text: there.text.toString('utf8') };
    this.keep(key, text);
    return { created: true, text };
  }

  async put(key: string, body: string | Uint8Array): Promise<void> {
    this.beforeWrite(key);
    this.keep(key, body);
  }

  private keep(key: string, body: string | Uint8Array): void {
    if (!this.objects.has(key)) this.sorted = undefined;
    this.objects.set(key, { text: Buffer.from(body), modified: this.now });
  }

  /** Keys from the first at or after a text, in order. A test may also delete objects: those are passed over. */
  private *keysFrom(start: string): Iterable<string> {
    if (this.sorted === undefined || this.sorted.length < this.objects.size)
      this.sorted = [...this.objects.keys()].sort();
    const keys = this.sorted;
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((keys[middle] ?? '') < start) low = middle + 1;
      else high = middle;
    }
    yield* keys.slice(low);
  }

  async *list(prefix: string, after = ''): AsyncIterable<ListedObject> {
    for (const key of this.keysFrom(prefix > after ? prefix : after)) {
      if (!key.startsWith(prefix)) return;
      const object = this.objects.get(key);
      if (object && key > after) {
        yield { key, modified: object.modified, bytes: object.text.length };
      }
    }
  }

  async *listFolders(prefix: string, after = ''): AsyncIterable<string> {
    let last = after;
    for (const key of this.keysFrom(prefix > after ? prefix : after)) {
      if (!key.startsWith(prefix)) return;
      const slash = key.indexOf('/', prefix.length);
      const folder = key.slice(0, slash + 1);
      if (slash < 0 || folder <= last || !this.objects.has(key)) continue;
      last = folder;
      yield folder;
    }
  }
}
