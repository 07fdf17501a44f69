import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { JsonObject } from '../../../runtime/core/contracts';
import type { AwsOperation, ExecutorTool } from '../../../runtime/core/executor-config';
import { callAwsTarget, objectKey } from '../../../runtime/executor/aws-target';
import { NotSentError } from '../../../runtime/executor/target-answer';

const object: AwsOperation = {
  operation: 's3:GetObject',
  resourceVariable: 'RESOURCE_1',
  keyPrefix: 'support/',
  keyArgument: 'key',
};

function tool(aws: AwsOperation): ExecutorTool {
  return {
    name: 't',
    effect: 'read',
    schema: { type: 'object' },
    schemaHash: '',
    policyVersion: '',
    maxResultBytes: 100,
    timeoutMs: 1000,
    aws,
  };
}

/** Answers every command, and keeps what was asked. */
function clients(answer: () => unknown) {
  const sent: unknown[] = [];
  const client = {
    send: async (command: { input: unknown }) => {
      sent.push(command.input);
      return answer();
    },
  };
  return {
    sent,
    connector: 'Documents',
    documents: async () => [],
    s3: () => client as unknown as S3Client,
    dynamodb: () => client as unknown as DynamoDBClient,
  };
}
const run = (of: ReturnType<typeof clients>, aws: AwsOperation, args: JsonObject) =>
  callAwsTarget(of, tool(aws), args, (variable) => `name-of-${variable}`);

describe('objectKey', () => {
  test('is below the connector’s prefix', () => {
    expect(objectKey(object, { key: 'a/b.md' })).toBe('support/a/b.md');
    expect(objectKey({ ...object, keyPrefix: undefined }, { key: 'a' })).toBe('a');
  });

  test.each(['', '/etc/passwd', '../secret', 'a/../../secret', './a', 'a/..', 7, null])('refuses %j', (key) => {
    expect(() => objectKey(object, { key } as JsonObject)).toThrow(NotSentError);
  });
});

describe('callAwsTarget', () => {
  test('reads one object of the named bucket, one byte more than the tool may return', async () => {
    const of = clients(() => ({ Body: { transformToString: async () => 'text' } }));
    expect(await run(of, object, { key: 'a.md' })).toEqual({ ok: true, content: 'text', targetStatus: 200 });
    expect(of.sent).toEqual([{ Bucket: 'name-of-RESOURCE_1', Key: 'support/a.md', Range: 'bytes=0-100' }]);
  });

  test('lists keys below the prefix only', async () => {
    const of = clients(() => ({ Contents: [{ Key: 'support/a.md', Size: 3 }], IsTruncated: true }));
    const answer = await run(of, { ...object, operation: 's3:ListObjects' }, {});
    expect(JSON.parse(answer.content)).toEqual({ keys: [{ key: 'a.md', size: 3 }], more: true });
    expect(of.sent).toMatchObject([{ Prefix: 'support/' }]);
  });

  test('reads one item by its key', async () => {
    const item: AwsOperation = { operation: 'dynamodb:GetItem', resourceVariable: 'RESOURCE_1', keyAttribute: 'pk' };
    const of = clients(() => ({ Item: { pk: { S: 'a' } } }));
    expect((await run(of, item, { key: 'a' })).content).toBe('{"pk":{"S":"a"}}');
    expect(of.sent).toEqual([{ TableName: 'name-of-RESOURCE_1', Key: { pk: { S: 'a' } } }]);
    expect(
      await run(
        clients(() => ({})),
        item,
        { key: 'a' },
      ),
    ).toMatchObject({ ok: false, targetStatus: 404 });
    await expect(run(of, item, { key: { S: 'a' } })).rejects.toThrow(NotSentError);
  });

  test('names AWS’s refusal by its code alone', async () => {
    const of = clients(() => {
      throw Object.assign(new Error('arn:aws:s3:::bucket is not yours'), {
        name: 'AccessDenied',
        $metadata: { httpStatusCode: 403 },
      });
    });
    expect(await run(of, object, { key: 'a' })).toEqual({
      ok: false,
      content: '',
      targetStatus: 403,
      reason: 'AWS answered AccessDenied.',
    });
  });

  test('reads an empty object as an empty text', async () => {
    const of = clients(() => {
      throw Object.assign(new Error('range'), { name: 'InvalidRange', $metadata: { httpStatusCode: 416 } });
    });
    expect(await run(of, object, { key: 'a' })).toMatchObject({ ok: true, content: '' });
  });
});
