import type { ObjectOperation } from '../../../runtime/core/aws-operation';
import type { JsonObject, PinnedDocument } from '../../../runtime/core/contracts';
import { documentParts } from '../../../runtime/core/document-parts';
import { callAwsTarget } from '../../../runtime/executor/aws-target';
import { decodeDocument } from '../../../runtime/executor/decode-document';
import type { TargetAnswer } from '../../../runtime/executor/target-answer';
import { fc } from '../../seed';
import { FakeVersionedBucket } from '../aws/fake-versioned-bucket';

const OPERATION: ObjectOperation = {
  operation: 's3:GetObjectVersion',
  resourceVariable: 'RESOURCE_1',
  keyPrefix: 'cases/',
};
const PINNED: PinnedDocument = {
  name: 'contract',
  connector: 'Cases',
  key: 'cases/a.txt',
  versionId: 'v1',
  etag: '"e1"',
};

let bucket: FakeVersionedBucket;
beforeEach(() => {
  bucket = new FakeVersionedBucket();
});

function read(
  args: JsonObject = { name: 'contract' },
  documents: readonly PinnedDocument[] = [PINNED],
  operation = OPERATION,
): Promise<TargetAnswer> {
  const tool = {
    name: 'get_document',
    effect: 'read',
    schema: {},
    schemaHash: '',
    policyVersion: '',
    maxResultBytes: 65_536,
    timeoutMs: 1000,
    aws: operation,
  } as const;
  const unused = () => {
    throw new Error('not used');
  };
  const clients = {
    connector: 'Cases',
    documents: async () => documents,
    s3: () => bucket.client,
    dynamodb: unused,
    lambda: unused,
    s3Once: unused,
    dynamodbOnce: unused,
    send: unused,
  };
  return callAwsTarget(clients, tool, { args, requestId: 'r-1', sessionId: 's-1' }, () => 'b');
}

describe('a document of a session', () => {
  test('is read in its charset; what isn’t text is refused', async () => {
    bucket.put('cases/a.txt', Buffer.from('Grüße', 'latin1'), 'text/plain; charset=iso-8859-1');
    expect(JSON.parse((await read()).content)).toMatchObject({ text: 'Grüße' });
    expect(decodeDocument(Buffer.from('Grüße', 'latin1'), null)).toBeUndefined();
    expect(decodeDocument(Buffer.from('\ufeffGrüße', 'utf16le'), 'text/plain')).toBe('Grüße');
    for (const bytes of [
      new Uint8Array([0xff, 0xd8, 0xff, 0xe0]),
      Buffer.from('PK\u0003\u0004\0\0'),
      Buffer.from('a\0b'),
    ]) {
      expect(decodeDocument(bytes, null)).toBeUndefined();
    }
    expect(decodeDocument(Buffer.from('text'), 'text/plain; charset=klingon')).toBeUndefined();
  });

  test('a binary object is a typed refusal', async () => {
    bucket.put('cases/a.txt', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff]), 'image/png');
    expect(await read()).toEqual({ ok: false, content: '', reason: expect.stringContaining('isn’t text') });
  });

  test('is read again only as the version and the bytes of the launch', async () => {
    bucket.put('cases/a.txt', 'one');
    expect(await read(undefined, [{ ...PINNED, etag: '"other"' }])).toMatchObject({
      ok: false,
      reason: 'AWS answered PreconditionFailed.',
    });
    bucket.purge('v1');
    expect(await read()).toMatchObject({ ok: false, reason: 'AWS answered NoSuchVersion.' });
  });

  test.each<[string, PinnedDocument]>([
    ['another name', { ...PINNED, name: 'other' }],
    ['another connector', { ...PINNED, connector: 'Other' }],
    ['a key beyond the prefix', { ...PINNED, key: 'secret.txt' }],
    ['a key of a longer prefix', { ...PINNED, key: 'cases2/a.txt' }],
  ])('is not one with %s', async (_what, document) => {
    await expect(read(undefined, [document])).rejects.toThrow('No document of that name');
    expect(bucket.reads).toEqual([]);
  });

  test('an operation without a prefix reads nothing', async () => {
    await expect(read(undefined, [PINNED], { ...OPERATION, keyPrefix: undefined })).rejects.toThrow('No document');
  });

  test('an object that is larger than a launch allows is not read', async () => {
    bucket.put('cases/a.txt', new Uint8Array(10 * 1024 * 1024));
    expect(await read()).toEqual({ ok: false, content: '', reason: 'The document is too large.' });
  });

  test('a long one is read in parts', async () => {
    const text = Array.from({ length: 3000 }, (_, line) => `Line ${line} with "quotes" and €.`).join('\n');
    bucket.put('cases/a.txt', text);
    const { parts } = JSON.parse((await read()).content);
    expect(parts).toBeGreaterThan(1);
    let whole = '';
    for (let part = 1; part <= parts; part += 1) {
      const { content } = await read({ name: 'contract', part });
      expect(Buffer.byteLength(content)).toBeLessThanOrEqual(65_536);
      whole += JSON.parse(content).text;
    }
    expect(whole).toBe(text);
    expect(await read({ name: 'contract', part: parts + 1 })).toMatchObject({
      ok: false,
      reason: `The document has ${parts} parts. Ask for one of them.`,
    });
  });

  test('parts are the document, each small enough for a result', () => {
    const long = fc.tuple(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 9000 }),
    );
    fc.assert(
      fc.property(fc.array(long, { maxLength: 5 }), (pieces) => {
        const text = pieces.map(([piece, times]) => piece.repeat(times)).join('\n');
        const parts = documentParts(text);
        expect(parts.join('')).toBe(text);
        for (const part of parts) expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThan(60_000);
      }),
      { numRuns: 30 },
    );
  });
});
