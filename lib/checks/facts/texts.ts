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
export function textsOf(resource: Resource): readonly PlacedText[] {
  if (!isObject(resource.properties)) return [];
  return Object.keys(resource.properties).flatMap((name) =>
    resource
      .property(name)
      .flatMap(({ value, assuming }) => textsIn(value, { property: `Properties.${name}`, names: [name], assuming })),
  );
}

type Place = Omit<PlacedText, 'value'>;

/** Every text in a value. */
export function textsIn(value: Value, place: Place): readonly PlacedText[] {
  const found: PlacedText[] = [];
  collectFrom(value, place, found);
  return found;
}

/** Into a list: generators inside of generators take most of the time of a large template. */
function collectFrom(value: Value, place: Place, found: PlacedText[]): void {
  if (typeof value === 'string' || value instanceof Text || value instanceof Reference) found.push({ value, ...place });
  else if (value instanceof Unresolved) {
    found.push({ value, ...place });
    for (const part of value.parts) collectFrom(part, place, found);
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      collectFrom(item, { ...place, property: `${place.property}[${i}]` }, found);
    }
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      collectFrom(member, { ...place, property: `${place.property}.${name}`, names: [...place.names, name] }, found);
    }
  }
}

/** What is known of a text. Nothing that is written across an unknown piece is found in it. */
export function knownTextOf(value: Value): string {
  return (piecesOf(value) ?? []).map((piece) => (typeof piece === 'string' ? piece : '\0')).join('');
}
