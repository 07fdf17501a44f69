import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Operations } from '../../../runtime/sandbox/operate';
import { runOperatorCommand } from '../../../runtime/sandbox/operator-command';
import { person } from '../approvals/approvals-world';

jest.mock('../../../runtime/aws/bundled-manifest', () => ({ readManifest: () => ({ tools: [] }) }));
process.env.STATE_TABLE = 'state';
process.env.LEDGER_BUCKET = 'ledger';
process.env.EVIDENCE_BUCKET = 'evidence';
process.env.CLUSTER_ARN = 'cluster';
process.env.AGENT_ID = 'Agent-00000000';
process.env.OPERATOR_ROLE_NAME = 'Operator';
process.env.AWS_REGION = 'eu-west-1';

const { handler } = require('../../../runtime/sandbox/operate.lambda');

const arn = (rest: string) => `arn:aws:sts::111122223333:${rest}`;
const ZOE = person('zoe');

function sent(change: Partial<APIGatewayProxyEvent>, userArn: unknown = arn('assumed-role/Operator/zoe')) {
  return {
    httpMethod: 'POST',
    resource: '/sessions/{id}/stop',
    pathParameters: { id: 's-1' },
    body: '{"v":1,"reason":"It floods the gate"}',
    requestContext: { identity: { userArn } },
    ...change,
  } as unknown as APIGatewayProxyEvent;
}

describe('the operators’ function refuses', () => {
  test.each<[string, unknown]>([
    ['the agent’s task', arn('assumed-role/AgentRole/0123456789abcdef')],
    ['an approver', arn('assumed-role/Approver/zoe')],
    ['a role whose name begins alike', arn('assumed-role/Operator2/zoe')],
    ['a role that is named in the session name', arn('assumed-role/Agent/Operator')],
    ['an IAM user of that name', 'arn:aws:iam::111122223333:user/Operator'],
    ['the account’s root', 'arn:aws:iam::111122223333:root'],
    ['an ARN that is no text', [arn('assumed-role/Operator/zoe')]],
    ['nobody', null],
  ])('%s', async (_who, userArn) => {
    const answer = await handler(sent({}, userArn));
    expect(answer.statusCode).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'NOT_AN_OPERATOR' });
  });

  test.each<[string, unknown]>([
    ['an event of EventBridge', { source: 'aws.ecs', detail: {} }],
    ['an event that names the operator in its body', { ...sent({}), requestContext: {} }],
  ])('%s', async (_what, event) => {
    expect((await handler(event)).statusCode).toBe(403);
  });

  test('what is no command, without touching anything', async () => {
    const answer = await handler(sent({ body: '{"v":1}' }));
    expect(answer.statusCode).toBe(400);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
  });
});

describe('a command', () => {
  const called: unknown[][] = [];
  const operations = new Proxy({} as Operations, {
    get:
      (_, name) =>
      async (...given: unknown[]) => {
        called.push([name, ...given]);
        return { v: 1, code: 'SESSIONS', sessions: [] };
      },
  });
  const run = (change: Partial<APIGatewayProxyEvent>) => runOperatorCommand(sent(change), ZOE, operations);
  beforeEach(() => {
    called.length = 0;
  });

  test('names session, reason and person', async () => {
    await run({});
    await run({ body: Buffer.from('{"v":1,"reason":"é"}').toString('base64'), isBase64Encoded: true });
    expect(called).toEqual([
      ['stop', 's-1', 'It floods the gate', ZOE],
      ['stop', 's-1', 'é', ZOE],
    ]);
  });

  test.each([
    ['no body', null],
    ['no JSON', 'stop it'],
    ['a key twice', '{"v":1,"reason":"a","reason":"b"}'],
    ['no reason', '{"v":1,"reason":""}'],
    ['a reason that is too long', JSON.stringify({ v: 1, reason: 'a'.repeat(1001) })],
    ['something more', '{"v":1,"reason":"a","person":"ann"}'],
    ['something deep', '{"v":1,"reason":[["a"]]}'],
    ['too much', `{"v":1,"reason":"a"${' '.repeat(9000)}}`],
  ])('with %s changes nothing', async (_, body) => {
    expect(await run({ body })).toMatchObject({ code: 'INVALID_COMMAND' });
    expect(called).toEqual([]);
  });

  test('that there isn’t changes nothing', async () => {
    expect(await run({ httpMethod: 'DELETE' })).toMatchObject({ code: 'INVALID_COMMAND' });
    expect(await run({ resource: '/sessions/{id}/start' })).toMatchObject({ code: 'INVALID_COMMAND' });
    expect(called).toEqual([]);
  });
});
