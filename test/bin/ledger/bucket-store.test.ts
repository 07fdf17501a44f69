import { Readable } from 'node:stream';
import { NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { BucketStore } from '../../../bin/ledger/bucket-store';
import { changedVersions } from '../../../bin/ledger/object-versions';
import { MAX_ENTRY_BYTES } from '../../../runtime/core/ledger/entry';

const ODD = 'entries/a b+c/\u0001é/..';
const encoded = (key: string) => encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');

/** A client that answers each request by a function, and keeps the requests. */
function client(answer: (input: Record<string, unknown>) => unknown) {
  const inputs: Record<string, unknown>[] = [];
  const send = async ({ input }: { input: Record<string, unknown> }) => {
    inputs.push(input);
    return answer(input);
  };
  return { inputs, s3: { send } as unknown as S3Client };
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

test('reads no more of an object than an entry may have, and ends the transfer', async () => {
  let given = 0;
  const body = Readable.from(
    (function* () {
      for (;;) {
        given += 1000;
        yield Buffer.alloc(1000);
      }
    })(),
  );
  const store = new BucketStore('bucket', client(() => ({ Body: body })).s3);
  expect(await store.getBytes('entries/s-1/000000000001')).toHaveLength(MAX_ENTRY_BYTES + 1);
  expect(body.destroyed).toBe(true);
  expect(given).toBeLessThan(100_000);
});

test('reads whole and empty objects, and knows missing ones', async () => {
  const store = (answer: () => unknown) => new BucketStore('bucket', client(answer).s3);
  expect(await store(() => ({ Body: Readable.from([Buffer.from('a'), Buffer.from('b')]) })).get('batches/1')).toBe(
    'ab',
  );
  expect(await store(() => ({ Body: Readable.from([]) })).get('batches/1')).toBe('');
  const missing = store(() => {
    throw new NoSuchKey({ $metadata: {}, message: '' });
  });
  expect(await missing.get('batches/1')).toBeUndefined();
});

test('lists keys with any characters, page by page', async () => {
  const { s3, inputs } = client(({ ContinuationToken }) => ({
    EncodingType: 'url',
    Contents: [{ Key: encoded(ContinuationToken ? 'entries/z' : ODD), LastModified: new Date(5), Size: 7 }],
    NextContinuationToken: ContinuationToken ? undefined : 'next',
  }));
  expect(await all(new BucketStore('bucket', s3).list('entries/'))).toEqual([
    { key: ODD, modified: 5, bytes: 7 },
    { key: 'entries/z', modified: 5, bytes: 7 },
  ]);
  expect(inputs[0]).toMatchObject({ EncodingType: 'url', Prefix: 'entries/' });
});

test('keys that a service does not encode are left as they are', async () => {
  const { s3 } = client(() => ({ Contents: [{ Key: 'entries/50%+1' }] }));
  expect((await all(new BucketStore('bucket', s3).list('entries/'))).map(({ key }) => key)).toEqual(['entries/50%+1']);
});

test('names changed versions of keys with any characters, also after a page that ends with such a key', async () => {
  const { s3, inputs } = client(({ KeyMarker }) =>
    KeyMarker === undefined
      ? {
          EncodingType: 'url',
          IsTruncated: true,
          NextKeyMarker: encoded(ODD),
          NextVersionIdMarker: 'v',
          Versions: [{ Key: encoded(ODD) }],
        }
      : { EncodingType: 'url', Versions: [{ Key: encoded(ODD) }], DeleteMarkers: [{ Key: encoded('entries/é') }] },
  );
  expect(await all(changedVersions(s3, 'bucket', 'entries/'))).toEqual([
    { key: 'entries/é', what: 'DELETE_MARKER' },
    { key: ODD, what: 'VERSION_OVERWRITTEN' },
  ]);
  expect(inputs[1]).toMatchObject({ KeyMarker: ODD, VersionIdMarker: 'v', Prefix: 'entries/' });
});
