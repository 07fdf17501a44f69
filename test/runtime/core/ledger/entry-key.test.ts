import { ledgerKey } from '../../../../runtime/core/contracts';
import { parseEntryKey } from '../../../../runtime/core/ledger/entry-key';

test('reads the stream and the number from the key of an entry', () => {
  expect(parseEntryKey(ledgerKey.entry('s-a_1', 7))).toEqual({ stream: 's-a_1', seq: 7 });
});

test.each([
  ['another prefix', 'batches/s-a/000000000007'],
  ['a short number', 'entries/s-a/7'],
  ['a number with a letter', 'entries/s-a/00000000000x'],
  ['a stream with a dot', 'entries/s.a/000000000007'],
  ['no stream', 'entries//000000000007'],
  ['a folder below the stream', 'entries/s-a/b/000000000007'],
])('refuses %s', (_, key) => {
  expect(parseEntryKey(key)).toBeUndefined();
});
