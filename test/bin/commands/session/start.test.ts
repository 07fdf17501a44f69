import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hardenedAgent } from '../../hardened-agent-call';

const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:Launch';
const REQUEST = '{"v":1,"user":"ann","taskText":"Answer ticket T-1"}';

let server: Server;
let answer: { body: object; failed?: boolean };
const sent: string[] = [];
const before = { ...process.env };

beforeAll(async () => {
  // The SDK reads them from the process.
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => {
      body += piece;
    });
    request.on('end', () => {
      sent.push(body);
      if (answer.failed) response.setHeader('X-Amz-Function-Error', 'Unhandled');
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});

afterAll(() => {
  server.close();
  process.env = before;
});

function start() {
  const env = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  return hardenedAgent(['session', 'start', '-', '--function', FUNCTION], env, undefined, REQUEST);
}

test('prints the reply of a session that began', async () => {
  answer = { body: { v: 1, sessionId: 's-1', taskId: 't-1' } };
  const { code, out, err } = await start();
  expect([code, out, err]).toEqual([0, ['{"v":1,"sessionId":"s-1","taskId":"t-1"}'], []]);
  expect(sent.at(-1)).toBe(REQUEST);
});

test('a refusal is no session: its code and reason are an error', async () => {
  answer = { body: { v: 1, code: 'USER_NOT_VERIFIED', reason: 'send a userToken' } };
  const { code, out, err } = await start();
  expect([code, out, err]).toEqual([1, [], ['USER_NOT_VERIFIED: send a userToken']]);
});

test('so is a step that failed', async () => {
  answer = { body: { errorType: 'TooManySessions', errorMessage: 'all places are taken' }, failed: true };
  const { code, err } = await start();
  expect([code, err]).toEqual([1, ['TooManySessions: all places are taken']]);
});
