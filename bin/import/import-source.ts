import type { JsonValue } from '../../runtime/core/contracts';
import type { ConnectorReview } from '../../runtime/core/review/connector-review';
import type { DeclaredServer } from './declared-server';
import type { FoundSkill } from './skill-folders';

/** What a folder, a file or an address holds. */
export interface GivenSource {
  /** What it is, in a few words. */
  readonly what: string;
  readonly servers: readonly DeclaredServer[];
  readonly skills: readonly FoundSkill[];
  /** An OpenAPI document. */
  readonly document?: GivenDocument;
  /** A review file, to be imported again. */
  readonly review?: ConnectorReview;
  /** What was found and isn't imported, one sentence each. */
  readonly notes: readonly string[];
}

export interface GivenDocument {
  readonly file: string;
  readonly text: string;
  readonly value: JsonValue;
}
