import { sign } from 'node:crypto';
import type { AuditCode } from '../../../runtime/core/audit/audit-finding';
import { ledgerKey } from '../../../runtime/core/contracts';
import { type Batch, batchEntryKeys, encodeBatch, parseBatch } from '../../../runtime/core/ledger/batch';
import { encodeEntry } from '../../../runtime/core/ledger/entry';
import { formatCheckpoint, parseCheckpoint } from '../../../runtime/core/merkle/checkpoint';
import { hashLeaf, treeHash, treeSize } from '../../../runtime/core/merkle/hash';
import { formatNote, parseNote } from '../../../runtime/core/merkle/note';
import type { MemorySource } from './memory-source';
import { entry, type SealedLedger, signingKey } from './sealed-ledger';

const HOUR = 3_600_000;

/** What an injected fault must be found as. */
export interface ExpectedFinding {
  readonly code: AuditCode;
  /** The place; undefined where the fault has many. */
  readonly where?: string;
}

/** Spoils a copy of an honest ledger at a random place. */
export type Fault = (source: MemorySource, random: () => number, world: SealedLedger) => ExpectedFinding;

function pick<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)];
}

function batches(source: MemorySource): { key: string; batch: Batch }[] {
  return source.keys('batches/').map((key) => ({ key, batch: parseBatch(source.text(key)) }));
}

function sealedKeys(source: MemorySource): string[] {
  return batches(source).flatMap(({ batch }) => batchEntryKeys(batch));
}

function changed(text: string): string {
  return text.replace(/"actor":"([^"]*)"/, '"actor":"$1x"');
}

function resigned(note: string, world: SealedLedger, root: Buffer): string {
  const { origin, size } = parseCheckpoint(parseNote(note).text);
  const text = formatCheckpoint({ origin, size: treeSize(size), root: treeHash(root) });
  return formatNote(text, world.signing.key, sign(null, Buffer.from(text), world.signing.privateKey));
}

/** A batch whose leaves were edited: `runs` of one entry each, as an intruder may write them. */
function rewritten(batch: Batch, keys: readonly string[], source: MemorySource): string {
  const runs = keys.map((key) => {
    const [, stream, seq] = key.split('/');
    return { stream, first: Number(seq), count: 1 };
  });
  const hashes = keys.map((key) => hashLeaf(source.text(key)));
  return encodeBatch({ ...batch, to: batch.from + keys.length, runs, hashes });
}

/** When a batch says that it was made, changed from one on. */
function redated(source: MemorySource, from: number, to: number, shift: (at: number) => number): void {
  for (const { key, batch } of batches(source).slice(from, to)) {
    source.write(key, encodeBatch({ ...batch, at: new Date(shift(Date.parse(batch.at))).toISOString() }));
  }
}

/** A batch that another precedes. */
function laterBatch(source: MemorySource, random: () => number): number {
  return 1 + Math.floor(random() * (batches(source).length - 1));
}

export const FAULTS: Record<string, Fault> = {
  'the sealer’s clock set back': (source, random) => {
    const index = laterBatch(source, random);
    redated(source, index, index + 1, (at) => at - HOUR / 2);
    return { code: 'CLOCK_ROLLBACK', where: batches(source)[index].key };
  },
  'no sign of life for longer than two heartbeats': (source, random) => {
    const index = laterBatch(source, random);
    redated(source, index, Number.MAX_SAFE_INTEGER, (at) => at + 3 * HOUR);
    return { code: 'HEARTBEAT_MISSING', where: batches(source)[index].key };
  },
  'an entry altered': (source, random) => {
    const key = pick(sealedKeys(source), random);
    source.write(key, changed(source.text(key)));
    return { code: 'ENTRY_ALTERED', where: key };
  },
  'an entry altered, and its batch with it': (source, random) => {
    const { key: at, batch } = pick(batches(source), random);
    const keys = batchEntryKeys(batch);
    const key = pick(keys, random);
    source.write(key, changed(source.text(key)));
    source.write(at, rewritten(batch, keys, source));
    return { code: 'ENTRY_ALTERED', where: key };
  },
  'an entry deleted': (source, random) => {
    const key = pick(sealedKeys(source), random);
    source.ledger.delete(key);
    return { code: 'ENTRY_DELETED', where: key };
  },
  'an entry deleted, and from its batch too': (source, random) => {
    const { key: at, batch } = pick(
      batches(source).filter(({ batch: { from, to } }) => to - from > 1),
      random,
    );
    const keys = batchEntryKeys(batch);
    const key = pick(keys, random);
    source.ledger.delete(key);
    source.write(
      at,
      rewritten(
        batch,
        keys.filter((one) => one !== key),
        source,
      ),
    );
    return { code: 'ENTRY_DELETED', where: key };
  },
  'an entry put in, and into a batch too': (source, random) => {
    const { key: at, batch } = pick(batches(source), random);
    const keys = batchEntryKeys(batch);
    const key = ledgerKey.entry('s-forged', 1);
    source.write(key, encodeEntry(entry('s-forged', 1)));
    const place = Math.floor(random() * (keys.length + 1));
    source.write(at, rewritten(batch, [...keys.slice(0, place), key, ...keys.slice(place)], source));
    return { code: 'ENTRY_INSERTED', where: key };
  },
  'an object under a name that no writer uses': (source, random) => {
    const key = `entries/s-0/${Math.floor(random() * 1000)}`;
    source.write(key, '{}');
    return { code: 'ENTRY_INSERTED', where: key };
  },
  'two entries exchanged': (source, random) => {
    const keys = sealedKeys(source);
    const one = pick(keys, random);
    const other = pick(
      keys.filter((key) => key !== one),
      random,
    );
    const [first, second] = [source.text(one), source.text(other)];
    source.write(one, second);
    source.write(other, first);
    return { code: 'ENTRIES_REORDERED', where: one };
  },
  'the order of a batch changed': (source, random) => {
    const { key: at, batch } = pick(
      batches(source).filter(({ batch: { from, to } }) => to - from > 1),
      random,
    );
    const keys = batchEntryKeys(batch);
    const place = Math.floor(random() * (keys.length - 1));
    const moved = [...keys.slice(0, place), keys[place + 1], keys[place], ...keys.slice(place + 2)];
    source.write(at, rewritten(batch, moved, source));
    return { code: 'ENTRIES_REORDERED', where: keys[place] };
  },
  'the end cut off, everywhere but at the witness': (source, random) => {
    const all = batches(source);
    const kept = 1 + Math.floor(random() * (all.length - 1));
    for (const { key, batch } of all.slice(kept)) {
      source.ledger.delete(key);
      source.ledger.delete(ledgerKey.checkpoint(batch.to));
      for (const one of batchEntryKeys(batch)) source.ledger.delete(one);
    }
    const end = all[kept - 1].batch.to;
    source.publication.set('checkpoint', { text: Buffer.from(source.text(ledgerKey.checkpoint(end))), modified: 0 });
    return { code: 'TRUNCATED', where: `witness: ${ledgerKey.checkpoint(all[all.length - 1].batch.to)}` };
  },
  'an entry that is never sealed': (source, random) => {
    const key = ledgerKey.entry(`s-${Math.floor(random() * 1000)}x`, 1);
    source.write(key, encodeEntry(entry(key.split('/')[1], 1)));
    return { code: 'UNSEQUENCED', where: key };
  },
  'another history signed for the witness': (source, random, world) => {
    const key = pick([...source.witness.keys()], random);
    const note = source.witness.get(key)?.text.toString() ?? '';
    source.witness.set(key, { text: Buffer.from(resigned(note, world, Buffer.alloc(32, 7))), modified: 0 });
    return { code: 'FORK', where: key };
  },
  'another history shown at the witness alone': (source, random, world) => {
    const { batch } = pick(
      batches(source).filter(({ batch: { from, to } }) => to - from > 1),
      random,
    );
    const size = batch.from + 1 + Math.floor(random() * (batch.to - batch.from - 1));
    const text = formatCheckpoint({
      origin: world.signing.key.name,
      size: treeSize(size),
      root: treeHash(Buffer.alloc(32, 9)),
    });
    const note = formatNote(text, world.signing.key, sign(null, Buffer.from(text), world.signing.privateKey));
    source.witness.set(ledgerKey.checkpoint(size), { text: Buffer.from(note), modified: 0 });
    return { code: 'FORK', where: `witness: ${ledgerKey.checkpoint(size)}` };
  },
  'a checkpoint signed by another key of the same name': (source, random, world) => {
    const key = pick(source.keys('checkpoints/'), random);
    const foreign = signingKey(world.signing.key.name);
    const { text } = parseNote(source.text(key));
    source.write(key, formatNote(text, foreign.key, sign(null, Buffer.from(text), foreign.privateKey)));
    return { code: 'KEY_SUBSTITUTED', where: key };
  },
  'a checkpoint whose text was changed': (source, random) => {
    const key = pick(source.keys('checkpoints/'), random);
    const [origin, size, , ...rest] = source.text(key).split('\n');
    source.write(key, [origin, size, Buffer.alloc(32, 3).toString('base64'), ...rest].join('\n'));
    return { code: 'CHECKPOINT_ALTERED', where: key };
  },
  'a checkpoint deleted': (source, random) => {
    const key = pick(source.keys('checkpoints/'), random);
    source.ledger.delete(key);
    return { code: 'CHECKPOINT_MISSING', where: key };
  },
  'a checkpoint deleted at the witness': (source, random) => {
    const key = pick([...source.witness.keys()], random);
    source.witness.delete(key);
    return { code: 'CHECKPOINT_MISSING', where: `witness: ${key}` };
  },
  'a batch deleted': (source, random) => {
    const { key } = pick(batches(source).slice(0, -1), random);
    source.ledger.delete(key);
    return { code: 'BATCH_DELETED', where: key };
  },
  'a batch made unreadable': (source, random) => {
    const { key } = pick(batches(source), random);
    source.write(key, 'nonsense');
    return { code: 'BATCH_ALTERED', where: key };
  },
  'a hash changed in a batch': (source, random) => {
    const { key, batch } = pick(batches(source), random);
    const hashes = [...batch.hashes];
    hashes[Math.floor(random() * hashes.length)] = treeHash(Buffer.alloc(32, 5));
    source.write(key, encodeBatch({ ...batch, hashes }));
    return { code: 'BATCH_ALTERED', where: key };
  },
  'a published tile changed': (source, random) => {
    const tiles = [...source.publication.keys()].filter((key) => key.startsWith('tile/') && !key.includes('.p/'));
    const partial = [...source.publication.keys()]
      .filter((key) => key.startsWith('tile/0/') && key.includes('.p/'))
      .sort(byWidth);
    const key = pick(tiles.length > 0 ? tiles : [partial[partial.length - 1]], random);
    const bytes = Buffer.from(source.publication.get(key)?.text ?? '');
    bytes[Math.floor(random() * bytes.length)] ^= 1;
    source.publication.set(key, { text: bytes, modified: 0 });
    return { code: 'TILE_ALTERED', where: key };
  },
  'a delete marker': (source, random) => {
    const key = pick(sealedKeys(source), random);
    source.ledger.delete(key);
    source.histories.push({ key, what: 'DELETE_MARKER' });
    return { code: 'DELETE_MARKER', where: key };
  },
  'a second version': (source, random) => {
    const key = pick(sealedKeys(source), random);
    source.write(key, changed(source.text(key)));
    source.histories.push({ key, what: 'VERSION_OVERWRITTEN' });
    return { code: 'VERSION_OVERWRITTEN', where: key };
  },
};

function byWidth(one: string, other: string): number {
  const position = (path: string) => Number(path.replace(/\D/g, '').padStart(12, '0').slice(-12));
  return position(one) - position(other);
}
