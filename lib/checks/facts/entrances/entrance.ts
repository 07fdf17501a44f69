import type { Resource, Value } from '../../../template/index';

/** A way from outside into an app, on which nobody is asked who they are. */
export interface Entrance {
  /** Where it is open. */
  readonly resource: Resource;
  /** Path below the resource. */
  readonly property: string;
  /** What somebody gets to who comes in. */
  readonly reaches: readonly Resource[];
  /** The role with which AWS itself acts for whoever comes in. @default - none */
  readonly under?: Value;
  /** What is open, as the beginning of a sentence: `anybody may call the route POST /ask`. */
  readonly message: string;
  readonly assuming: readonly string[];
}
