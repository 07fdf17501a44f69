import type { EffectName } from '../../runtime/core/contracts';
import { isObject } from '../../runtime/core/json/is-object';
import type { ToolDefinition } from '../../runtime/core/mcp/tool-definition';
import { raisedEffect } from '../../runtime/core/review/raised-effect';

/**
 * What a server says that its tool does, for a person who decides. It is a suggestion: the tool is destructive until somebody declares
 * another effect. A server that says nothing, or contradicts itself, suggests `destructive`.
 */
export function suggestedEffect({ annotations }: ToolDefinition): EffectName {
  if (!isObject(annotations)) return 'destructive';
  const { readOnlyHint, destructiveHint, openWorldHint } = annotations;
  if (readOnlyHint === true) return raisedEffect('read', annotations);
  if (destructiveHint !== false) return 'destructive';
  return raisedEffect(openWorldHint === false ? 'write' : 'outbound', annotations);
}
