import { parentPort, workerData } from 'node:worker_threads';
import { TextEntry } from '../../runtime/core/audit/stored-entry';
import { HASH_BYTES } from '../../runtime/core/merkle/hash';
import type { EntryQuestion, EntryReply } from './entry-workers';
import { type SentEntry, sentEntry } from './examined-entry';
import { FolderStore } from './folder-store';

/** Body of a worker thread: reads, hashes and parses entries of a downloaded ledger for an audit. */
const store = new FolderStore((workerData as { root: string }).root);

parentPort?.on('message', ({ id, keys, withContent }: EntryQuestion) => {
  const hashes = new Uint8Array(keys.length * HASH_BYTES);
  const sent: SentEntry[] = [];
  const texts: string[] = [];
  const lengths: number[] = [];
  keys.forEach((key, i) => {
    const text = store.read(key)?.toString('utf8');
    if (text === undefined) {
      sent.push(null);
      return;
    }
    const entry = new TextEntry(text);
    hashes.set(entry.hash(), i * HASH_BYTES);
    sent.push(sentEntry(entry.judge()));
    if (!withContent) return;
    texts.push(text);
    lengths[i] = Buffer.byteLength(text);
  });
  const content = new TextEncoder().encode(texts.join(''));
  const reply: EntryReply = { id, hashes, sent: JSON.stringify(sent), content, lengths };
  parentPort?.postMessage(reply, [hashes.buffer, content.buffer]);
});
