import { type LedgerEntry, ledgerKey } from '../../runtime/core/contracts';
import { encodeEntry } from '../../runtime/core/ledger/entry';
import { sessionIdAt } from '../../runtime/core/ledger/stream-id';

export const START = Date.parse('2026-01-01T00:00:00Z');
/** Entries of a session: 50 calls with their outcomes. */
export const PER_SESSION = 100;

const template = {
  v: 1,
  at: '2026-01-01T00:00:00.000Z',
  actor: 'task/0123456789abcdef0123456789abcdef',
  tool: 'tickets_refund',
  schemaHash: '1'.repeat(64),
  argsHash: '2'.repeat(64),
  salt: '3'.repeat(32),
  policyVersion: '4'.repeat(64),
  credential: { name: 'tickets-api' },
} as const;

// Encoded once with valid values, which are then replaced by marks: the encoder refuses an entry with marks.
const marked = (more: Partial<LedgerEntry>) =>
  encodeEntry({
    ...template,
    sessionId: 'SESSION',
    requestId: 'REQUEST',
    seq: 7,
    argsRef: 'args/$SESSION/$REQUEST',
    ...more,
  } as LedgerEntry)
    .replace('"seq":7', '"seq":"$SEQ"')
    .replace('"SESSION"', '"$SESSION"')
    .replace('"REQUEST"', '"$REQUEST"');
const intentShape = marked({
  type: 'intent',
  decision: {
    code: 'ALLOW',
    policyIds: ['allow-tickets_refund'],
    taint: false,
    provenance: 'task',
  },
});
const outcomeShape = marked({
  type: 'outcome',
  outcome: {
    status: 'succeeded',
    bytes: 4096,
    resultHash: '5'.repeat(64),
    resultRef: 'results/$SESSION/$REQUEST',
    durationMs: 120,
  },
});

export function sessionOf(leaf: number): string {
  return sessionIdAt('Support-0a1b2c3d', START + Math.floor(leaf / PER_SESSION), '0000000000000');
}

/** The entry at a place of the made-up log, about 700 bytes, as its writer stores it. */
export function entryAt(leaf: number): { key: string; text: string } {
  const sessionId = sessionOf(leaf);
  const seq = (leaf % PER_SESSION) + 1;
  const requestId = `request-${String(Math.ceil(seq / 2)).padStart(12, '0')}`;
  const shape = seq % 2 === 1 ? intentShape : outcomeShape;
  return {
    key: ledgerKey.entry(sessionId, seq),
    text: shape.split('$SESSION').join(sessionId).split('$REQUEST').join(requestId).replace('"$SEQ"', String(seq)),
  };
}
