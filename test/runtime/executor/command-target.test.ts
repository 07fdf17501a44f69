import type { CommandOperation, InputValue } from '../../../runtime/core/aws-operation';
import type { BundledAction } from '../../../runtime/core/bundled-actions';
import { AwsWorld } from './aws-world';

const operation = (
  action: BundledAction,
  input: { [name: string]: InputValue },
  result?: string[],
): CommandOperation => ({
  operation: 'command',
  action,
  resourceVariable: 'RESOURCE_1',
  input,
  ...(result ? { result } : {}),
});

const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:orders.fifo';

test('a command is sent once, filled as declared, and gives the declared members', async () => {
  const aws = new AwsWorld(() => ({ MessageId: 'm-1', MD5OfMessageBody: 'x', $metadata: { httpStatusCode: 200 } }));
  const input: { [name: string]: InputValue } = {
    QueueUrl: { is: 'queueUrl' },
    MessageBody: { is: 'call' },
    MessageGroupId: { is: 'sessionId' },
    MessageDeduplicationId: { is: 'requestId' },
    DelaySeconds: { is: 'constant', value: 5 },
    Attributes: {
      is: 'object',
      members: { a: { is: 'argument', name: 'a' }, text: { is: 'text', name: 'count' } },
    },
    List: {
      is: 'list',
      items: [
        { is: 'argument', name: 'a' },
        { is: 'argument', name: 'absent' },
      ],
    },
    Absent: { is: 'argument', name: 'absent' },
    AbsentObject: { is: 'object', members: { S: { is: 'argument', name: 'absent' } } },
  };
  const answer = await aws.run(operation('sqs:SendMessage', input, ['MessageId']), { b: 1, a: 'x', count: 2 }, QUEUE);
  expect(answer).toEqual({ ok: true, content: '{"MessageId":"m-1"}', targetStatus: 200 });
  expect(aws.sent).toEqual([
    {
      by: 'sqs:SendMessage',
      input: {
        QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/orders.fifo',
        MessageBody:
          '{"arguments":{"a":"x","b":1,"count":2},"connector":"Documents","requestId":"r-1","sessionId":"s-1","tool":"t","v":1}',
        MessageGroupId: 's-1',
        MessageDeduplicationId: 'r-1',
        DelaySeconds: 5,
        Attributes: { a: 'x', text: '2' },
        List: ['x'],
      },
    },
  ]);
});

test('a list of recipients stays one list', async () => {
  const aws = new AwsWorld(() => ({}));
  const input = { ToAddresses: { is: 'list', items: [{ is: 'argument', name: 'to' }] } } as const;
  await aws.run(operation('ses:SendEmail', input), { to: ['a@b.example', 'c@d.example'] });
  await aws.run(operation('ses:SendEmail', input), { to: 'a@b.example' });
  expect(aws.inputs).toEqual([{ ToAddresses: ['a@b.example', 'c@d.example'] }, { ToAddresses: ['a@b.example'] }]);
});

test.each([
  ['arn:aws:s3:::books/a/b.md', 'books', 'a/b.md'],
  ['arn:aws:dynamodb:eu-west-1:111122223333:table/orders', 'orders', ''],
  ['arn:aws:events:eu-west-1:111122223333:event-bus/own', 'own', ''],
  ['arn:aws:states:eu-west-1:111122223333:stateMachine:own', 'own', ''],
  ['arn:aws-cn:sqs:cn-north-1:111122223333:orders', 'orders', ''],
])('the names in %s', async (arn, name, key) => {
  const aws = new AwsWorld(() => ({}));
  const input = { arn: { is: 'resource' }, name: { is: 'resourceName' }, key: { is: 'objectKey' } } as const;
  await aws.run(operation('s3:DeleteObject', input), {}, arn);
  expect(aws.inputs).toEqual([{ arn, name, key }]);
});

test('an argument can’t be a member of every object', async () => {
  const aws = new AwsWorld(() => ({}));
  await aws.run(operation('sns:Publish', { Message: { is: 'argument', name: 'constructor' } }), {});
  expect(aws.inputs).toEqual([{}]);
});

test('an event that EventBridge doesn’t take is no success', async () => {
  const answered = (ErrorCode: string) => new AwsWorld(() => ({ FailedEntryCount: 1, Entries: [{ ErrorCode }] }));
  const put = operation('events:PutEvents', {});
  expect(await answered('MalformedDetail').run(put, {})).toEqual({
    ok: false,
    content: '',
    reason: 'EventBridge answered MalformedDetail.',
  });
  expect(await answered('InternalFailure').run(put, {})).toMatchObject({ ok: false, mayHaveRun: true });
  expect(await new AwsWorld(() => ({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] })).run(put, {})).toMatchObject({
    ok: true,
  });
});
