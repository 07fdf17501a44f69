import type { EffectName, JsonObject, Sha256Hex } from '../contracts';
import type { SchemaChoices } from '../foreign-schema/adapted-schema';

export const REVIEW_KINDS = ['mcp', 'openapi'] as const;

/** Where a connector's tools were read from. */
export type ReviewKind = (typeof REVIEW_KINDS)[number];

/** What was imported. */
export interface ReviewSource {
  /** Of an MCP server. */
  readonly url?: string;
  /** Of an OpenAPI document, relative to the review file. */
  readonly document?: string;
  /** Of the document's bytes. */
  readonly sha256?: Sha256Hex;
  /** As the server or the document calls itself. */
  readonly name?: string;
  readonly version?: string;
}

/** One tool as a person reviewed it. */
export interface ReviewedTool {
  /** As the model and policies see it. */
  readonly name: string;
  /** As the server calls it. Two entries may have the same: each alternative of an input can be a tool of its own. */
  readonly original: string;
  /** A person ticked it. */
  readonly granted: boolean;
  /** As a person declared it, raised by the server's hints. */
  readonly effect: EffectName;
  /** What the model reads: without invisible characters, and bounded. */
  readonly description: string;
  /** The transformed input. Absent: the tool is refused. */
  readonly input?: JsonObject;
  /** What differs from the original; each line begins with a place. */
  readonly changes: readonly string[];
  /** Why the tool can't be used as things are. It isn't granted then. */
  readonly refused: readonly string[];
  /** What a person chose where a choice is needed. */
  readonly choices: SchemaChoices;
  /** What may be chosen, by place. */
  readonly possible: Readonly<Record<string, readonly string[]>>;
  /** Hash over {@link ReviewedTool.listed}. */
  readonly pin: Sha256Hex;
  /** The original definition, normalized, for the difference when it drifts. */
  readonly listed: JsonObject;
}

/** The review file of a connector: an import writes it, a person edits and commits it, and the constructs read it. */
export interface ConnectorReview {
  readonly v: 1;
  readonly kind: ReviewKind;
  readonly source: ReviewSource;
  /** Before each tool's name. */
  readonly prefix: string;
  readonly tools: readonly ReviewedTool[];
}
