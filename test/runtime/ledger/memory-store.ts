import type { ListedObject, ObjectStore } from '../../../runtime/ledger/object-store';

/** A bucket in memory that can be killed at a chosen write, as a function can die between two. */
export class MemoryStore implements ObjectStore {
  readonly objects = new Map<string, { text: Buffer; modified: number }>();
  /** Called before each write; throws to play a function that dies there. */
  beforeWrite: (key: string) => void = () => {};
  now = 0;

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.objects.get(key)?.text.toString('utf8'));
  }

  async create(key: string, text: string): Promise<{ created: boolean; text: string }> {
    this.beforeWrite(key);
    const there = this.objects.get(key);
    if (there) return { created: false, text: there.text.toString('utf8') };
    this.objects.set(key, { text: Buffer.from(text), modified: this.now });
    return { created: true, text };
  }

  async put(key: string, body: string | Uint8Array): Promise<void> {
    this.beforeWrite(key);
    this.objects.set(key, { text: Buffer.from(body), modified: this.now });
  }

  async *list(prefix: string, after = ''): AsyncIterable<ListedObject> {
    for (const key of [...this.objects.keys()].sort()) {
      const object = this.objects.get(key);
      if (object && key.startsWith(prefix) && key > after) {
        yield { key, modified: object.modified, bytes: object.text.length };
      }
    }
  }

  async *listFolders(prefix: string, after = ''): AsyncIterable<string> {
    const folders = new Set<string>();
    for (const key of this.objects.keys()) {
      const slash = key.indexOf('/', prefix.length);
      if (key.startsWith(prefix) && slash > 0) folders.add(key.slice(0, slash + 1));
    }
    for (const folder of [...folders].sort()) if (folder > after) yield folder;
  }
}
