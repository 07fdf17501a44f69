import type { APIGatewayProxyEvent } from 'aws-lambda';
import { approverOf } from '../../../runtime/approvals/approver-identity';

jest.mock('../../../runtime/aws/bundled-manifest', () => ({ readManifests: () => new Map() }));
process.env.STATE_TABLE = 'state';
process.env.LEDGER_BUCKET = 'ledger';
process.env.EVIDENCE_BUCKET = 'evidence';
process.env.APPROVER_ROLE_NAME = 'Approver';
process.env.AWS_REGION = 'eu-west-1';

const { handler: decide } = require('../../../runtime/approvals/decide.lambda');
const { handler: show } = require('../../../runtime/approvals/show-requests.lambda');

const arn = (rest: string) => `arn:aws:sts::111122223333:${rest}`;

function event(userArn: string | null, change: Partial<APIGatewayProxyEvent> = {}): APIGatewayProxyEvent {
  return {
    httpMethod: 'POST',
    pathParameters: { id: 'r-1' },
    body: '{"v":1}',
    requestContext: { identity: { userArn } },
    ...change,
  } as APIGatewayProxyEvent;
}

const strangers: [string, string | null][] = [
  ['the agent’s task', arn('assumed-role/AgentRole/0123456789abcdef')],
  ['a role whose name begins alike', arn('assumed-role/Approver2/maria')],
  ['a role that is named in the session name', arn('assumed-role/Agent/Approver')],
  ['an IAM user of that name', 'arn:aws:iam::111122223333:user/Approver'],
  ['the role without a session', 'arn:aws:iam::111122223333:role/Approver'],
  ['a session name with more in it', `${arn('assumed-role/Approver/maria')}/x`],
  ['the account’s root', 'arn:aws:iam::111122223333:root'],
  ['nobody', null],
];

/** Events that API Gateway doesn't send: somebody made them up, or another service did. */
const otherShapes: [string, unknown][] = [
  ['nothing', {}],
  ['no context', { httpMethod: 'POST', pathParameters: { id: 'r-1' }, body: '{}' }],
  ['a context without an identity', { httpMethod: 'GET', requestContext: {} }],
  ['an ARN that is no text', { httpMethod: 'GET', requestContext: { identity: { userArn: ['x'] } } }],
  ['an event of EventBridge', { source: 'aws.ecs', detail: {} }],
];

describe('the deciding function', () => {
  test.each(otherShapes)('refuses %s', async (_what, sent) => {
    expect((await decide(sent)).statusCode).toBe(403);
  });

  test.each(strangers)('refuses %s', async (_who, userArn) => {
    const answer = await decide(event(userArn));
    expect(answer.statusCode).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'NOT_AN_APPROVER' });
  });

  test('decides by POST on one request only', async () => {
    const maria = arn('assumed-role/Approver/maria');
    expect((await decide(event(maria, { httpMethod: 'GET' }))).statusCode).toBe(405);
    expect((await decide(event(maria, { pathParameters: null }))).statusCode).toBe(405);
  });

  test('answers a body that is no decision with 400', async () => {
    const answer = await decide(event(arn('assumed-role/Approver/maria')));
    expect(answer.statusCode).toBe(400);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
  });
});

describe('the function that shows', () => {
  test.each(otherShapes)('refuses %s', async (_what, sent) => {
    expect((await show(sent)).statusCode).toBe(403);
  });

  test.each(strangers)('refuses %s', async (_who, userArn) => {
    expect((await show(event(userArn, { httpMethod: 'GET' }))).statusCode).toBe(403);
  });

  test('only looks', async () => {
    expect((await show(event(arn('assumed-role/Approver/maria')))).statusCode).toBe(405);
  });
});

test('a person is the session name, in every partition', () => {
  const sent = event('arn:aws-cn:sts::111122223333:assumed-role/Approver/maria@example.com');
  expect(approverOf(sent, new Map([['Approver', ['finance']]]))).toEqual({
    subject: 'maria@example.com',
    name: 'maria@example.com',
    groups: ['finance'],
    actor: 'arn:aws-cn:sts::111122223333:assumed-role/Approver/maria@example.com',
  });
});

test('names in another case are the same person', () => {
  const roles = new Map([['Approver', []]]);
  const [one, other] = ['Maria', 'mARIA'].map((name) => approverOf(event(arn(`assumed-role/Approver/${name}`)), roles));
  expect(one?.subject).toBe(other?.subject);
  expect(one?.name).toBe('Maria');
});
