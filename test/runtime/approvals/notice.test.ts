import { noticeOf, webhookBody } from '../../../runtime/approvals/notice';

const event = (detail: Record<string, unknown>) => ({
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: {
    executionArn: 'arn:aws:states:us-east-1:111122223333:execution:Approvals:r-0123',
    input: JSON.stringify({ v: 1, requestId: 'r-0123', sessionId: 's-secret', digest: 'd'.repeat(64) }),
    ...detail,
  },
});
const ended = (output: unknown) => event({ name: 'r-0123', status: 'SUCCEEDED', output: JSON.stringify(output) });

test.each([
  ['a request that begins to wait', event({ name: 'r-0123', status: 'RUNNING' }), 'waiting'],
  [
    'a request near its end',
    event({ name: 'watch', status: 'FAILED', error: 'NearExpiry', cause: 'r-0123' }),
    'reminder',
  ],
  ['a request that nobody decided', ended({ closed: { status: 'EXPIRED' } }), 'expired'],
])('%s is told, with its id only', (_, given, kind) => {
  expect(noticeOf(given)).toEqual({ kind, requestId: 'r-0123' });
});

test.each([
  ['approved and run', ended({ decided: { decision: 'APPROVED' }, outcome: { status: 'succeeded' } })],
  ['denied', ended({ decided: { decision: 'DENIED' } })],
  ['closed for another reason', ended({ closed: { status: 'UNKNOWN' } })],
  ['ended, but its output says EXPIRED elsewhere', ended({ requestId: 'EXPIRED', status: 'EXPIRED' })],
  ['ended without an output', event({ name: 'r-0123', status: 'SUCCEEDED' })],
  ['ended with an output that is no JSON', event({ name: 'r-0123', status: 'SUCCEEDED', output: '{"closed"' })],
  ['a watch that failed by itself', event({ name: 'w', status: 'FAILED', error: 'States.Timeout', cause: 'r-0123' })],
  ['an id with other characters', event({ name: 'r-1/../../x', status: 'RUNNING' })],
  ['an id with a line break', event({ name: 'r-1\n<!channel>', status: 'RUNNING' })],
  ['no id', event({ status: 'RUNNING' })],
  ['no event', undefined],
  ['no detail', {}],
])('nobody is told of: %s', (_, given) => {
  expect(noticeOf(given)).toBeUndefined();
});

test('a message is an opaque link: the desk and the id', () => {
  const notice = { kind: 'waiting', requestId: 'r-0123' } as const;
  expect(JSON.parse(webhookBody(notice, 'https://desk.example.com/desk/', 'json'))).toEqual({
    v: 1,
    event: 'waiting',
    requestId: 'r-0123',
    url: 'https://desk.example.com/desk/requests/r-0123',
  });
  expect(JSON.parse(webhookBody(notice, 'https://desk.example.com/desk', 'slack'))).toEqual({
    text: 'A tool call waits for a decision: https://desk.example.com/desk/requests/r-0123',
  });
});
