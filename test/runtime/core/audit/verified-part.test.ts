import { sign } from 'node:crypto';
import type { AuditFinding } from '../../../../runtime/core/audit/audit-finding';
import { parseVerifiedPart, type VerifiedPart } from '../../../../runtime/core/audit/verified-part';
import { ledgerKey, PLATFORM_STREAM } from '../../../../runtime/core/contracts';
import { batchEntryKeys, batchKey, encodeBatch, parseBatch } from '../../../../runtime/core/ledger/batch';
import { parseCheckpoint } from '../../../../runtime/core/merkle/checkpoint';
import { treeHash } from '../../../../runtime/core/merkle/hash';
import { formatNote, parseNote } from '../../../../runtime/core/merkle/note';
import { TILE_WIDTH } from '../../../../runtime/core/merkle/tile';
import { DEFAULT_LIMITS } from '../../../../runtime/ledger/sealer-ports';
import { randomFrom } from '../../../seed';
import { audit, honestLedger } from '../../ledger/audited-ledger';
import { FAULTS } from '../../ledger/faults';
import { MemorySource } from '../../ledger/memory-source';
import { entry, SealedLedger, signingKey } from '../../ledger/sealed-ledger';

const batchesOf = (source: MemorySource) => source.keys('batches/').map((key) => parseBatch(source.text(key)));

/** The ledger as it was when only its first `count` batches were there, and a minute later. */
function ledgerAfter(world: SealedLedger, count: number): { source: MemorySource; now: number } {
  const source = new MemorySource(world);
  const all = batchesOf(source);
  for (const batch of all.slice(count)) {
    const checkpoint = ledgerKey.checkpoint(batch.to);
    source.witness.delete(checkpoint);
    for (const key of [checkpoint, batchKey(batch.from), ...batchEntryKeys(batch)]) source.ledger.delete(key);
  }
  const { at, to } = all[count - 1];
  const shown = Buffer.from(source.text(ledgerKey.checkpoint(to)));
  source.publication.set('checkpoint', { text: shown, modified: 0 });
  return { source, now: Date.parse(at) + 60_000 };
}

/** The result of an audit at that time. */
async function verifiedAfter(world: SealedLedger, count: number): Promise<VerifiedPart> {
  const { source, now } = ledgerAfter(world, count);
  const { findings, verified } = await audit(world, source, { now });
  expect(findings).toEqual([]);
  return verified as VerifiedPart;
}

const sizeOf = ({ checkpoint }: VerifiedPart) => parseCheckpoint(parseNote(checkpoint).text).size;

describe('continuing from an earlier verification', () => {
  let world: SealedLedger;
  let count: number;
  beforeAll(async () => {
    world = await honestLedger(1000, randomFrom(3));
    count = batchesOf(new MemorySource(world)).length;
  });

  test('gives the same report, and the same result for the next verification', async () => {
    const whole = await audit(world, new MemorySource(world));
    for (let after = 1; after <= count; after += 1) {
      const verified = parseVerifiedPart(JSON.stringify(await verifiedAfter(world, after)));
      const { notReadAgain, ...report } = await audit(world, new MemorySource(world), { verified });
      const read = sizeOf(verified) - (sizeOf(verified) % TILE_WIDTH);
      expect(notReadAgain).toBe(read > 0 ? read : undefined);
      expect({ ...report, verified: undefined }).toEqual({ ...whole, verified: undefined });
      expect({ ...report.verified, names: '' }).toEqual({ ...whole.verified, names: '' });
    }
  });

  test('works over many steps, each from the previous one', async () => {
    let verified: VerifiedPart | undefined;
    for (let after = 1; after <= count; after += 1) {
      const { source, now } = ledgerAfter(world, after);
      const read = verified ? sizeOf(verified) - (sizeOf(verified) % TILE_WIDTH) : 0;
      const report = await audit(world, source, { now, verified });
      expect(report).toMatchObject({ findings: [], ...(read > 0 ? { notReadAgain: read } : {}) });
      verified = report.verified;
    }
    expect(verified && sizeOf(verified)).toBe((await audit(world, new MemorySource(world))).size);
  });

  test('reads no earlier entry, except those that may change the key', async () => {
    const verified = await verifiedAfter(world, count - 1);
    const source = new MemorySource(world);
    const read: string[] = [];
    const { findings } = await audit(
      world,
      Object.assign(source, {
        read: (keys: readonly string[]) => {
          read.push(...keys);
          return MemorySource.prototype.read.call(source, keys);
        },
      }),
      { verified },
    );
    expect(findings).toEqual([]);
    const again = new Set(read.filter((key) => key.startsWith('entries/') && !key.includes(`/${PLATFORM_STREAM}/`)));
    const kept = batchesOf(source)
      .flatMap(batchEntryKeys)
      .slice(sizeOf(verified) - (sizeOf(verified) % TILE_WIDTH));
    expect(again).toEqual(new Set(kept.filter((key) => !key.includes(`/${PLATFORM_STREAM}/`))));
  });

  describe.each(Object.entries(FAULTS))('%s', (_name, inject) => {
    test.each([1, 2, 3])('is found as by a complete verification (round %i)', async (round) => {
      const random = randomFrom(round);
      const verified = await verifiedAfter(world, 1 + Math.floor(random() * count));
      const unread = sizeOf(verified) - (sizeOf(verified) % TILE_WIDTH);
      const spoiled = new MemorySource(world);
      inject(spoiled, random, world);
      const whole = (await audit(world, spoiled)).findings;
      const resumed = (await audit(world, spoiled, { verified })).findings;

      // Only the content of entries that were read before, and of their published copies, may go unnoticed. The time of
      // an entry is content too; a batch that is out of order is found at its own key.
      const hidden = ({ code, where, leaf = 0 }: AuditFinding) =>
        (['ENTRY_ALTERED', 'ENTRIES_REORDERED'].includes(code) && leaf < unread) ||
        (code === 'CLOCK_ROLLBACK' && where.startsWith('entries/') && leaf < unread) ||
        (code === 'TILE_ALTERED' && where.startsWith('tile/entries/'));
      const places = (findings: readonly AuditFinding[]) => findings.map(({ where }) => where);
      expect(places(whole)).toEqual(expect.arrayContaining(places(resumed)));
      expect(places(resumed)).toEqual(expect.arrayContaining(places(whole.filter((finding) => !hidden(finding)))));
      if (!whole.some(hidden)) expect(resumed).toEqual(whole);
    });
  });

  test('an entry before that was altered since is not found: it isn’t read', async () => {
    const verified = await verifiedAfter(world, count);
    const source = new MemorySource(world);
    const key = batchEntryKeys(batchesOf(source)[0]).find((one) => !one.includes(PLATFORM_STREAM)) ?? '';
    source.write(key, `${source.text(key)} `);
    expect((await audit(world, source, { verified })).findings).toEqual([]);
    expect((await audit(world, source)).findings).toEqual([
      expect.objectContaining({ code: 'ENTRY_ALTERED', where: key }),
    ]);
  });

  test('a batch before that names other entries under the same hashes is found', async () => {
    const verified = await verifiedAfter(world, count);
    const source = new MemorySource(world);
    const [batch] = batchesOf(source);
    const place = batch.runs.findIndex(({ stream }) => stream !== PLATFORM_STREAM);
    const runs = batch.runs.map((run, i) => (i === place ? { ...run, stream: `${run.stream}x` } : run));
    source.write(batchKey(0), encodeBatch({ ...batch, runs }));
    const { findings } = await audit(world, source, { verified });
    expect(findings.map(({ code }) => code)).toContain('ENTRY_DELETED');
    expect(findings).toEqual((await audit(world, source)).findings);
  });

  test('earlier hashes that were changed in batches, tiles and a signed root are a fork', async () => {
    const verified = await verifiedAfter(world, count - 1);
    const [origin, size] = parseNote(verified.checkpoint).text.split('\n');
    const text = [origin, size, treeHash(Buffer.alloc(32, 1)).toString('base64'), ''].join('\n');
    const other = formatNote(text, world.signing.key, sign(null, Buffer.from(text), world.signing.privateKey));
    const { findings, verified: none } = await audit(world, new MemorySource(world), {
      verified: { ...verified, checkpoint: other },
    });
    expect(findings.map(({ code }) => code)).toContain('FORK');
    expect(none).toBeUndefined();
  });

  test('a replaced ledger doesn’t lead to what was verified', async () => {
    const verified = await verifiedAfter(world, 2);
    const anew = new SealedLedger(DEFAULT_LIMITS);
    Object.assign(anew, { signing: world.signing });
    for (let i = 1; i <= 1000; i += 1) await anew.write(entry('s-new', i));
    await anew.sealer().run();
    const { findings } = await audit(anew, new MemorySource(anew), { verified });
    expect(findings.map(({ code }) => code)).toContain('FORK');
  });

  test('a result whose checkpoint another key signed is refused', async () => {
    const verified = await verifiedAfter(world, 2);
    const { text } = parseNote(verified.checkpoint);
    const foreign = signingKey(world.signing.key.name);
    const checkpoint = formatNote(text, foreign.key, sign(null, Buffer.from(text), foreign.privateKey));
    await expect(audit(world, new MemorySource(world), { verified: { ...verified, checkpoint } })).rejects.toThrow(
      /isn’t signed by a key of this log/,
    );
  });
});

describe('calls that were open when the earlier verification ended', () => {
  const allowed = { type: 'intent', decision: { code: 'ALLOW', policyIds: [], taint: false } } as const;
  const asked = { type: 'intent', decision: { code: 'ASK', policyIds: [], taint: true } } as const;
  const approved = { type: 'decision', decision: { code: 'APPROVED', policyIds: [], taint: true } } as const;
  const outcome = {
    type: 'outcome',
    decision: undefined,
    outcome: { status: 'succeeded', bytes: 1, resultHash: '', resultRef: '', durationMs: 1 },
  } as const;

  test.each([
    ['ended since', [allowed], [outcome], []],
    ['never ended', [allowed], [], ['INTENT_WITHOUT_OUTCOME']],
    ['approved since, and ended', [asked], [approved, outcome], []],
    ['approved since, and never ended', [asked], [approved], ['INTENT_WITHOUT_OUTCOME']],
    ['still waiting for a person', [asked], [], []],
  ] as const)('%s', async (_, before, after, codes) => {
    const world = new SealedLedger(DEFAULT_LIMITS);
    const other = Array.from({ length: 300 }, (_, i) => entry('s-other', i + 1));
    const write = (entries: readonly object[], from: number) =>
      world.write(...entries.map((more, i) => entry('s-a', from + i, { requestId: 'r-1', ...more })));
    await write(before, 1);
    await world.write(...other);
    await world.sealer().run();
    world.advance(60_000);
    const { verified } = await audit(world, new MemorySource(world));
    expect(verified?.openCalls).toHaveLength(1);

    await write(after, 1 + before.length);
    for (let minutes = 0; minutes <= 120; minutes += 60) {
      await world.sealer().run();
      world.advance(60 * 60_000);
    }
    const whole = await audit(world, new MemorySource(world));
    const { notReadAgain, ...resumed } = await audit(world, new MemorySource(world), { verified });
    expect(notReadAgain).toBe(256);
    expect(resumed.findings.map(({ code }) => code)).toEqual(codes);
    expect(resumed).toEqual({ ...whole, ...(whole.verified ? { verified: resumed.verified } : {}) });
  });
});

test.each([
  ['nothing', ''],
  ['another file', '{"v":1}'],
  ['a call without a time', '{"v":1,"checkpoint":"","names":"","erasures":0,"openCalls":[{}]}'],
])('%s is refused', (_, text) => {
  expect(() => parseVerifiedPart(text)).toThrow(RangeError);
});
