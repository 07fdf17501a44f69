import {
  isObject,
  piecesOf,
  placeInList,
  Reference,
  type Resource,
  Text,
  Unresolved,
  type Value,
} from '../../template/index';

/** Members that name what stands beside them as `Value`. */
export const NAMING = ['Name', 'name', 'Key', 'OptionName', 'ParameterKey', 'Variable', 'HeaderName'];
export const VALUE = /^(Value|value|ParameterValue|DefaultValue|HeaderValue)$/;

/** Whether a member may name what stands beside it. */
export function isNaming(member: string): boolean {
  return NAMING.includes(member);
}

/** A text in a resource's properties. */
export interface PlacedText {
  /** A string, a reference, a partly known text, or an unknown value with known parts. */
  readonly value: Value;
  /** Path below the resource. */
  readonly property: string;
  /** Names of the members on the way, without numbers. */
  readonly names: readonly string[];
  /** What the text is the value of: its member, or the `Name` that stands beside it. */
  readonly name?: string;
  readonly assuming: readonly string[];
}

/** Every text in a resource's properties, in each possible value. What is inside an encoded or otherwise unknown value has the place of that value. */
export function textsOf(resource: Resource): readonly PlacedText[] {
  if (!isObject(resource.properties)) return [];
  return Object.keys(resource.properties).flatMap((name) =>
    resource.property(name).flatMap(({ value, assuming }) =>
      textsIn(value, {
        property: `Properties.${name}`,
        names: [name],
        name: nameOf(name, () => nameBesideOf(resource)),
        assuming,
      }),
    ),
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
    // A part is not the value of the name.
    for (const part of value.parts) collectFrom(part, { ...place, name: undefined }, found);
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      collectFrom(item, { ...place, property: `${place.property}[${placeInList(value, i)}]` }, found);
    }
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      const inner = { ...place, property: `${place.property}.${name}`, names: [...place.names, name] };
      collectFrom(member, { ...inner, name: nameOf(name, () => nameIn((naming) => value[naming])) }, found);
    }
  }
}

function nameOf(member: string, beside: () => string | undefined): string {
  return VALUE.test(member) ? (beside() ?? member) : member;
}

/** The name beside a resource's own `Value`. */
function nameBesideOf(resource: Resource): string | undefined {
  return nameIn((naming) => resource.property(naming)[0]?.value);
}

/** A name, also one with a part that is only known at deployment. */
function nameIn(valueAt: (naming: string) => Value): string | undefined {
  const named = NAMING.map(valueAt).find((value) => typeof value === 'string' || value instanceof Text);
  return named === undefined ? undefined : knownTextOf(named);
}

/** What is known of a text. Nothing that is written across an unknown piece is found in it. */
export function knownTextOf(value: Value): string {
  return (piecesOf(value) ?? []).map((piece) => (typeof piece === 'string' ? piece : '\0')).join('');
}
