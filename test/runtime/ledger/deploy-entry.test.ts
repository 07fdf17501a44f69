import { type Deployment, type LedgerEntry, PLATFORM_STREAM } from '../../../runtime/core/contracts';
import { deployFields } from '../../../runtime/core/ledger/deploy-entry';
import { encodeEntry, parseEntry } from '../../../runtime/core/ledger/entry';
import { audit } from './audited-ledger';
import { MemorySource } from './memory-source';
import { entry, SealedLedger } from './sealed-ledger';

const strict: Deployment = { policyVersion: '1'.repeat(64), autoApprovals: [] };
const wide: Deployment = {
  policyVersion: '2'.repeat(64),
  mode: 'LOG_ONLY',
  autoApprovals: [{ tool: 'tickets_comment' }, { tool: 'tickets_refund', when: 'context.args.amountCents <= 500' }],
};

async function deploy(world: SealedLedger, deployment: Deployment): Promise<void> {
  world.deployment = deployment;
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

test('each change of what is deployed is recorded once, a change back too', async () => {
  const world = new SealedLedger();
  for (const deployment of [strict, strict, wide, wide, strict]) await deploy(world, deployment);
  expect(recorded(world).map(({ policyVersion, mode, deployment }) => ({ policyVersion, mode, deployment }))).toEqual([
    { policyVersion: strict.policyVersion, mode: undefined, deployment: { autoApprovals: [] } },
    { policyVersion: wide.policyVersion, mode: 'LOG_ONLY', deployment: { autoApprovals: wide.autoApprovals } },
    { policyVersion: strict.policyVersion, mode: undefined, deployment: { autoApprovals: [] } },
  ]);
  const { findings } = await audit(world, new MemorySource(world));
  expect(findings).toEqual([]);
});

test('a sealer that lost its state finds in the batches what was recorded', async () => {
  const world = new SealedLedger();
  await deploy(world, wide);
  world.publication.objects.delete('state/sealer.json');
  await deploy(world, wide);
  expect(recorded(world)).toHaveLength(1);
});

test('a ledger that serves no gate records none', async () => {
  const world = new SealedLedger();
  await world.write(entry('s-1', 1));
  await world.sealer().run();
  expect(recorded(world)).toEqual([]);
});

test('a record that somebody plants is sealed, and contradicted by the next', async () => {
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

test('a sealer that dies at any write is finished by the next, with one record', async () => {
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

test('more auto-approvals than an entry holds are counted, and the entry still fits', () => {
  const autoApprovals = Array.from({ length: 100 }, (_, i) => ({ tool: `tool_${i}`, when: 'é'.repeat(400) }));
  const fields = deployFields({ ...strict, autoApprovals });
  const listed = fields.deployment?.autoApprovals.length ?? 0;
  expect(listed).toBeGreaterThan(10);
  expect(fields.deployment?.unlisted).toBe(100 - listed);
  const { decision, requestId, ...bare } = entry(PLATFORM_STREAM, 1);
  expect(() => encodeEntry({ ...bare, type: 'deploy', ...fields })).not.toThrow();
});
