import type {
  ItemOperation,
  ObjectOperation,
  PutItemOperation,
  PutObjectOperation,
  QueryOperation,
} from '../../../runtime/core/aws-operation';
import type { JsonObject } from '../../../runtime/core/contracts';
import { objectKey } from '../../../runtime/executor/object-target';
import { NotSentError } from '../../../runtime/executor/target-answer';
import { AwsWorld, awsError, throwing } from './aws-world';

const object: ObjectOperation = {
  operation: 's3:GetObject',
  resourceVariable: 'RESOURCE_1',
  keyPrefix: 'support/',
  keyArgument: 'key',
};

describe('objectKey', () => {
  test('is below the connector’s prefix', () => {
    expect(objectKey(object, { key: 'a/b.md' })).toBe('support/a/b.md');
    expect(objectKey({ ...object, keyPrefix: undefined }, { key: 'a' })).toBe('a');
  });

  test.each(['', '/etc/passwd', '../secret', 'a/../../secret', './a', 'a/..', 7, null])('refuses %j', (key) => {
    expect(() => objectKey(object, { key } as JsonObject)).toThrow(NotSentError);
  });
});

describe('objects', () => {
  test('are read from the named bucket, one byte more than the tool may return', async () => {
    const aws = new AwsWorld(() => ({ Body: { transformToString: async () => 'text' } }));
    expect(await aws.run(object, { key: 'a.md' })).toEqual({ ok: true, content: 'text', targetStatus: 200 });
    expect(aws.inputs).toEqual([{ Bucket: 'name-of-RESOURCE_1', Key: 'support/a.md', Range: 'bytes=0-100' }]);
  });

  test('are listed below the prefix only, page by page', async () => {
    const aws = new AwsWorld(() => ({ Contents: [{ Key: 'support/a.md', Size: 3 }], IsTruncated: true }));
    const list: ObjectOperation = { ...object, operation: 's3:ListObjects' };
    const answer = await aws.run(list, {});
    expect(JSON.parse(answer.content)).toEqual({ keys: [{ key: 'a.md', size: 3 }], more: true });
    expect(aws.inputs).toMatchObject([{ Prefix: 'support/' }]);
    const paged = await aws.run({ ...list, pageArgument: 'page' }, { page: 'a.md' });
    expect(JSON.parse(paged.content)).toMatchObject({ more: true, page: 'a.md' });
    expect(aws.inputs[1]).toMatchObject({ Prefix: 'support/', StartAfter: 'support/a.md' });
  });

  const put: PutObjectOperation = {
    operation: 's3:PutObject',
    resourceVariable: 'RESOURCE_1',
    keyPrefix: 'reports/',
    keyArgument: 'key',
    contentArgument: 'content',
    contentType: 'text/markdown',
    maxBytes: 5,
    overwrite: false,
  };

  test('are created, once and with the declared type', async () => {
    const aws = new AwsWorld(() => ({ VersionId: 'v1' }));
    const answer = await aws.run(put, { key: 'a.md', content: 'text' });
    expect(JSON.parse(answer.content)).toEqual({ key: 'a.md', bytes: 4, version: 'v1' });
    expect(aws.sent).toEqual([
      {
        by: 's3Once',
        input: {
          Bucket: 'name-of-RESOURCE_1',
          Key: 'reports/a.md',
          Body: 'text',
          ContentType: 'text/markdown',
          Metadata: { 'request-id': 'r-1' },
          IfNoneMatch: '*',
        },
      },
    ]);
    await aws.run({ ...put, overwrite: true }, { key: 'a.md', content: 'text' });
    expect(aws.inputs[1]).not.toHaveProperty('IfNoneMatch');
  });

  test.each([
    [{ key: '../a', content: 'text' }, /\.\. segments/],
    [{ key: 'a', content: 'téxtt' }, /has 6 bytes, more than 5\. Nothing was written/],
    [{ key: 'a' }, /needs a text/],
  ])('are not created with %j', async (args, reason) => {
    const aws = new AwsWorld(() => ({}));
    const run = aws.run(put, args);
    await expect(run).rejects.toThrow(NotSentError);
    await expect(run).rejects.toThrow(reason);
    expect(aws.sent).toEqual([]);
  });

  test('are not created over one that is there', async () => {
    const aws = new AwsWorld(throwing(awsError('PreconditionFailed', 412)));
    expect(await aws.run(put, { key: 'a', content: 'x' })).toEqual({
      ok: false,
      content: '',
      targetStatus: 412,
      reason: 'Something of that key is there already. Nothing was changed.',
    });
  });

  test('may be empty', async () => {
    const aws = new AwsWorld(throwing(awsError('InvalidRange', 416)));
    expect(await aws.run(object, { key: 'a' })).toMatchObject({ ok: true, content: '' });
  });
});

describe('items', () => {
  const item: ItemOperation = {
    operation: 'dynamodb:GetItem',
    resourceVariable: 'RESOURCE_1',
    key: [{ attribute: 'pk', argument: 'key', type: 'S' }],
  };
  const sorted: ItemOperation = { ...item, key: [...item.key, { attribute: 'at', argument: 'day', type: 'N' }] };

  test('are read by their key', async () => {
    const aws = new AwsWorld(() => ({ Item: { pk: { S: 'a' }, raw: { B: new Uint8Array([1, 2]) } } }));
    expect((await aws.run(item, { key: 'a' })).content).toBe('{"pk":{"S":"a"},"raw":{"B":"AQI="}}');
    await aws.run(sorted, { key: 'a', day: 20261130 });
    expect(aws.inputs).toEqual([
      { TableName: 'name-of-RESOURCE_1', Key: { pk: { S: 'a' } } },
      { TableName: 'name-of-RESOURCE_1', Key: { pk: { S: 'a' }, at: { N: '20261130' } } },
    ]);
    expect(await new AwsWorld(() => ({})).run(item, { key: 'a' })).toMatchObject({ ok: false, targetStatus: 404 });
  });

  test.each([{ key: { S: 'a' } }, { key: '' }, {}, { key: 7 }])('are not read by %j', async (args) => {
    await expect(new AwsWorld(() => ({})).run(item, args as JsonObject)).rejects.toThrow(NotSentError);
    await expect(new AwsWorld(() => ({})).run(sorted, { key: 'a', ...args, day: '7' } as JsonObject)).rejects.toThrow(
      NotSentError,
    );
  });

  const put: PutItemOperation = {
    operation: 'dynamodb:PutItem',
    resourceVariable: 'RESOURCE_1',
    key: item.key,
    attributes: ['note', 'count', 'tags', 'open', 'absent'],
    overwrite: false,
  };

  test('are created with the declared attributes, each with the type of its value', async () => {
    const aws = new AwsWorld(() => ({}));
    const args = { key: 'a', note: 'n', count: 2, tags: ['x', { y: null }], open: true, other: 'not declared' };
    expect(await aws.run(put, args)).toEqual({ ok: true, content: '{"written":true}', targetStatus: 200 });
    expect(aws.sent).toEqual([
      {
        by: 'dynamodbOnce',
        input: {
          TableName: 'name-of-RESOURCE_1',
          Item: {
            pk: { S: 'a' },
            note: { S: 'n' },
            count: { N: '2' },
            tags: { L: [{ S: 'x' }, { M: { y: { NULL: true } } }] },
            open: { BOOL: true },
          },
          ConditionExpression: 'attribute_not_exists(#key)',
          ExpressionAttributeNames: { '#key': 'pk' },
        },
      },
    ]);
    await aws.run({ ...put, overwrite: true }, args);
    expect(aws.inputs[1]).not.toHaveProperty('ConditionExpression');
  });

  const query: QueryOperation = {
    operation: 'dynamodb:Query',
    resourceVariable: 'RESOURCE_1',
    partition: { attribute: 'pk', argument: 'key', type: 'S' },
    sort: { attribute: 'at', type: 'N', fromArgument: 'from', toArgument: 'to' },
    descending: true,
    limit: 10,
    pageArgument: 'page',
  };

  test.each([
    [{}, undefined],
    [{ from: 1 }, '#s >= :from'],
    [{ to: 2 }, '#s <= :to'],
    [{ from: 1, to: 2 }, '#s BETWEEN :from AND :to'],
  ])('are queried with %j', async (args, limit) => {
    const aws = new AwsWorld(() => ({ Items: [{ pk: { S: 'a' } }] }));
    const answer = await aws.run(query, { key: 'a', ...args });
    expect(JSON.parse(answer.content)).toEqual({ items: [{ pk: { S: 'a' } }], more: false });
    expect(aws.inputs).toMatchObject([
      {
        KeyConditionExpression: limit === undefined ? '#p = :p' : `#p = :p AND ${limit}`,
        Limit: 10,
        ScanIndexForward: false,
      },
    ]);
  });

  test('are queried by the beginning of their key, on an index', async () => {
    const aws = new AwsWorld(() => ({}));
    const sort = { attribute: 'at', type: 'S', prefixArgument: 'year' } as const;
    await aws.run({ ...query, sort, index: 'byYear' }, { key: 'a', year: '2026' });
    expect(aws.inputs).toMatchObject([
      {
        IndexName: 'byYear',
        KeyConditionExpression: '#p = :p AND begins_with(#s, :prefix)',
        ExpressionAttributeValues: { ':p': { S: 'a' }, ':prefix': { S: '2026' } },
      },
    ]);
  });

  test('are queried page by page', async () => {
    const last = { pk: { S: 'a' }, at: { N: '7' } };
    const aws = new AwsWorld(() => ({ Items: [], LastEvaluatedKey: last }));
    const { more, page } = JSON.parse((await aws.run(query, { key: 'a' })).content);
    expect(more).toBe(true);
    await aws.run(query, { key: 'a', page });
    expect(aws.inputs[1]).toMatchObject({ ExclusiveStartKey: last });
  });

  test.each(['', 'x', 'e30', Buffer.from('{"a":{"BOOL":true}}').toString('base64url'), 7])(
    'are not queried from the page %j',
    async (page) => {
      const run = new AwsWorld(() => ({})).run(query, { key: 'a', page });
      await expect(run).rejects.toThrow(/isn’t one that an earlier answer gave/);
    },
  );
});

describe('what AWS refuses', () => {
  test('is named by its code alone', async () => {
    const aws = new AwsWorld(throwing(awsError('AccessDenied', 403)));
    expect(await aws.run(object, { key: 'a' })).toEqual({
      ok: false,
      content: '',
      targetStatus: 403,
      reason: 'AWS answered AccessDenied.',
    });
  });

  test.each([
    ['ValidationException', 400, false],
    ['ThrottlingException', 400, false],
    ['TooManyRequestsException', 429, false],
    ['SlowDown', 503, false],
    ['RequestTimeout', 408, true],
    ['ServiceUnavailable', 503, true],
    ['InternalError', 500, true],
  ])('%s with %i leaves the outcome open: %s', async (name, status, mayHaveRun) => {
    const aws = new AwsWorld(throwing(awsError(name, status)));
    expect((await aws.run(object, { key: 'a' })).mayHaveRun ?? false).toBe(mayHaveRun);
  });

  test('isn’t known where no answer came', async () => {
    for (const lost of [
      awsError('AbortError'),
      awsError('TimeoutError'),
      awsError('Error', undefined, { code: 'ECONNRESET' }),
    ]) {
      await expect(new AwsWorld(throwing(lost)).run(object, { key: 'a' })).rejects.toBe(lost);
    }
  });

  test('has no effect where nothing left the process', async () => {
    for (const unsent of [
      awsError('Error', undefined, { code: 'ECONNREFUSED' }),
      awsError('CredentialsProviderError'),
    ]) {
      await expect(new AwsWorld(throwing(unsent)).run(object, { key: 'a' })).rejects.toThrow(NotSentError);
    }
  });
});
