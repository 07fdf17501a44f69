import { isObject, piecesOf, Reference, type Resource, Text, Unresolved, type Value } from '../../template/index';

/** A text in a resource's properties. */
export interface PlacedText {
  /** A string, a reference, a partly known text, or an unknown value with known parts. */
  readonly value: Value;
  /** Path below the resource. */
  readonly property: string;
  /** Names of the members on the way, without numbers. */
  readonly names: readonly string[];
  readonly assuming: readonly string[];
}

/** Every text in a resource's properties, in each possible value. What is inside an encoded or otherwise unknown value has the place of that value. */
export function* textsOf(resource: Resource): Generator<PlacedText> {
  if (!isObject(resource.properties)) return;
  for (const name of Object.keys(resource.properties)) {
    for (const { value, assuming } of resource.property(name)) {
      yield* textsIn(value, { property: `Properties.${name}`, names: [name], assuming });
    }
  }
}

type Place = Omit<PlacedText, 'value'>;

/** Every text in a value. */
export function* textsIn(value: Value, place: Place): Generator<PlacedText> {
  if (typeof value === 'string' || value instanceof Text || value instanceof Reference) yield { value, ...place };
  else if (value instanceof Unresolved) {
    yield { value, ...place };
    for (const part of value.parts) yield* textsIn(part, place);
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield* textsIn(item, { ...place, property: `${place.property}[${i}]` });
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      yield* textsIn(member, { ...place, property: `${place.property}.${name}`, names: [...place.names, name] });
    }
  }
}

/** What is known of a text. Nothing that is written across an unknown piece is found in it. */
export function knownTextOf(value: Value): string {
  return (piecesOf(value) ?? []).map((piece) => (typeof piece === 'string' ? piece : '\0')).join('');
}
