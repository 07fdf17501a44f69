import { readServerMessage } from '../../../../runtime/core/mcp/server-message';
import { fc } from '../../../seed';

test.each([
  [{ jsonrpc: '2.0', id: 1, result: {} }, 'result'],
  [{ jsonrpc: '2.0', id: 1, error: { code: -1, message: 'x' } }, 'error'],
  [{ jsonrpc: '2.0', id: null, error: { code: -1, message: 'x' } }, 'error'],
  [{ jsonrpc: '2.0', error: { code: -1, message: 'x' } }, 'error'],
  [{ jsonrpc: '2.0', id: 'a', method: 'ping' }, 'request'],
  [{ jsonrpc: '2.0', method: 'notifications/x' }, 'notification'],
  [[{ jsonrpc: '2.0', id: 1, result: {} }], 'unreadable'],
  [{ id: 1, result: {} }, 'unreadable'],
  [{ jsonrpc: '2.0', id: 1 }, 'unreadable'],
  [{ jsonrpc: '2.0', id: 1, result: [] }, 'unreadable'],
  [{ jsonrpc: '2.0', id: '1', result: {} }, 'unreadable'],
  [{ jsonrpc: '2.0', id: 1, result: {}, error: { code: 1 } }, 'unreadable'],
  [{ jsonrpc: '2.0', id: 1, error: { code: 'x' } }, 'unreadable'],
  [{ jsonrpc: '2.0', id: true, method: 'ping' }, 'unreadable'],
  [null, 'unreadable'],
  ['text', 'unreadable'],
])('%j is %s', (message, kind) => {
  expect(readServerMessage(JSON.stringify(message)).kind).toBe(kind);
});

test.each([['{'], [''], ['['.repeat(1_000_000)], [`"${'\\"'.repeat(1_000_000)}`]])(
  'refuses what is no message: %.20s',
  (text) => {
    const startedAt = performance.now();
    expect(readServerMessage(text)).toMatchObject({ kind: 'unreadable' });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  },
);

test('never throws, and says nothing of the server’s own words', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      const message = readServerMessage(text);
      if (message.kind === 'unreadable') expect(message.why.length).toBeLessThan(80);
    }),
  );
});
