import { sign } from 'node:crypto';
import { type Deployment, type LedgerEntry, ledgerKey, PLATFORM_STREAM } from '../../../runtime/core/contracts';
import { deployFields } from '../../../runtime/core/ledger/deploy-entry';
import { encodeEntry, parseEntry } from '../../../runtime/core/ledger/entry';
import { rotationText } from '../../../runtime/core/ledger/key-rotation';
import { checkNote, formatNote, formatVerifierKey, parseNote } from '../../../runtime/core/merkle/note';
import { AGENT_ID } from '../agent-id';
import { audit } from './audited-ledger';
import { MemorySource } from './memory-source';
import { entry, SealedLedger, signingKey } from './sealed-ledger';

const strict: Deployment = { agent: AGENT_ID, policyVersion: '1'.repeat(64), autoApprovals: [] };
const wide: Deployment = {
  agent: AGENT_ID,
  policyVersion: '2'.repeat(64),
  mode: 'LOG_ONLY',
  autoApprovals: [{ tool: 'tickets_comment' }, { tool: 'tickets_refund', when: 'context.args.amountCents <= 500' }],
};

async function deploy(world: SealedLedger, deployment: Deployment): Promise<void> {
  world.deployments = [deployment];
  await world.sealer().run();
  world.advance(60_000);
}

function recorded(world: SealedLedger): LedgerEntry[] {
  return [...world.ledger.objects]
    .filter(([key]) => key.startsWith(`entries/${PLATFORM_STREAM}/`))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { text }]) => {
      const parsed = parseEntry(String(text));
      return parsed.ok && parsed.entry.type === 'deploy' ? [parsed.entry] : [];
    });
}

async function seal(world: SealedLedger, ...seqs: number[]): Promise<void> {
  for (const seq of seqs) await world.write(entry('s-1', seq));
  await world.sealer().run();
  world.advance(60_000);
}

/** Two entries, a heartbeat, then the key changes: leaves 0 to 2, then 3 and the rotation at 4, then 5. */
async function rotated(): Promise<SealedLedger> {
  const world = new SealedLedger();
  await seal(world, 1, 2);
  world.laterKeys.push(signingKey(world.signing.key.name));
  await seal(world, 3);
  await seal(world, 4);
  return world;
}

describe('a deployment', () => {
  test('is recorded once for each change, also for a change back', async () => {
    const world = new SealedLedger();
    for (const deployment of [strict, strict, wide, wide, strict]) await deploy(world, deployment);
    expect(recorded(world).map(({ policyVersion, mode, deployment }) => ({ policyVersion, mode, deployment }))).toEqual(
      [
        { policyVersion: strict.policyVersion, mode: undefined, deployment: { agent: AGENT_ID, autoApprovals: [] } },
        {
          policyVersion: wide.policyVersion,
          mode: 'LOG_ONLY',
          deployment: { agent: AGENT_ID, autoApprovals: wide.autoApprovals },
        },
        { policyVersion: strict.policyVersion, mode: undefined, deployment: { agent: AGENT_ID, autoApprovals: [] } },
      ],
    );
    const { findings } = await audit(world, new MemorySource(world));
    expect(findings).toEqual([]);
  });

  test('is recorded for each agent of a platform', async () => {
    const world = new SealedLedger();
    const other = { ...wide, agent: 'Billing-11111111' };
    world.deployments = [strict, other];
    await world.sealer().run();
    world.advance(60_000);
    await deploy(world, strict);
    world.deployments = [wide, other];
    await world.sealer().run();
    expect(recorded(world).map(({ policyVersion, deployment }) => [deployment?.agent, policyVersion])).toEqual([
      [AGENT_ID, strict.policyVersion],
      [other.agent, wide.policyVersion],
      [AGENT_ID, wide.policyVersion],
    ]);
  });

  test('a sealer that lost its state finds the recorded one in the batches', async () => {
    const world = new SealedLedger();
    await deploy(world, wide);
    world.publication.objects.delete('state/sealer.json');
    await deploy(world, wide);
    expect(recorded(world)).toHaveLength(1);
  });

  test('is not recorded in a ledger without a gate', async () => {
    const world = new SealedLedger();
    await world.write(entry('s-1', 1));
    await world.sealer().run();
    expect(recorded(world)).toEqual([]);
  });

  test('a planted record is sealed, and the sealer records the real one after it', async () => {
    const world = new SealedLedger();
    await deploy(world, wide);
    await world.write(entry(PLATFORM_STREAM, 2, { type: 'deploy', decision: undefined, ...deployFields(strict) }));
    await deploy(world, wide);
    await deploy(world, wide);
    expect(recorded(world).map(({ policyVersion }) => policyVersion)).toEqual([
      wide.policyVersion,
      strict.policyVersion,
      wide.policyVersion,
    ]);
  });

  test('when the sealer dies at any write, the next run records it once', async () => {
    for (let fatal = 1; fatal <= 12; fatal += 1) {
      const world = new SealedLedger();
      let writes = 0;
      const die = () => {
        writes += 1;
        if (writes === fatal) throw new Error('killed');
      };
      for (const store of [world.ledger, world.publication, world.witness]) store.beforeWrite = die;
      await deploy(world, wide).catch(() => world.advance(60_000));
      writes = Number.POSITIVE_INFINITY;
      await deploy(world, wide);
      await deploy(world, wide);
      expect({ fatal, records: recorded(world).length }).toEqual({ fatal, records: 1 });
      expect((await audit(world, new MemorySource(world))).findings).toEqual([]);
    }
  });
});

describe('a new signing key', () => {
  test('the old key signs the tree with the entry that names the new key, and the new key signs all later trees', async () => {
    const world = await rotated();
    const [later] = world.laterKeys;
    const sizes = [...world.ledger.objects.keys()].filter((key) => key.startsWith('checkpoints/')).sort();
    const signers = await Promise.all(
      sizes.map(async (_, i) => {
        const note = parseNote((await world.ledger.get(sizes[i])) ?? '');
        return [world.signing.key, later.key].findIndex((key) => checkNote(note, key) === 'valid');
      }),
    );
    expect(signers).toEqual([0, 0, 1]);
  });

  test('the entry is written once, no matter how often sealers start', async () => {
    const world = await rotated();
    await world.sealer().run();
    world.publication.objects.delete('state/sealer.json');
    await world.sealer().run();
    const rotations = [...world.ledger.objects.values()].filter(({ text }) => text.includes('"key_rotation"'));
    expect(rotations).toHaveLength(1);
  });

  test('when the sealer dies at any write during the change, the next run finishes it without a fork', async () => {
    for (let fatal = 1; fatal <= 14; fatal += 1) {
      const world = new SealedLedger();
      await seal(world, 1, 2);
      world.laterKeys.push(signingKey(world.signing.key.name));
      await world.write(entry('s-1', 3));
      let writes = 0;
      const die = () => {
        writes += 1;
        if (writes === fatal) throw new Error('killed');
      };
      for (const store of [world.ledger, world.publication, world.witness]) store.beforeWrite = die;
      await world
        .sealer()
        .run()
        .catch(() => {});
      for (const store of [world.ledger, world.publication, world.witness]) store.beforeWrite = () => {};
      await seal(world, 4);
      await seal(world, 5);
      const report = await audit(world, new MemorySource(world));
      expect({ fatal, findings: report.findings, rotated: report.rotatedTo?.key }).toEqual({
        fatal,
        findings: [],
        rotated: formatVerifierKey(world.laterKeys[0].key),
      });
    }
  });

  test('the verifier follows from the old key to the new one, and reports since which leaf', async () => {
    const world = await rotated();
    const report = await audit(world, new MemorySource(world));
    expect(report.findings).toEqual([]);
    expect(report.rotatedTo?.key).toBe(formatVerifierKey(world.laterKeys[0].key));
    expect(report.rotatedTo?.after).toBeLessThan(report.size);
  });

  test('a key that the old key didn’t sign for is not trusted, even if the entry is sealed', async () => {
    const world = new SealedLedger();
    await seal(world, 1);
    const thief = signingKey(world.signing.key.name);
    const text = rotationText(thief.key);
    const note = formatNote(text, thief.key, sign(null, Buffer.from(text), thief.privateKey));
    const next =
      [...world.ledger.objects.keys()].filter((key) => key.startsWith(`entries/${PLATFORM_STREAM}/`)).length + 1;
    const forged = entry(PLATFORM_STREAM, next, {
      type: 'key_rotation',
      rotation: { key: formatVerifierKey(thief.key), note },
    });
    const key = ledgerKey.entry(PLATFORM_STREAM, next);
    await world.ledger.create(key, encodeEntry(forged));
    await seal(world, 2);
    const { findings, rotatedTo } = await audit(world, new MemorySource(world));
    expect(findings).toEqual([expect.objectContaining({ code: 'KEY_SUBSTITUTED', where: key })]);
    expect(rotatedTo).toBeUndefined();
  });

  test('a checkpoint that the old key signs after the change is found', async () => {
    const world = await rotated();
    const source = new MemorySource(world);
    const [last] = source.keys('checkpoints/').slice(-1);
    const { text } = parseNote(source.text(last));
    source.write(last, formatNote(text, world.signing.key, sign(null, Buffer.from(text), world.signing.privateKey)));
    const { findings } = await audit(world, source);
    expect(findings).toEqual([expect.objectContaining({ code: 'KEY_SUBSTITUTED', where: last })]);
  });

  test('a sealer without the new key stops, and doesn’t sign with the old one', async () => {
    const world = await rotated();
    world.laterKeys.length = 0;
    await world.write(entry('s-1', 5));
    const before = [...world.ledger.objects.keys()].filter((key) => key.startsWith('checkpoints/')).length;
    await expect(world.sealer().run()).rejects.toMatchObject({ code: 'KEY_UNKNOWN' });
    expect([...world.ledger.objects.keys()].filter((key) => key.startsWith('checkpoints/'))).toHaveLength(before);
  });

  test('the entry of the change matches the schema', async () => {
    const world = await rotated();
    const texts = [...world.ledger.objects.values()].map(({ text }) => text.toString());
    const parsed = parseEntry(texts.find((text) => text.includes('"key_rotation"')) ?? '');
    expect(parsed).toMatchObject({ ok: true, entry: { actor: 'sealer', sessionId: PLATFORM_STREAM } });
  });
});
