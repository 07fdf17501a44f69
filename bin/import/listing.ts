import type { EffectName } from '../../runtime/core/contracts';
import type { ToolDefinition } from '../../runtime/core/mcp/tool-definition';
import type { ReviewKind, ReviewSource } from '../../runtime/core/review/connector-review';

/** The tools of one server or document, before a person chose anything. Every text is foreign. */
export interface Listing {
  readonly kind: ReviewKind;
  readonly source: ReviewSource;
  readonly tools: readonly ToolDefinition[];
  /** What a tool does as far as its listing tells, such as the method of a request. By original name. */
  readonly effects?: ReadonlyMap<string, EffectName>;
  /** Why a tool can't be used, whatever its schema. By original name. */
  readonly refused?: ReadonlyMap<string, readonly string[]>;
}
