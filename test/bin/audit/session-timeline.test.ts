import { timelineOf } from '../../../bin/audit/session-timeline';
import { type LedgerEntry, LOG_ONLY, PLATFORM_STREAM } from '../../../runtime/core/contracts';
import { escapeToLine } from '../../../runtime/core/display';
import { deployFields } from '../../../runtime/core/ledger/deploy-entry';
import { call, GateWorld, MANIFEST } from '../../runtime/gate/gate-world';
import { entry } from '../../runtime/ledger/sealed-ledger';

const policyVersion = `${'ab'.repeat(4)}${'0'.repeat(56)}`;
const deploy = (seq: number, more: Parameters<typeof deployFields>[0]) =>
  entry(PLATFORM_STREAM, seq, { type: 'deploy', actor: 'sealer', decision: undefined, ...deployFields(more) });

test('says for a deployment which calls run without a person, and whether the gate enforces', () => {
  const [, strict, wide] = timelineOf([
    deploy(1, { agent: 'Support-0a1b2c3d', policyVersion, autoApprovals: [] }),
    deploy(2, {
      agent: 'Support-0a1b2c3d',
      policyVersion,
      autoApprovals: [{ tool: 'tickets_comment' }, { tool: 'tickets_refund', when: 'context.args.amountCents <= 5\n' }],
    }),
  ]);
  expect(strict).toMatch(/deployed: Support-0a1b2c3d, policy version abababab; nothing is auto-approved$/);
  expect(wide).toMatch(
    /deployed: Support-0a1b2c3d, policy version abababab; auto-approved: tickets_comment and tickets_refund when context\.args\.amountCents <= 5\\n$/,
  );
  const only = timelineOf([
    deploy(1, { agent: 'Support-0a1b2c3d', policyVersion, mode: 'LOG_ONLY', autoApprovals: [] }),
  ]);
  expect(only.join('\n')).toContain('THE GATE ONLY LOGS');
});

test('a LOG_ONLY session says so in its first lines, and for each call what would have happened', async () => {
  const world = new GateWorld();
  const gate = world.gate({ ...MANIFEST, mode: LOG_ONLY });
  await call(gate, 'wipe', { id: 'T-2' });
  const lines = timelineOf(world.entries());
  expect(lines[1]).toBe('THE GATE ONLY LOGGED: it let calls through that an enforcing gate would stop.');
  expect(lines[2]).toMatch(/wipe: LET THROUGH, the gate only logs; it would have been OUT_OF_SCOPE$/);
  expect(timelineOf(world.entries().map(({ mode: _, ...entry }) => entry)).join()).not.toContain('ONLY LOGGED');
});

test('says of each call where its targets were found', async () => {
  const world = new GateWorld({ taint: true });
  const gate = world.gate({ ...MANIFEST, trustedDirectory: ['desk@example.com'] });
  for (const to of ['ann@example.com', 'desk@example.com', 'eve@example.net']) await call(gate, 'mail', { to });
  await call(gate, 'read', { id: 'T-1' });
  const lines = timelineOf(world.entries()).filter((line) => /allowed|WAITS/.test(line));
  expect(lines.map((line) => /; targets: (\w+)/.exec(line)?.[1])).toEqual(['task', 'directory', 'unknown', undefined]);
});

describe('says who a session was opened for', () => {
  const started = (more: Partial<LedgerEntry>, args?: object): string | undefined => {
    const start = entry('s-1', 1, { type: 'session_start', actor: 'launcher', decision: undefined, ...more });
    return timelineOf([start], () => (args ? { args: JSON.stringify(args) } : {}))[1]?.replace(
      /^.*session opened/,
      'session opened',
    );
  };
  const person = { kind: 'person', issuer: 'https://login.example.com', subject: 'u-1' } as const;

  test('a person by issuer and subject, and by name where the evidence still has it', () => {
    expect(started({ runsFor: person })).toBe('session opened by launcher for u-1 of https://login.example.com');
    expect(started({ runsFor: person }, { runsFor: { ...person, name: 'Ann\u001b[1m' } })).toBe(
      `session opened by launcher for ${escapeToLine('Ann\u001b[1m')}, u-1 of https://login.example.com`,
    );
  });

  test('a service, and the author of the task', () => {
    expect(started({ runsFor: { kind: 'service', service: 'nightly' }, taskAuthor: person })).toBe(
      'session opened by launcher for the service nightly; its task is by u-1 of https://login.example.com',
    );
  });

  test('a name that nobody verified, marked as such', () => {
    const runsFor = { kind: 'unverified' } as const;
    expect(started({ runsFor })).toBe('session opened by launcher for a name that nobody verified');
    expect(started({ runsFor }, { runsFor: { kind: 'unverified', name: 'ann' } })).toBe(
      'session opened by launcher for "ann", a name that nobody verified',
    );
  });

  test('nobody, in an entry from before users were verified', () => {
    expect(started({})).toBe('session opened by launcher');
  });
});
