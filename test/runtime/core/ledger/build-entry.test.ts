import type { RequestItem } from '../../../../runtime/core/contracts';
import { saltedHash } from '../../../../runtime/core/digest';
import { buildEntry, type EntryParts, entryPartsOf } from '../../../../runtime/core/ledger/build-entry';
import { encodeEntry } from '../../../../runtime/core/ledger/entry';

const salt = 'ab'.repeat(16);
const parts: EntryParts = {
  type: 'session_end',
  sessionId: 's-1',
  actor: 'launcher',
  seq: 3,
  at: Date.parse('2026-09-01T12:00:00.000Z'),
  salt,
};

test('an entry without arguments and outcome has no members for them', () => {
  expect(buildEntry(parts)).toEqual({
    v: 1,
    type: 'session_end',
    sessionId: 's-1',
    actor: 'launcher',
    seq: 3,
    at: '2026-09-01T12:00:00.000Z',
    salt,
    argsHash: '',
    argsRef: '',
    policyVersion: '',
  });
});

test('members that are undefined are left out, so that the entry fits its schema', () => {
  const entry = buildEntry({ ...parts, mode: undefined, tool: undefined, credentialName: undefined });
  expect(Object.keys(entry)).not.toContain('mode');
  expect(() => encodeEntry(entry)).not.toThrow();
});

test('texts are recorded as salted hashes, with their size and their keys', () => {
  const entry = buildEntry({
    ...parts,
    type: 'outcome',
    args: { text: '{}', key: 'args/s-1/r-1' },
    credentialName: 'tickets-api',
    credentialVersion: 'v7',
    outcome: { status: 'succeeded', result: { text: '5 €', key: 'results/s-1/r-1' }, durationMs: 5 },
  });
  expect(entry).toMatchObject({
    argsHash: saltedHash(salt, '{}'),
    argsRef: 'args/s-1/r-1',
    credential: { name: 'tickets-api', version: 'v7' },
    outcome: { bytes: 5, resultHash: saltedHash(salt, '5 €'), resultRef: 'results/s-1/r-1', durationMs: 5 },
  });
  expect(JSON.stringify(entry)).not.toContain('€');
  expect(() => encodeEntry(entry)).not.toThrow();
});

test('an outcome of a call that never ran has no result', () => {
  expect(buildEntry({ ...parts, type: 'outcome', outcome: { status: 'denied' } }).outcome).toEqual({
    status: 'denied',
    bytes: 0,
    resultHash: '',
    resultRef: '',
    durationMs: 0,
  });
});

test('what entries about one request have in common comes from the request, without its arguments', () => {
  const request = {
    sessionId: 's-1',
    requestId: 'r-1',
    tool: 'read',
    schemaHash: 'h',
    policyVersion: 'p',
    digest: 'd',
  };
  expect(entryPartsOf(request as RequestItem)).toEqual({
    sessionId: 's-1',
    requestId: 'r-1',
    tool: 'read',
    schemaHash: 'h',
    policyVersion: 'p',
  });
});
