import type { Assembly, Resource } from '../template';
import type { RuntimeParts } from './runtime-parts';

/** A resource that names another one, which belongs to the runtime. */
export interface Naming {
  readonly assembly: Assembly;
  readonly parts: RuntimeParts;
  readonly namer: Resource;
  readonly target: Resource;
  /** What the other one is for the runtime. */
  readonly place: string;
}

/** How resources of a type may name resources of the runtime. */
export interface Relation {
  /** Type of the resource that names another. */
  readonly by: RegExp;
  /** Property, without the numbers of list items. It includes what is below. */
  readonly at: RegExp;
  /** Types of what it names. @default all */
  readonly of?: RegExp;
  readonly when?: (naming: Naming) => boolean;
}
