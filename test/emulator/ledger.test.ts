import { sign } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { StoredLedger } from '../../bin/ledger/stored-ledger';
import { LedgerWriter } from '../../runtime/aws/ledger-writer';
import { S3ObjectStore } from '../../runtime/aws/s3-object-store';
import { AUDIT_DEFAULTS, verifyLedger } from '../../runtime/core/audit/verify-ledger';
import { ledgerKey } from '../../runtime/core/contracts';
import { sessionIdAt } from '../../runtime/core/ledger/stream-id';
import { Sealer } from '../../runtime/ledger/sealer';
import { DEFAULT_LIMITS } from '../../runtime/ledger/sealer-ports';
import { entry, signingKey } from '../runtime/ledger/sealed-ledger';
import { type Emulator, startEmulator } from './runner';

const WRITERS = 20;
/** A minute where it is asked for: `LEDGER_WRITING_SECONDS=60`. */
const SECONDS = Number(process.env.LEDGER_WRITING_SECONDS ?? 8);

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
}, 120_000);
afterAll(async () => {
  await emulator?.stop();
});

test(
  `${WRITERS} writers at once for ${SECONDS} s, while two sealers run: every acknowledged entry is sealed, none is lost`,
  async () => {
    const s3 = new S3Client({ ...emulator.clientConfig(), forcePathStyle: true });
    const [ledgerBucket, publicationBucket, witnessBucket] = ['writers-ledger', 'writers-shown', 'writers-witness'];
    for (const Bucket of [ledgerBucket, publicationBucket, witnessBucket]) {
      await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: Bucket !== publicationBucket }));
    }
    const ledger = new S3ObjectStore(ledgerBucket, s3);
    const publication = new S3ObjectStore(publicationBucket, s3);
    const witness = new S3ObjectStore(witnessBucket, s3);
    const { key, privateKey } = signingKey('example.com/writers');
    const sealer = () =>
      new Sealer(
        {
          ledger,
          publication,
          witness,
          signers: [{ key, sign: async (text) => sign(null, Buffer.from(text), privateKey) }],
          deployments: [],
          now: Date.now,
          randomHex: (bytes) => 'c'.repeat(bytes * 2),
          log: () => {},
        },
        { ...DEFAULT_LIMITS, mergeDelayMs: 2000 },
      );

    const acknowledged: string[] = [];
    const end = Date.now() + SECONDS * 1000;
    const writers = Array.from({ length: WRITERS }, async (_, i) => {
      const session = sessionIdAt('Support-0a1b2c3d', Date.now(), i.toString(16).padStart(13, '0'));
      const writer = new LedgerWriter(ledgerBucket, s3);
      for (let seq = 1; Date.now() < end; seq += 1) {
        await writer.append(entry(session, seq, { at: new Date().toISOString() }));
        acknowledged.push(ledgerKey.entry(session, seq));
      }
    });
    const sealers = [0, 1].map(async (i) => {
      await wait(i * 300);
      while (Date.now() < end) {
        await sealer().run();
        await wait(500);
      }
    });
    await Promise.all([...writers, ...sealers]);
    await wait(2500);
    await sealer().run();
    await wait(2500);
    const { size } = await sealer().run();

    const report = await verifyLedger(new StoredLedger({ ledger, publication, witness }), {
      ...AUDIT_DEFAULTS,
      key,
      now: Date.now(),
    });
    expect(report).toMatchObject({ findings: [], pending: 0, size });
    const kept = new Set<string>();
    for await (const object of ledger.list('entries/')) kept.add(object.key);
    expect(acknowledged.filter((name) => !kept.has(name))).toEqual([]);
    // Besides the writers' entries there is a heartbeat, and no void: no number was lost. On a slow machine, the second sealer
    // starts before the first one has sealed its heartbeat, and writes another one.
    const written = new Set(acknowledged);
    const others = [...kept].filter((name) => !written.has(name));
    const types = await Promise.all(others.map(async (name) => JSON.parse(String(await ledger.get(name))).type));
    expect(new Set(types)).toEqual(new Set(['heartbeat']));
    expect(types.length).toBeLessThanOrEqual(2);
    expect(size).toBe(acknowledged.length + types.length);
    expect(acknowledged.length).toBeGreaterThan(WRITERS);
    console.log(
      `${acknowledged.length} entries by ${WRITERS} writers in ${SECONDS} s, ${report.checkpoints} checkpoints`,
    );
  },
  (SECONDS + 120) * 1000,
);
