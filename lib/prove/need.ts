import type { Part } from '../checks/facts/part';
import { piecesOf, type Resource, type TextPiece, textOf, Unresolved, type Value } from '../template';
import type { UsedResource } from './part-resources';

/** One request that a part's code sends, or that AWS sends with the part's role. */
export interface Need {
  readonly part: Part;
  readonly role: Resource;
  readonly action: string;
  /** For messages: `state (SESSION#*)`. Empty for an action without a resource. */
  readonly what: string;
  /** What it is used on. `resource` is undefined for a resource that the templates don't contain. */
  readonly on: UsedResource;
  /** The condition keys of the request that the part decides on. */
  readonly sends: { readonly [key: string]: Value | readonly Value[] };
  /** `nobody`: an address that AWS signed, as for image layers. The role's own policies don't matter then. */
  readonly by: 'code' | 'AWS' | 'nobody';
}

/** Any text. A policy must match every one. */
export function anyText(): Unresolved {
  return new Unresolved('*', '', 'any');
}

/** A value with each `*` in its text as any text. */
export function withAny(value: Value): TextPiece[] {
  const split = (text: string): TextPiece[] =>
    text.split('*').flatMap((part, i): TextPiece[] => (i === 0 ? [part] : [anyText(), part]));
  return (piecesOf(value) ?? []).flatMap((piece) => (typeof piece === 'string' ? split(piece) : [piece]));
}

/** The same as one text. */
export function textWithAny(value: Value): Value {
  return textOf(withAny(value));
}
