import * as http2 from 'node:http2';
import { crc32 } from 'node:zlib';
import { readScript, StandInModel } from '.';

const MODEL = 'eu.anthropic.claude-sonnet-5-5';
const MESSAGES_TOOLS = [{ name: 'mcp__gate__tickets_read' }];
const CONVERSE_TOOLS = { tools: [{ toolSpec: { name: 'tickets_read' } }] };
const script = (account = 'AC-1') =>
  readScript(`turns: [{ say: I look., call: tickets_read, with: { id: ${account} } }, { say: Done. }]`);

let model: StandInModel | undefined;

afterEach(() => {
  model?.stop();
  model = undefined;
});

async function start(options: Partial<Parameters<typeof StandInModel.start>[0]> = {}): Promise<StandInModel> {
  model = await StandInModel.start({ script: script(), ...options });
  return model;
}

async function ask(operation: string, body: object, modelId = MODEL): Promise<{ status: number; body: Buffer }> {
  const response = await fetch(`${model?.url}/model/${encodeURIComponent(modelId)}/${operation}`, {
    method: 'POST',
    headers: { authorization: 'AWS4-HMAC-SHA256 Credential=AKIATASK/20261130/eu-west-1/bedrock/aws4_request' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
}

/** The events of a stream, whose checksums must hold. */
function events(bytes: Buffer): { type: string; payload: Record<string, unknown> }[] {
  const found: { type: string; payload: Record<string, unknown> }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const headersLength = bytes.readUInt32BE(at + 4);
    const message = bytes.subarray(at, at + length);
    expect(message.readUInt32BE(8)).toBe(crc32(message.subarray(0, 8)));
    expect(message.readUInt32BE(length - 4)).toBe(crc32(message.subarray(0, length - 4)));
    const headers = message.toString('latin1', 12, 12 + headersLength);
    const payload = JSON.parse(message.toString('utf8', 12 + headersLength, length - 4)) as Record<string, unknown>;
    // After the name: the type of the value in one byte, and its length in two.
    const value = headers.slice(headers.indexOf(':event-type') + ':event-type'.length + 3);
    found.push({ type: /^[A-Za-z]+/.exec(value)?.[0] ?? '', payload });
    at += length;
  }
  return found;
}

const inner = (bytes: Buffer) =>
  events(bytes).map(
    ({ payload }) => JSON.parse(Buffer.from(String(payload.bytes), 'base64').toString('utf8')) as object,
  );

const result = (text: string) => ({
  messages: [
    { content: [{ type: 'tool_result', content: [{ type: 'text', text }] }, { toolResult: { content: [{ text }] } }] },
  ],
});

describe('speaks Bedrock’s protocols', () => {
  test('InvokeModel', async () => {
    await start();
    const { status, body } = await ask('invoke', { tools: MESSAGES_TOOLS });
    expect({ status, ...JSON.parse(body.toString('utf8')) }).toMatchObject({
      status: 200,
      content: [
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', name: 'mcp__gate__tickets_read', input: { id: 'AC-1' } },
      ],
      stop_reason: 'tool_use',
    });
  });

  test('InvokeModelWithResponseStream', async () => {
    await start();
    const { body } = await ask('invoke-with-response-stream', { tools: MESSAGES_TOOLS });
    expect(inner(body)).toMatchObject([
      { type: 'message_start' },
      { type: 'content_block_start', index: 0, content_block: { type: 'text' } },
      { type: 'content_block_delta', index: 0, delta: { text: 'I look.' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { name: 'mcp__gate__tickets_read' } },
      { type: 'content_block_delta', index: 1, delta: { partial_json: '{"id":"AC-1"}' } },
      { type: 'content_block_stop', index: 1 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
      { type: 'message_stop' },
    ]);
  });

  test('Converse', async () => {
    await start();
    const { body } = await ask('converse', { toolConfig: CONVERSE_TOOLS });
    expect(JSON.parse(body.toString('utf8'))).toMatchObject({
      output: {
        message: { content: [{ text: 'I look.' }, { toolUse: { name: 'tickets_read', input: { id: 'AC-1' } } }] },
      },
      stopReason: 'tool_use',
    });
  });

  test('ConverseStream', async () => {
    await start();
    const { body } = await ask('converse-stream', { toolConfig: CONVERSE_TOOLS });
    expect(events(body).map(({ type }) => type)).toEqual([
      'messageStart',
      'contentBlockDelta',
      'contentBlockStop',
      'contentBlockStart',
      'contentBlockDelta',
      'contentBlockStop',
      'messageStop',
      'metadata',
    ]);
  });

  test('the end of a conversation, in each', async () => {
    await start();
    const messages = { ...result('found'), tools: MESSAGES_TOOLS };
    const converse = { ...result('found'), toolConfig: CONVERSE_TOOLS };
    expect(JSON.parse((await ask('invoke', messages)).body.toString('utf8')).stop_reason).toBe('end_turn');
    expect(JSON.parse((await ask('converse', converse)).body.toString('utf8')).stopReason).toBe('end_turn');
  });

  test('over HTTP/2', async () => {
    const { url } = await start();
    const session = http2.connect(url);
    const stream = session.request({ ':method': 'POST', ':path': `/model/${MODEL}/converse` });
    stream.end(JSON.stringify({ toolConfig: CONVERSE_TOOLS }));
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    session.destroy();
    expect(JSON.parse(text)).toMatchObject({ stopReason: 'tool_use' });
  });
});

test('another script makes other calls', async () => {
  await start({ script: script('AC-6666') });
  const { body } = await ask('converse', { toolConfig: CONVERSE_TOOLS });
  expect(body.toString('utf8')).toContain('"input":{"id":"AC-6666"}');
});

test('a tool that isn’t listed fails, and says which are', async () => {
  const { failures } = await start();
  const { status, body } = await ask('converse', { toolConfig: { tools: [{ toolSpec: { name: 'respond' } }] } });
  const message = 'The script calls tickets_read, and the request lists: respond.';
  expect({ status, ...JSON.parse(body.toString('utf8')) }).toEqual({ status: 400, message });
  expect(failures).toEqual([message]);
});

test('refuses all models but one, and the control plane', async () => {
  const { received } = await start({ onlyModel: MODEL });
  expect((await ask('converse', { toolConfig: CONVERSE_TOOLS })).status).toBe(200);
  expect((await ask('invoke', { tools: [] }, 'eu.anthropic.claude-opus-5-5')).status).toBe(403);
  expect((await fetch(`${model?.url}/inference-profiles?type=SYSTEM_DEFINED`)).status).toBe(403);
  expect(received.map(({ status, modelId, accessKeyId }) => [status, modelId, accessKeyId])).toEqual([
    [200, MODEL, 'AKIATASK'],
    [403, 'eu.anthropic.claude-opus-5-5', 'AKIATASK'],
    [403, '', ''],
  ]);
});

test('lists no inference profiles, and has no other operation', async () => {
  await start();
  const response = await fetch(`${model?.url}/inference-profiles?type=SYSTEM_DEFINED`);
  expect(await response.json()).toEqual({ inferenceProfileSummaries: [] });
  expect((await ask('guess', {})).status).toBe(404);
});

test('waiting for a value ends when the script fails', async () => {
  const { failures } = await start();
  const waiting = model?.waitFor('refund', 10_000);
  await ask('converse', { toolConfig: { tools: [] } });
  await expect(waiting).rejects.toThrow(
    "The model's script failed: The script calls tickets_read, and the request lists: no tools.",
  );
  expect(failures).toHaveLength(1);
  await expect(model?.waitFor('refund', 1)).rejects.toThrow('script failed');
});
