import type { LedgerEntry } from '../../../runtime/core/contracts';
import { buildEntry } from '../../../runtime/core/ledger/build-entry';
import { MemoryLedger } from './memory-ledger';

const NOW = Date.parse('2026-09-01T12:00:00.000Z');
const entryOf = (seq: number, actor = 'gate') =>
  buildEntry({ type: 'session_end', sessionId: 's-1', actor, seq, at: NOW, salt: 'ab'.repeat(16) });

let entries: Map<string, LedgerEntry>;
let next: number;
/** How many of the next writes fail. */
let failing: number;
let ledger: MemoryLedger;
beforeEach(() => {
  entries = new Map();
  next = 0;
  failing = 0;
  ledger = new MemoryLedger(entries, async (work) => {
    if (failing > 0) {
      failing -= 1;
      throw new Error('slow down');
    }
    return work();
  });
});
const takeSeq = async () => ++next;
const seqs = () => [...entries.values()].map(({ seq }) => seq);

describe('appendNext', () => {
  test('takes the next number', async () => {
    expect(await ledger.appendNext(takeSeq, entryOf)).toBe('entries/s-1/000000000001');
  });

  test('uses a number that was taken before, and takes no other', async () => {
    expect(await ledger.appendNext(takeSeq, entryOf, { first: 7 })).toBe('entries/s-1/000000000007');
    expect(next).toBe(0);
  });

  test('takes the next number if another entry has this one', async () => {
    await ledger.append(entryOf(1, 'sealer'));
    await ledger.append(entryOf(2, 'sealer'));
    expect(await ledger.appendNext(takeSeq, entryOf)).toBe('entries/s-1/000000000003');
  });

  test('succeeds if the same entry is there already', async () => {
    await ledger.append(entryOf(1));
    await ledger.appendNext(takeSeq, entryOf);
    expect(seqs()).toEqual([1]);
  });

  test('gives up after five numbers that others have', async () => {
    for (let seq = 1; seq <= 5; seq++) await ledger.append(entryOf(seq, 'sealer'));
    await expect(ledger.appendNext(takeSeq, entryOf)).rejects.toThrow(/taken by another entry/);
    expect(next).toBe(5);
  });

  test('tries a failed write as often as `attempts` says, with the same number', async () => {
    failing = 2;
    await ledger.appendNext(takeSeq, entryOf, { attempts: 3 });
    expect(seqs()).toEqual([1]);
    expect(next).toBe(1);
  });

  test('gives up after its last attempt, by default after the first', async () => {
    failing = 1;
    await expect(ledger.appendNext(takeSeq, entryOf)).rejects.toThrow('slow down');
    failing = 3;
    await expect(ledger.appendNext(takeSeq, entryOf, { attempts: 3 })).rejects.toThrow('slow down');
    expect(entries.size).toBe(0);
  });

  test('tries again where the number itself can’t be taken', async () => {
    let down = 1;
    const unsteady = async () => {
      if (down-- > 0) throw new Error('no number');
      return ++next;
    };
    await ledger.appendNext(unsteady, entryOf, { attempts: 2 });
    expect(seqs()).toEqual([1]);
  });
});
