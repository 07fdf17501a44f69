/** What the stand-in needs of a request, in whichever of Bedrock's protocols it came. */
export interface ModelRequest {
  /** Names of the tools that the request lists. */
  readonly tools: readonly string[];
  /** Texts of all tool results in the conversation, oldest first. */
  readonly results: readonly string[];
}

interface Block {
  readonly type?: string;
  readonly text?: string;
  readonly content?: string | readonly Block[];
  readonly json?: unknown;
  readonly toolResult?: { readonly content?: readonly Block[] };
}

interface Body {
  readonly tools?: readonly { readonly name?: string }[];
  readonly toolConfig?: { readonly tools?: readonly { readonly toolSpec?: { readonly name?: string } }[] };
  readonly messages?: readonly { readonly content?: string | readonly Block[] }[];
}

/** Reads the body of `InvokeModel` with Anthropic's messages. */
export function readMessagesRequest(body: Body): ModelRequest {
  const results = blocksOf(body).filter(({ type }) => type === 'tool_result');
  return {
    tools: (body.tools ?? []).flatMap(({ name }) => name ?? []),
    results: results.map(({ content }) => (typeof content === 'string' ? content : textOf(content ?? []))),
  };
}

/** Reads the body of `Converse`. */
export function readConverseRequest(body: Body): ModelRequest {
  return {
    tools: (body.toolConfig?.tools ?? []).flatMap(({ toolSpec }) => toolSpec?.name ?? []),
    results: blocksOf(body).flatMap(({ toolResult }) => (toolResult ? [textOf(toolResult.content ?? [])] : [])),
  };
}

function blocksOf({ messages = [] }: Body): Block[] {
  return messages.flatMap(({ content }) => (typeof content === 'string' ? [] : (content ?? [])));
}

function textOf(blocks: readonly Block[]): string {
  return blocks.map(({ text, json }) => text ?? (json === undefined ? '' : JSON.stringify(json))).join('\n');
}
