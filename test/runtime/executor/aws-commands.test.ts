import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BUNDLED_ACTIONS, type BundledAction } from '../../../runtime/core/bundled-actions';
import type { JsonObject } from '../../../runtime/core/contracts';
import type { sendCommand } from '../../../runtime/executor/aws-commands';

const QUEUE = { QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/orders' };
const OBJECT = { Bucket: 'books', Key: 'a.md' };
/** The least that the clients take. */
const INPUTS: { readonly [service: string]: JsonObject } = {
  dynamodb: { TableName: 'orders', Key: { id: { S: 'a' } }, Item: { id: { S: 'a' } } },
  events: { Entries: [{ Source: 'com.example', DetailType: 'x', Detail: '{}' }] },
  s3: { ...OBJECT, Tagging: { TagSet: [] } },
  ses: { EmailIdentity: 'example.com', Content: { Simple: { Subject: { Data: 'x' }, Body: {} } } },
  sns: { TopicArn: 'arn:aws:sns:eu-west-1:111122223333:news', Message: 'x' },
  sqs: { ...QUEUE, MessageBody: 'x', ReceiptHandle: 'x', VisibilityTimeout: 0 },
  states: { stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:steps' },
};

let server: Server;
let requests: string[] = [];
let send: typeof sendCommand;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request.headers.host ?? '');
    request.resume();
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' });
  // The clients take their endpoint when they are loaded.
  send = (jest.requireActual('../../../runtime/executor/aws-commands') as { sendCommand: typeof sendCommand })
    .sendCommand;
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
});

test.each(Object.keys(BUNDLED_ACTIONS) as BundledAction[])('%s is sent once, also if AWS fails', async (action) => {
  requests = [];
  const [service = ''] = action.split(':');
  const sent = send(action, INPUTS[service] ?? {}, { abortSignal: AbortSignal.timeout(5000) });
  await expect(sent).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  // To the configured endpoint, whatever address a queue has.
  expect(requests).toEqual([process.env.AWS_ENDPOINT_URL?.slice('http://'.length)]);
});
