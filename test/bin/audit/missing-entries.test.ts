import { S3ServiceException } from '@aws-sdk/client-s3';
import { missingEntries } from '../../../bin/audit/missing-entries';

/** A history that can't be read. */
const failing = (httpStatusCode: number) =>
  async function* (): AsyncIterable<never> {
    yield* await Promise.reject<never[]>(
      new S3ServiceException({ name: 'X', $fault: 'client', $metadata: { httpStatusCode }, message: 'no' }),
    );
  };

test('asks for the versions of the session alone', async () => {
  const asked: (string | undefined)[] = [];
  const history = async function* (prefix?: string) {
    asked.push(prefix);
    yield { key: 'entries/s-1/000000000002', what: 'DELETE_MARKER' } as const;
    yield { key: 'entries/s-1/000000000003', what: 'VERSION_OVERWRITTEN' } as const;
  };
  const { missing, unknown } = await missingEntries({ history }, 'entries/s-1/', new Set());
  expect(asked).toEqual(['entries/s-1/']);
  expect({ missing, unknown }).toEqual({ missing: [expect.stringContaining('000000000002')], unknown: [] });
});

test('says what it doesn’t know without the permission, and fails for other reasons', async () => {
  const { missing, unknown } = await missingEntries({ history: failing(403) }, 'entries/s-1/', new Set());
  expect({ missing, unknown }).toEqual({ missing: [], unknown: [expect.stringContaining('s3:ListBucketVersions')] });
  await expect(missingEntries({ history: failing(500) }, 'entries/s-1/', new Set())).rejects.toThrow('no');
});
