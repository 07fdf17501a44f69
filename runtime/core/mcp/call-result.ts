import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';

/** What a tool answered, as text. */
export type ToolText =
  | {
      readonly ok: true;
      /** The tool's own word for whether it did what it was asked. */
      readonly failed: boolean;
      readonly text: string;
    }
  /** Not a result of `tools/call`. `why` is our own word. */
  | { readonly ok: false; readonly why: string };

const MAX_BLOCKS = 1000;

/**
 * The result of a `tools/call` as the text that the agent gets. Structured content is the result, where there is some: the protocol
 * wants its text beside it only for older clients. Else it is the texts, one after the other. What isn't text is named, with its type
 * and size.
 *
 * Source: https://modelcontextprotocol.io/specification/2025-11-25/server/tools (tool result). Never throws.
 */
export function toolText(result: JsonObject): ToolText {
  const { content, structuredContent, isError, resultType } = result;
  if (resultType !== undefined && resultType !== 'complete') {
    return { ok: false, why: 'a question of its own in place of a result, which is never answered' };
  }
  if (isError !== undefined && typeof isError !== 'boolean') return { ok: false, why: 'a result of unknown form' };
  const failed = isError === true;
  const blocks = content === undefined && structuredContent !== undefined ? [] : content;
  if (!Array.isArray(blocks)) return { ok: false, why: 'a result of unknown form' };
  if (blocks.length > MAX_BLOCKS) return { ok: false, why: `a result of more than ${MAX_BLOCKS} parts` };
  if (!failed && structuredContent !== undefined && structuredContent !== null) {
    return { ok: true, failed, text: JSON.stringify(structuredContent) };
  }
  return { ok: true, failed, text: blocks.map(blockText).join('\n') };
}

function blockText(block: JsonValue): string {
  if (!isObject(block)) return '[a part of unknown form]';
  switch (block.type) {
    case 'text':
      return typeof block.text === 'string' ? block.text : '[a part of unknown form]';
    case 'image':
    case 'audio':
      return `[${block.type}, ${mediaOf(block)}: not shown]`;
    case 'resource_link':
      return `[link to a resource, not followed: ${JSON.stringify({ name: block.name, uri: block.uri })}]`;
    case 'resource':
      return resourceText(block.resource);
    default:
      return '[a part of unknown form]';
  }
}

function resourceText(resource: JsonValue | undefined): string {
  if (!isObject(resource)) return '[a part of unknown form]';
  return typeof resource.text === 'string' ? resource.text : `[resource, ${mediaOf(resource)}: not shown]`;
}

function mediaOf({ mimeType, data, blob }: JsonObject): string {
  const type =
    typeof mimeType === 'string' && /^[\w.+-]{1,64}\/[\w.+-]{1,64}$/.test(mimeType) ? mimeType : 'unknown type';
  const encoded = typeof data === 'string' ? data : blob;
  return typeof encoded === 'string' ? `${type}, about ${Math.floor((encoded.length * 3) / 4)} bytes` : type;
}
