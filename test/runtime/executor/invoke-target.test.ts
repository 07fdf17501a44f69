import type { InvokeOperation } from '../../../runtime/core/aws-operation';
import { AwsWorld, awsError, throwing } from './aws-world';

const invoke: InvokeOperation = { operation: 'lambda:InvokeFunction', resourceVariable: 'RESOURCE_1' };
const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:billing:live';
const bytes = (text: string) => new TextEncoder().encode(text);

test('a function gets the canonical arguments and the ids of the call, and nothing else', async () => {
  const aws = new AwsWorld(() => ({ StatusCode: 200, Payload: bytes('{"total":7}') }));
  expect(await aws.run(invoke, { b: 1, a: 'x' }, ARN)).toEqual({ ok: true, content: '{"total":7}', targetStatus: 200 });
  const [{ input, by }] = aws.sent as [{ input: { Payload: Uint8Array }; by: string }];
  expect(by).toBe('lambda');
  expect({ ...input, Payload: Buffer.from(input.Payload).toString() }).toEqual({
    FunctionName: ARN,
    InvocationType: 'RequestResponse',
    Payload:
      '{"arguments":{"a":"x","b":1},"connector":"Documents","requestId":"r-1","sessionId":"s-1","tool":"t","v":1}',
  });
});

test('a function that fails may have done something; its stack trace stays with it', async () => {
  const failure = { errorType: 'Error', errorMessage: 'no such account', trace: ['at /var/task/index.js:1'] };
  const aws = new AwsWorld(() => ({
    StatusCode: 200,
    FunctionError: 'Unhandled',
    Payload: bytes(JSON.stringify(failure)),
  }));
  expect(await aws.run(invoke, {}, ARN)).toEqual({
    ok: false,
    content: '{"errorType":"Error","errorMessage":"no such account"}',
    targetStatus: 200,
    mayHaveRun: true,
    reason: 'The function failed.',
  });
});

test.each(['not JSON', '[]', '{"errorMessage":7}', ''])(
  'a function that fails with %j says no more than that',
  async (text) => {
    const aws = new AwsWorld(() => ({ FunctionError: 'Unhandled', Payload: bytes(text) }));
    const { ok, content } = await aws.run(invoke, {}, ARN);
    expect({ ok, content }).toEqual({
      ok: false,
      content: text.startsWith('{') ? '{"errorType":"","errorMessage":""}' : '',
    });
  },
);

test('an answer that isn’t UTF-8 is no success, and the function ran', async () => {
  const aws = new AwsWorld(() => ({ StatusCode: 200, Payload: new Uint8Array([0xff, 0xfe]) }));
  expect(await aws.run(invoke, {}, ARN)).toMatchObject({ ok: false, content: '', mayHaveRun: true });
});

test.each([
  ['TooManyRequestsException', 429, false],
  ['ResourceNotFoundException', 404, false],
  ['RequestTooLargeException', 413, false],
  ['ServiceException', 500, true],
])('%s leaves the outcome open: %s', async (name, status, mayHaveRun) => {
  const aws = new AwsWorld(throwing(awsError(name, status as number)));
  expect((await aws.run(invoke, {}, ARN)).mayHaveRun ?? false).toBe(mayHaveRun);
});

test('a function that doesn’t answer in time may have run', async () => {
  const lost = awsError('AbortError');
  await expect(new AwsWorld(throwing(lost)).run(invoke, {}, ARN)).rejects.toBe(lost);
});
