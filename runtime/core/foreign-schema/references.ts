import type { JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { pointerTokens } from '../json/pointer';
import { type Adaptation, type ForeignNode, Unadaptable } from './adapted-schema';
import { shownPlace } from './places';

const MOST_IN_A_ROW = 50;

/**
 * The schema that a reference names. Only places of the same document are followed: what lies elsewhere can change without notice.
 * @throws Unadaptable
 */
export function referred(node: ForeignNode, reference: JsonValue, place: string, adaptation: Adaptation): ForeignNode {
  const shown = shownPlace(place);
  if (typeof reference !== 'string' || !reference.startsWith('#')) {
    throw new Unadaptable([`${shown}: "$ref" leads out of the document; write the schema into it`]);
  }
  const pointer = decoded(reference.slice(1));
  if (node.here.includes(pointer)) throw new Unadaptable([`${shown}: "$ref" leads back to itself, so it says nothing`]);
  const times = node.trail.filter((followed) => followed === pointer).length;
  if (times > 0) adaptation.noteRecursion();
  if (times > adaptation.unrolled) {
    const end = `it is written out ${adaptation.unrolled} times inside itself, and ends here`;
    throw new Unadaptable([`${shown}: it refers to itself; ${end}`]);
  }
  if (node.here.length > MOST_IN_A_ROW)
    throw new Unadaptable([`${shown}: more than ${MOST_IN_A_ROW} references follow each other`]);
  const target = targetOf(node.root, pointer);
  if (target === undefined) throw new Unadaptable([`${shown}: "$ref" names nothing in the document`]);
  return { ...target, trail: [...node.trail, pointer], here: [...node.here, pointer] };
}

/** A schema with an identifier of its own is a document of its own: its references are its own too. */
export function rootAt(schema: JsonValue, root: JsonValue): JsonValue {
  return isObject(schema) && typeof schema.$id === 'string' && !schema.$id.startsWith('#') ? schema : root;
}

interface Target {
  readonly schema: JsonValue;
  readonly root: JsonValue;
}

/** One spelling for each place, so that a schema which refers to itself in two of them is noticed. */
function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function targetOf(document: JsonValue, pointer: string): Target | undefined {
  let tokens: string[];
  try {
    if (pointer !== '' && !pointer.startsWith('/')) return anchored(document, pointer);
    tokens = pointerTokens(pointer);
  } catch {
    return undefined;
  }
  let here: JsonValue | undefined = document;
  let root = document;
  for (const token of tokens) {
    root = rootAt(here, root);
    if (Array.isArray(here)) here = /^(?:0|[1-9]\d{0,6})$/.test(token) ? here[Number(token)] : undefined;
    else here = isObject(here) && Object.hasOwn(here, token) ? here[token] : undefined;
    if (here === undefined) return undefined;
  }
  return { schema: here, root };
}

/** Among the definitions only: an anchor in an `enum` or a `default` isn't one. */
function anchored(root: JsonValue, name: string): Target | undefined {
  if (!isObject(root)) return undefined;
  for (const keyword of ['$defs', 'definitions']) {
    const definitions = root[keyword];
    if (!isObject(definitions)) continue;
    const found = Object.values(definitions).find(
      (each) => isObject(each) && (each.$anchor === name || each.$id === `#${name}`),
    );
    if (found !== undefined) return { schema: found, root };
  }
  return undefined;
}
