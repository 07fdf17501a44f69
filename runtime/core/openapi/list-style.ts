import type { JsonValue } from '../contracts';
import type { ListStyle } from '../executor-config';
import { own, textAt } from './document-places';
import type { SelfContained } from './self-contained';

export type ValueKind = 'list' | 'object' | 'text' | 'unknown';

/** What a copied schema describes. `unknown`: several kinds, or it isn't said. */
export function kindOf(schema: JsonValue, schemas: SelfContained): ValueKind {
  let here: JsonValue | undefined = schema;
  for (let followed = 0; followed < 20; followed++) {
    const reference = textAt(here, '$ref');
    if (reference === undefined) break;
    here = schemas.definition(reference);
  }
  const type = own(here, 'type');
  const types = (Array.isArray(type) ? type : [type]).filter((each) => each !== 'null' && each !== undefined);
  if (types.length === 0) return own(here, 'properties') === undefined ? 'unknown' : 'object';
  if (types.length > 1) return types.includes('array') || types.includes('object') ? 'unknown' : 'text';
  if (types[0] === 'array') return 'list';
  return types[0] === 'object' ? 'object' : 'text';
}

/**
 * How a list or an object is written, by the words of a document; undefined if that way isn't known here. A part of a request that has no
 * lists has no style. Source: OpenAPI 3.1.1, "Style Values" and "Style Examples".
 */
export function listStyle(described: JsonValue, kind: ValueKind): { readonly style?: ListStyle } | undefined {
  const style = textAt(described, 'style') ?? 'form';
  const explode = own(described, 'explode') ?? style === 'form';
  if (kind === 'text') return {};
  if (style === 'deepObject') return { style: 'nested' };
  // Each member would be a parameter of its own, beside the declared ones.
  if (kind === 'object') return undefined;
  if (style === 'form') return { style: explode === true ? 'repeat' : 'comma' };
  if (style === 'spaceDelimited') return { style: 'space' };
  return style === 'pipeDelimited' ? { style: 'pipe' } : undefined;
}
