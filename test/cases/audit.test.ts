import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Ledger } from '../../lib/ledger/ledger';
import { LedgerWriter } from '../../runtime/aws/ledger-writer';
import { ledgerKey } from '../../runtime/core/contracts';
import { DEFAULT_LIMITS } from '../../runtime/ledger/sealer-ports';
import { AuditedCopy, verify } from '../bin/commands/audit/audited-copy';
import { audit } from '../runtime/ledger/audited-ledger';
import { MemorySource } from '../runtime/ledger/memory-source';
import type { MemoryStore } from '../runtime/ledger/memory-store';
import { entry, SealedLedger } from '../runtime/ledger/sealed-ledger';
import { randomFrom } from '../seed';

const codesOf = (findings: readonly { code: string }[]) => [...new Set(findings.map(({ code }) => code))];

describe('AUD-01: a log that was cut short must not verify', () => {
  let world: SealedLedger;
  beforeEach(async () => {
    world = new SealedLedger(DEFAULT_LIMITS);
    for (let seq = 1; seq <= 5; seq += 1) {
      await world.write(entry('s-a', seq));
      await world.sealer().run();
      world.advance(60_000);
    }
  });

  const cut = (source: MemorySource, from: number) => {
    for (const key of source.keys('')) {
      const number = Number(key.slice(-12));
      if (key.startsWith('entries/s-a/') && number >= from) source.ledger.delete(key);
      // The first batch holds a heartbeat too, so the entry of number n is leaf n.
      if (key.startsWith('batches/') && number >= from) source.ledger.delete(key);
      if (key.startsWith('checkpoints/') && number > from) source.ledger.delete(key);
    }
  };

  test('the newest entries dropped, with their batches and checkpoints', async () => {
    const source = new MemorySource(world);
    cut(source, 4);
    const report = await audit(world, source);
    expect(codesOf(report.findings)).toEqual(['TRUNCATED']);
    expect(report.size).toBe(4);
  });

  test('an older checkpoint shown again in public', async () => {
    const source = new MemorySource(world);
    cut(source, 4);
    source.publication.set('checkpoint', { text: Buffer.from(source.text(ledgerKey.checkpoint(4))), modified: 0 });
    expect(codesOf((await audit(world, source)).findings)).toEqual(['TRUNCATED']);
  });

  test('a whole session dropped', async () => {
    const source = new MemorySource(world);
    for (const key of source.keys('entries/s-a/')) source.ledger.delete(key);
    expect((await audit(world, source)).findings.map(({ code, where }) => `${code} ${where}`)).toEqual(
      [1, 2, 3, 4, 5].map((seq) => `ENTRY_DELETED ${ledgerKey.entry('s-a', seq)}`),
    );
  });

  test('everything dropped', async () => {
    const source = new MemorySource(world);
    source.ledger.clear();
    expect(codesOf((await audit(world, source)).findings)).toContain('TRUNCATED');
  });

  test('the end rewritten with hashes that fit each other', async () => {
    const source = new MemorySource(world);
    const forged = new SealedLedger(DEFAULT_LIMITS);
    for (let seq = 1; seq <= 5; seq += 1) {
      await forged.write(entry('s-a', seq, { actor: seq > 3 ? 'forged' : 'task/t' }));
      await forged.sealer().run();
      forged.advance(60_000);
    }
    for (const [key, object] of forged.ledger.objects) source.ledger.set(key, object);
    for (const [key, object] of forged.publication.objects) source.publication.set(key, object);
    const { findings, size } = await audit(world, source);
    expect(codesOf(findings)).toContain('KEY_SUBSTITUTED');
    expect(size).toBeLessThan(6);
  });

  test('a session that still runs is open, not finished', async () => {
    await world.write(
      entry('s-a', 6, { type: 'intent', requestId: 'r-1', decision: { code: 'ALLOW', policyIds: [], taint: false } }),
    );
    await world.sealer().run();
    expect(await audit(world, new MemorySource(world))).toMatchObject({ openCalls: 1, findings: [] });
  });
});

describe('AUD-02: many writers, wrong clocks, late and double deliveries', () => {
  /** A bucket as S3 behaves under create-only writes. */
  function bucket(store: MemoryStore) {
    const random = randomFrom(1);
    const client = {
      send: async ({ input }: { input: { Key: string; Body?: string } }) => {
        await new Promise((resolve) => setTimeout(resolve, random() * 3));
        if (input.Body === undefined) {
          const text = await store.get(input.Key);
          return { Body: { transformToString: () => Promise.resolve(text) } };
        }
        if ((await store.create(input.Key, input.Body)).created) return {};
        const metadata = { httpStatusCode: 412 };
        throw new S3ServiceException({
          name: 'PreconditionFailed',
          $fault: 'client',
          $metadata: metadata,
          message: 'taken',
        });
      },
    };
    return new LedgerWriter('bucket', client as unknown as ConstructorParameters<typeof LedgerWriter>[1]);
  }

  test('20 writers append to one session at once: none is lost, none is accused', async () => {
    const world = new SealedLedger(DEFAULT_LIMITS);
    const writer = bucket(world.ledger);
    // A counter that begins broken: two writers get the same number, and must find out by themselves.
    let given = 0;
    const takeSeq = async () => {
      given += 1;
      return given <= 10 ? Math.ceil(given / 2) : given - 5;
    };
    const keys = await Promise.all(
      Array.from({ length: 20 }, (_, i) => {
        const at = new Date(world.now - (i % 2) * 3000).toISOString();
        return writer.appendNext(takeSeq, (seq) => entry('s-a', seq, { at, actor: `task/${i}` }));
      }),
    );
    expect(new Set(keys).size).toBe(20);
    world.advance(DEFAULT_LIMITS.mergeDelayMs + 60_000);
    await world.sealer().run();
    const report = await audit(world, new MemorySource(world));
    expect(report.findings).toEqual([]);
    expect(report.size).toBeGreaterThanOrEqual(21);
    const actors = new Set(keys.map((key) => JSON.parse(world.ledger.objects.get(key)?.text.toString() ?? '{}').actor));
    expect(actors.size).toBe(20);
  });

  test('a write whose reply was lost is sent again and changes nothing', async () => {
    const world = new SealedLedger(DEFAULT_LIMITS);
    const writer = bucket(world.ledger);
    const one = entry('s-a', 1);
    expect(await writer.append(one)).toBe(await writer.append(one));
    await expect(writer.append({ ...one, actor: 'another' })).rejects.toMatchObject({ code: 'LEDGER_CONFLICT' });
    await world.sealer().run();
    expect((await audit(world, new MemorySource(world))).findings).toEqual([]);
  });
});

describe('AUD-04: a bucket with locked versions outlives its stack', () => {
  const stack = new Stack(new App(), 'Stack');
  new Ledger(stack, 'Ledger', { retention: Duration.days(365) });
  const template = Template.fromStack(stack);

  test('nothing that holds records, or keys to them, is deleted or replaced away', () => {
    const kept = ['AWS::S3::Bucket', 'AWS::KMS::Key'].flatMap((type) => Object.values(template.findResources(type)));
    expect(kept.length).toBeGreaterThan(6);
    for (const resource of kept)
      expect(resource).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });

  test('no bucket has a name of its own that would stand in the way of the next deployment', () => {
    for (const bucket of Object.values(template.findResources('AWS::S3::Bucket'))) {
      expect(bucket.Properties.BucketName).toBeUndefined();
    }
  });

  test('nothing empties a bucket on its way out', () => {
    expect(Object.keys(template.findResources('Custom::S3AutoDeleteObjects'))).toEqual([]);
  });

  test.each([Duration.hours(12), Duration.days(36_501)])(
    'a retention of %s is refused: it can never be shortened',
    (retention) => {
      expect(() => new Ledger(new Stack(new App(), 'Other'), 'Ledger', { retention })).toThrow(
        /Other\/Ledger: retention/,
      );
    },
  );

  test('a retention of 20 years is asked about', () => {
    const other = new Stack(new App(), 'Other');
    new Ledger(other, 'Ledger', { retention: Duration.days(7300) });
    Annotations.fromStack(other).hasWarning('/Other/Ledger', Match.stringLikeRegexp('locked for 7300 days'));
  });
});

describe('T2-11: a downloaded copy that was opened in Finder, Explorer or an editor', () => {
  let copy: AuditedCopy;
  beforeAll(async () => {
    copy = await AuditedCopy.make();
  });
  afterAll(() => copy.remove());

  const FOLDERS = [
    'ledger/entries',
    'ledger/entries/s-1',
    'ledger/batches',
    'ledger/checkpoints',
    'witness/checkpoints',
  ];
  const NAMES = ['.DS_Store', '._000000000001', 'Thumbs.db', 'desktop.ini', '000000000001~'];

  test.each(FOLDERS)('the files in %s are named, and the ledger is whole', async (place) => {
    const folder = copy.tampered((it) => {
      for (const name of NAMES) writeFileSync(path.join(it, place, name), 'not of the ledger');
    });
    const { code, out } = await verify('--dir', folder, '--key', copy.key);
    expect(out).toMatch(/^The ledger is whole: 7 sealed entries/);
    const prefix = place.replace('ledger/', '').replace('witness/', 'witness: ');
    for (const name of NAMES) expect(out).toContain(`"${prefix}/${name}"`);
    expect(code).toBe(0);
    const { out: json } = await verify('--dir', folder, '--key', copy.key, '--json');
    expect(JSON.parse(json).strayFiles).toHaveLength(NAMES.length);
  });

  test('hundreds of them are counted', async () => {
    const folder = copy.tampered((it) => {
      for (let i = 0; i < 300; i += 1) writeFileSync(path.join(it, 'ledger/entries/s-1', `._${i}`), '');
    });
    const { code, out } = await verify('--dir', folder, '--key', copy.key);
    expect(code).toBe(0);
    expect(out).toContain('and 280 more. They were not read.');
  });
});
