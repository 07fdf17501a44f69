import type { DeclaredCredential } from './declared-server';
import type { Listing } from './listing';

/** The tools of a target, and the credential that it needs. */
export interface ListedTarget {
  readonly listing: Listing;
  readonly credential?: DeclaredCredential;
  readonly notes: readonly string[];
}
