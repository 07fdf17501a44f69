import { PassThrough } from 'node:stream';
import { LineTransport } from '../../../runtime/agent-bridge/line-transport';
import { fc } from '../../seed';

const MORE_THAN_FITS = 'a'.repeat(5 * 1024 * 1024);
const ping = (id: number | string) => ({ jsonrpc: '2.0', id, method: 'ping' });

/** What a server got, and what its client was answered, after these chunks. */
async function taken(...chunks: readonly (string | Buffer)[]) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const transport = new LineTransport(input, output);
  const messages: unknown[] = [];
  transport.onmessage = (message) => messages.push(message);
  await transport.start();
  for (const chunk of chunks) input.write(chunk);
  input.end();
  await new Promise((resolve) => input.once('end', resolve));
  const written = (output.read() as Buffer | null)?.toString() ?? '';
  const lines = written.split('\n').filter((line) => line !== '');
  return { messages, answers: lines.map((line) => JSON.parse(line) as { id: unknown; error: { code: number } }) };
}

test('passes each message on, whatever pieces it comes in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }), fc.nat(), async (ids, seed) => {
      const bytes = Buffer.from(ids.map((id) => `${JSON.stringify(ping(id))}\n`).join(''));
      const size = 1 + (seed % 40);
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.subarray(n * size, (n + 1) * size),
      );
      expect(await taken(...chunks)).toEqual({ messages: ids.map(ping), answers: [] });
    }),
    { numRuns: 50 },
  );
});

test('skips empty lines', async () => {
  expect(await taken('\n\r\n', `${JSON.stringify(ping(1))}\r\n`)).toEqual({ messages: [ping(1)], answers: [] });
});

describe('answers with an error, so that nobody waits:', () => {
  test('each message of a batch', async () => {
    const { messages, answers } = await taken(
      `${JSON.stringify([ping(1), { id: 'b' }, 3])}\n${JSON.stringify(ping(4))}\n`,
    );
    expect(answers).toMatchObject([
      { jsonrpc: '2.0', id: 1, error: { code: -32600, message: expect.stringContaining('Batches') } },
      { id: 'b', error: { code: -32600 } },
    ]);
    expect(messages).toEqual([ping(4)]);
  });

  test.each([
    ['an empty batch', '[]'],
    ['a batch of very many', JSON.stringify(Array.from({ length: 5000 }, (_, id) => ping(id)))],
    ['a batch without ids', '[1, null, {"method":"ping"}]'],
  ])('%s, once', async (_, line) => {
    const { answers } = await taken(`${line}\n`);
    expect(answers).toMatchObject([{ id: null, error: { code: -32600 } }]);
  });

  test('a line that is not JSON', async () => {
    expect(await taken('GET / HTTP/1.1\n')).toMatchObject({ answers: [{ id: null, error: { code: -32700 } }] });
  });

  test.each([
    ['without a version', '{"id":5,"method":"ping"}', 5],
    ['without a method', '{"jsonrpc":"2.0","id":5}', 5],
    ['with a list of parameters', '{"jsonrpc":"2.0","id":5,"method":"ping","params":[]}', 5],
    ['with an id of another kind', '{"jsonrpc":"2.0","id":{},"method":"ping"}', null],
    ['that is a text', '"ping"', null],
  ])('a line %s', async (_, line, id) => {
    const { messages, answers } = await taken(`${line}\n`);
    expect(answers).toMatchObject([{ id, error: { code: -32600 } }]);
    expect(messages).toEqual([]);
  });

  test.each([
    ['at its end', `{"method":"tools/call","params":{"name":"${MORE_THAN_FITS}"},"jsonrpc":"2.0","id":7}`, 7],
    ['at its beginning', `{"jsonrpc":"2.0","id":"x-1","params":"${MORE_THAN_FITS}"}`, 'x-1'],
    ['nowhere', MORE_THAN_FITS, null],
  ])('a line that is too long, with its id %s, and goes on', async (_, line, id) => {
    const bytes = Buffer.from(`${line}\n${JSON.stringify(ping(8))}\n`);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (__, n) =>
      bytes.subarray(n * 65_536, (n + 1) * 65_536),
    );
    const { messages, answers } = await taken(...pieces);
    expect(answers).toMatchObject([{ id, error: { code: -32600, message: expect.stringContaining('bytes') } }]);
    expect(messages).toEqual([ping(8)]);
  });
});

test('takes nothing more after it was closed', async () => {
  const input = new PassThrough();
  const transport = new LineTransport(input, new PassThrough());
  const messages: unknown[] = [];
  transport.onmessage = (message) => messages.push(message);
  await transport.start();
  await transport.close();
  input.write(`${JSON.stringify(ping(1))}\n`);
  await new Promise((resolve) => setImmediate(resolve));
  expect(messages).toEqual([]);
});
