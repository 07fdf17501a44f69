import { parentPort, workerData } from 'node:worker_threads';
import { type JudgedEntry, TextEntry } from '../../runtime/core/ledger/stored-entry';
import { HASH_BYTES } from '../../runtime/core/merkle/hash';
import type { EntryQuestion, EntryReply } from './entry-workers';
import { FolderStore } from './folder-store';

/** Body of a worker thread: reads, hashes and parses entries of a downloaded ledger, and says what an audit follows of them. */
const store = new FolderStore((workerData as { root: string }).root);

parentPort?.on('message', ({ id, keys, withContent }: EntryQuestion) => {
  const hashes = new Uint8Array(keys.length * HASH_BYTES);
  const judged: (JudgedEntry | null)[] = [];
  const texts: string[] = [];
  const lengths: number[] = [];
  keys.forEach((key, i) => {
    const text = store.read(key)?.toString('utf8');
    if (text === undefined) {
      judged.push(null);
      return;
    }
    const entry = new TextEntry(text);
    hashes.set(entry.hash(), i * HASH_BYTES);
    judged.push(followed(entry.judge()));
    if (!withContent) return;
    texts.push(text);
    lengths[i] = Buffer.byteLength(text);
  });
  const content = new TextEncoder().encode(texts.join(''));
  const reply: EntryReply = { id, hashes, judged: JSON.stringify(judged), content, lengths };
  parentPort?.postMessage(reply, [hashes.buffer, content.buffer]);
});

function followed(judged: JudgedEntry): JudgedEntry {
  if (!judged.ok) return judged;
  const { sessionId, seq, at, type, actor, requestId, rotation, decision } = judged.entry;
  return {
    ok: true,
    entry: { sessionId, seq, at, type, actor, requestId, rotation, decision: decision && { code: decision.code } },
  };
}
