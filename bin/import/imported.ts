import type { ConnectorReview } from '../../runtime/core/review/connector-review';
import type { FileFate } from './app-files';
import type { DeclaredCredential, NotImported } from './declared-server';
import type { ToolState } from './merged-review';
import type { FoundSkill } from './skill-folders';
import type { ImportTarget } from './targets';

/** What became of a server or a document. */
export interface ImportedTarget {
  readonly target: ImportTarget;
  readonly notes: readonly string[];
  /** Undefined: it isn't imported. */
  readonly review?: ConnectorReview;
  readonly states: readonly ToolState[];
  readonly credential?: DeclaredCredential;
  readonly notImported?: NotImported;
  /** Names in --grant that can't be granted. */
  readonly cannotGrant: readonly string[];
}

/** What an import did. */
export interface ImportResult {
  readonly what: string;
  readonly notes: readonly string[];
  readonly targets: readonly ImportedTarget[];
  readonly skills: readonly FoundSkill[];
  readonly files: readonly { readonly path: string; readonly fate: FileFate }[];
  /** What the user does next. */
  readonly steps: readonly string[];
  readonly code: 0 | 1;
}
