import { EventStream } from '../../../../runtime/core/mcp/event-stream';
import { fc } from '../../../seed';

function readAll(text: string, cuts: readonly number[] = []): string[] {
  const stream = new EventStream();
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  const pieces = [0, ...places].map((from, index) => text.slice(from, places[index]));
  return pieces.flatMap((piece) => stream.read(piece));
}

test.each([
  ['data: a\n\n', ['a']],
  ['data:a\ndata: b\n\n', ['a\nb']],
  ['event: message\nid: 1\nretry: 5\ndata: a\n\n', ['a']],
  [': comment\n\ndata: a\r\n\r\ndata: b\r\rdata: c\n\n', ['a', 'b', 'c']],
  ['\ufeffdata: a\n\n', ['a']],
  ['data: \n\n', []],
  ['data\n\n', []],
  ['data: never ended\n', []],
  ['data:  two spaces\n\n', [' two spaces']],
])('%j has the data %j', (text, data) => {
  expect(readAll(text)).toEqual(data);
});

test('reads the same, wherever the text is cut', () => {
  const line = fc.constantFrom('data: {"a":1}', 'data:x', ': c', 'event: m', 'id: 1', '', '', 'data: ü😀');
  const end = fc.constantFrom('\n', '\r\n', '\r');
  fc.assert(
    fc.property(fc.array(fc.tuple(line, end), { maxLength: 30 }), fc.array(fc.nat(2000)), (lines, cuts) => {
      // A carriage return at the very end waits for what may follow it.
      const text = `${lines.flat().join('')}\n\n\n`;
      expect(readAll(text, cuts)).toEqual(readAll(text));
    }),
  );
});

test.each([
  ['id: e1\n', 'e1', 1000],
  ['id: e1\nretry: 20\ndata: \n\nid: e2\n', 'e2', 20],
  ['id: e1\nid: a b\n', undefined, 1000],
  ['retry: soon\n', undefined, 1000],
])('%j ends with the event %j, to go on after %d ms', (text, id, retryMs) => {
  const stream = new EventStream();
  stream.read(text);
  expect(stream).toMatchObject({ lastEventId: id, retryMs });
});

test('takes no longer for one byte at a time', () => {
  const stream = new EventStream();
  const startedAt = performance.now();
  for (let at = 0; at < 300_000; at += 1) stream.read('x');
  expect(stream.read('\n\n')).toEqual([]);
  expect(performance.now() - startedAt).toBeLessThan(20_000);
});
