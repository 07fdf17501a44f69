import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { parseStrict } from '../json/parse-strict';
import type { ConnectorReview } from './connector-review';
import { raisedEffect } from './raised-effect';
import { reviewProblems } from './review-problems';

/** Bytes of a review file. */
export const MAX_REVIEW_BYTES = 16 * 1024 * 1024;

/** A `listed` definition is nested deeper than a call may be. */
const MAX_DEPTH = 128;

export type ParsedReview =
  | { readonly ok: true; readonly review: ConnectorReview }
  | {
      readonly ok: false;
      /** Each names the place, what is wrong there, and what to write. */
      readonly problems: readonly string[];
    };

/**
 * Reads a review file that a person may have edited. Nothing unknown is passed over: an unknown key may be a misspelt one. The effect of
 * a tool is raised to what the server itself says of it.
 */
export function parseReview(text: string): ParsedReview {
  const parsed = parseStrict(text, { maxBytes: MAX_REVIEW_BYTES, maxDepth: MAX_DEPTH, quotesOthers: true });
  if (!parsed.ok) return { ok: false, problems: [parsed.reason] };
  const problems = reviewProblems(parsed.value);
  if (problems.length > 0) return { ok: false, problems };
  const review = parsed.value as unknown as ConnectorReview;
  const tools = review.tools.map((tool) => ({
    ...tool,
    effect: raisedEffect(tool.effect, annotationsOf(tool.listed)),
  }));
  return { ok: true, review: { ...review, tools } };
}

function annotationsOf(listed: JsonObject): JsonValue | undefined {
  return isObject(listed) ? listed.annotations : undefined;
}
