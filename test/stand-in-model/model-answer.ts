import type { JsonObject } from '../../runtime/core/contracts';
import { encodeEvent } from './event-stream';

/** A move as the client will see it: the tool under the name that the request listed. */
export interface ModelAnswer {
  readonly say: string;
  readonly call?: { readonly id: string; readonly tool: string; readonly args: JsonObject };
}

/** Tokens aren't counted: nothing in a test depends on them. */
const TOKENS = 10;
const USAGE = { input_tokens: TOKENS, output_tokens: TOKENS };
const CONVERSE_USAGE = { inputTokens: TOKENS, outputTokens: TOKENS, totalTokens: 2 * TOKENS };

/** The answer of `InvokeModel` with Anthropic's messages. */
export function messagesAnswer({ say, call }: ModelAnswer): object {
  return {
    id: 'msg_stand_in',
    type: 'message',
    role: 'assistant',
    model: 'stand-in',
    content: [
      ...(say ? [{ type: 'text', text: say }] : []),
      ...(call ? [{ type: 'tool_use', id: call.id, name: call.tool, input: call.args }] : []),
    ],
    stop_reason: call ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: USAGE,
  };
}

/** The events of `InvokeModelWithResponseStream` with Anthropic's messages. */
export function messagesStream(answer: ModelAnswer): Buffer {
  const { say, call } = answer;
  const blocks = [...(say ? [textBlock(say)] : []), ...(call ? [toolBlock(call)] : [])];
  const events = [
    { type: 'message_start', message: { ...messagesAnswer(answer), content: [], stop_reason: null } },
    ...blocks.flatMap(({ start, delta }, index) => [
      { type: 'content_block_start', index, content_block: start },
      { type: 'content_block_delta', index, delta },
      { type: 'content_block_stop', index },
    ]),
    {
      type: 'message_delta',
      delta: { stop_reason: call ? 'tool_use' : 'end_turn', stop_sequence: null },
      usage: USAGE,
    },
    { type: 'message_stop' },
  ];
  return Buffer.concat(
    events.map((event) => encodeEvent('chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64') })),
  );
}

function textBlock(text: string): { start: object; delta: object } {
  return { start: { type: 'text', text: '' }, delta: { type: 'text_delta', text } };
}

function toolBlock({ id, tool, args }: NonNullable<ModelAnswer['call']>): { start: object; delta: object } {
  return {
    start: { type: 'tool_use', id, name: tool, input: {} },
    delta: { type: 'input_json_delta', partial_json: JSON.stringify(args) },
  };
}

/** The answer of `Converse`. */
export function converseAnswer({ say, call }: ModelAnswer): object {
  return {
    output: {
      message: {
        role: 'assistant',
        content: [
          ...(say ? [{ text: say }] : []),
          ...(call ? [{ toolUse: { toolUseId: call.id, name: call.tool, input: call.args } }] : []),
        ],
      },
    },
    stopReason: call ? 'tool_use' : 'end_turn',
    usage: CONVERSE_USAGE,
    metrics: { latencyMs: 1 },
  };
}

/** The events of `ConverseStream`. */
export function converseStream({ say, call }: ModelAnswer): Buffer {
  const events: [string, object][] = [['messageStart', { role: 'assistant' }]];
  let contentBlockIndex = 0;
  if (say) {
    events.push(
      ['contentBlockDelta', { contentBlockIndex, delta: { text: say } }],
      ['contentBlockStop', { contentBlockIndex }],
    );
    contentBlockIndex += 1;
  }
  if (call) {
    const input = JSON.stringify(call.args);
    events.push(
      ['contentBlockStart', { contentBlockIndex, start: { toolUse: { toolUseId: call.id, name: call.tool } } }],
      ['contentBlockDelta', { contentBlockIndex, delta: { toolUse: { input } } }],
      ['contentBlockStop', { contentBlockIndex }],
    );
  }
  events.push(
    ['messageStop', { stopReason: call ? 'tool_use' : 'end_turn' }],
    ['metadata', { usage: CONVERSE_USAGE, metrics: { latencyMs: 1 } }],
  );
  return Buffer.concat(events.map(([type, payload]) => encodeEvent(type, payload)));
}
