import { timelineOf } from '../../../bin/audit/session-timeline';
import { eraseEvidence, evidenceOf } from '../../../bin/evidence/erase-evidence';
import { erasureOf, erasuresOf } from '../../../bin/evidence/erasures';
import { ERASURE_STREAM, evidenceKey, ledgerKey } from '../../../runtime/core/contracts';
import { parseEntry } from '../../../runtime/core/ledger/entry';
import { call, GateWorld, SESSION } from '../../runtime/gate/gate-world';
import { audit } from '../../runtime/ledger/audited-ledger';
import { MemorySource } from '../../runtime/ledger/memory-source';
import { MemoryStore } from '../../runtime/ledger/memory-store';
import { entry, SealedLedger } from '../../runtime/ledger/sealed-ledger';

class EvidenceStore extends MemoryStore {
  async delete(key: string): Promise<void> {
    this.objects.delete(key);
  }
}

const author = {
  actor: 'arn:aws:sts::111111111111:assumed-role/Privacy/jo',
  at: '2026-11-25T13:00:00.000Z',
  salt: 'e'.repeat(32),
};

let world: SealedLedger;
let evidence: EvidenceStore;
beforeEach(async () => {
  world = new SealedLedger();
  evidence = new EvidenceStore();
  for (const [session, request] of [
    ['s-1', 'r-1'],
    ['s-1', 'r-12'],
    ['s-12', 'r-1'],
  ]) {
    await evidence.put(evidenceKey.args(session, request), '{}');
    await evidence.put(evidenceKey.result(session, request), 'text');
  }
  await world.write(entry('s-1', 1, { requestId: 'r-1' }));
  await world.sealer().run();
  world.advance(60_000);
});

const left = () => [...evidence.objects.keys()].sort();

test('erases the arguments and results of one request only', async () => {
  await eraseEvidence(world.ledger, evidence, { sessionId: 's-1', requestId: 'r-1' }, author);
  expect(left()).toEqual(['args/s-1/r-12', 'args/s-12/r-1', 'results/s-1/r-12', 'results/s-12/r-1']);
});

test('erases what the gate and the approval wrote for a request', async () => {
  const gate = new GateWorld();
  const { requestId } = await call(gate.gate(), 'read', { id: 'T-1' });
  const other = await call(gate.gate(), 'read', { id: 'T-2' });
  for (const [key, text] of gate.evidence) await evidence.put(key, text);
  const keys = await evidenceOf(evidence, { sessionId: SESSION, requestId });
  expect(keys.map((key) => key.split('/')[0])).toEqual(['args', 'results']);
  for (const { argsRef, outcome } of gate.entries().filter((each) => each.requestId === requestId)) {
    for (const ref of [argsRef, outcome?.resultRef ?? '']) if (ref) expect(keys).toContain(ref);
  }
  await eraseEvidence(world.ledger, evidence, { sessionId: SESSION, requestId }, author);
  expect(await evidenceOf(evidence, { sessionId: SESSION, requestId })).toEqual([]);
  expect(await evidenceOf(evidence, { sessionId: SESSION, requestId: other.requestId })).toHaveLength(2);
});

test('records nothing if there is nothing to erase, so a wrong id doesn’t look like an erasure', async () => {
  const erasing = eraseEvidence(world.ledger, evidence, { sessionId: 's-1', requestId: 'r-7' }, author);
  await expect(erasing).rejects.toThrow('nothing recorded');
  expect([...world.ledger.objects.keys()].filter((key) => key.startsWith(`entries/${ERASURE_STREAM}`))).toEqual([]);
});

test('erases the arguments and results of one session only', async () => {
  await eraseEvidence(world.ledger, evidence, { sessionId: 's-1' }, author);
  expect(left()).toEqual(['args/s-12/r-1', 'results/s-12/r-1']);
});

test('says before the deletion what it would delete', async () => {
  expect(await evidenceOf(evidence, { sessionId: 's-12' })).toEqual(['args/s-12/r-1', 'results/s-12/r-1']);
});

test('is recorded before the first object goes, with who and how many', async () => {
  evidence.delete = async () => {
    throw new Error('denied');
  };
  await expect(eraseEvidence(world.ledger, evidence, { sessionId: 's-1' }, author)).rejects.toThrow('denied');
  const parsed = parseEntry((await world.ledger.get(ledgerKey.entry(ERASURE_STREAM, 1))) ?? '');
  expect(parsed).toMatchObject({
    ok: true,
    entry: { type: 'erasure', actor: author.actor, erasure: { sessionId: 's-1', objects: 4 } },
  });
});

test('deletes nothing where it can’t be recorded', async () => {
  world.ledger.beforeWrite = () => {
    throw new Error('AccessDenied');
  };
  await expect(eraseEvidence(world.ledger, evidence, { sessionId: 's-1' }, author)).rejects.toThrow('AccessDenied');
  expect(left()).toHaveLength(6);
});

test('takes its own ledger number when others erase at the same time', async () => {
  const sessions = ['s-1', 's-12', 's-3', 's-4', 's-5'];
  for (const session of sessions) await evidence.put(evidenceKey.args(session, 'r-1'), '{}');
  const keys = await Promise.all(
    sessions.map((sessionId) => eraseEvidence(world.ledger, evidence, { sessionId }, author)),
  );
  expect(keys.sort()).toEqual([1, 2, 3, 4, 5].map((seq) => ledgerKey.entry(ERASURE_STREAM, seq)));
});

test('is sealed like every entry, and the verifier reports no fault', async () => {
  await eraseEvidence(world.ledger, evidence, { sessionId: 's-1' }, author);
  world.advance(10 * 60_000);
  await world.sealer().run();
  const report = await audit(world, new MemorySource(world));
  expect(report).toMatchObject({ findings: [], erasures: 1, pending: 0 });
});

test('shows in the timeline of its session, and of no other', async () => {
  await eraseEvidence(world.ledger, evidence, { sessionId: 's-1', requestId: 'r-1' }, author);
  const erasures = await erasuresOf(
    { get: (key) => world.ledger.get(key), list: (prefix) => world.ledger.list(prefix) },
    's-1',
  );
  const lines = timelineOf([entry('s-1', 1, { requestId: 'r-1' })], () => ({}), erasures);
  expect(lines.join('\n')).toMatch(/ERASED: arguments and results of call #1, on 2026-11-25 by .*Privacy\/jo/);
  expect(erasureOf(erasures, 'r-1')).toBeDefined();
  expect(erasureOf(erasures, 'r-12')).toBeUndefined();
  expect(
    await erasuresOf({ get: (key) => world.ledger.get(key), list: (prefix) => world.ledger.list(prefix) }, 's-12'),
  ).toEqual([]);
});
