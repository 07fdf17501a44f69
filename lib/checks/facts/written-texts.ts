import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { NAMING, VALUE } from './texts';

/** A text as it is written in a template, also where nothing uses it. */
export interface WrittenText {
  readonly text: string;
  /** Path below the resource or the template. */
  readonly property: string;
  /** Names of the members on the way, without numbers and functions. */
  readonly names: readonly string[];
  /** What the text is the value of: its member, or the `Name` that stands beside it. Undefined for an argument of a function. */
  readonly name?: string;
}

/** Every text in raw JSON, but names of resources. Intrinsic functions are JSON too: of them, both sides of a condition and a substituted text are values. */
export function writtenTextsIn(
  raw: JsonValue | undefined,
  at: string,
  names: readonly string[] = [],
): readonly WrittenText[] {
  const found: WrittenText[] = [];
  collectUnder(raw, { property: at, names, name: names.at(-1) }, found);
  return found;
}

type Place = Omit<WrittenText, 'text'>;

/** Into a list: generators inside of generators take most of the time of a large template. */
function collectUnder(raw: JsonValue | undefined, { property, names, name }: Place, found: WrittenText[]): void {
  if (typeof raw === 'string') found.push({ text: raw, property, names, name });
  else if (Array.isArray(raw)) {
    for (const [i, item] of raw.entries()) collectUnder(item, { property: `${property}[${i}]`, names, name }, found);
  } else if (typeof raw === 'object' && raw !== null) collectOfMembers(raw, { property, names, name }, found);
}

function collectOfMembers(raw: JsonObject, place: Place, found: WrittenText[]): void {
  for (const [member, value] of Object.entries(raw)) {
    const property = `${place.property}.${member}`;
    if (isOfNames(member)) continue;
    if (isFunction(member)) {
      collectOfArguments(member, value, { property, names: place.names, name: place.name }, found);
    } else {
      const name = VALUE.test(member) ? (nameBeside(raw) ?? member) : member;
      collectUnder(value, { property, names: [...place.names, member], name }, found);
    }
  }
}

/** Functions whose arguments are names in the template, and no values. */
export function isOfNames(member: string): boolean {
  return member === 'Ref' || member === 'Fn::GetAtt';
}

function nameBeside(raw: JsonObject): string | undefined {
  return NAMING.map((member) => nameIn(raw[member])).find((name) => name !== undefined);
}

/** A name, also one with a part that is only known at deployment. */
function nameIn(raw: JsonValue | undefined): string | undefined {
  if (typeof raw === 'string') return raw;
  const inner = typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? raw['Fn::Sub'] : undefined;
  return typeof inner === 'string' ? inner : undefined;
}

function collectOfArguments(member: string, argument: JsonValue, place: Place, found: WrittenText[]): void {
  const { property, names } = place;
  const unnamed = { property, names };
  if (member === 'Fn::If' && Array.isArray(argument)) {
    for (const [i, side] of argument.entries()) {
      collectUnder(side, { ...(i === 0 ? unnamed : place), property: `${property}[${i}]` }, found);
    }
  } else collectUnder(argument, member === 'Fn::Sub' && typeof argument === 'string' ? place : unnamed, found);
}

function isFunction(member: string): boolean {
  return member === 'Ref' || member === 'Condition' || member.startsWith('Fn::');
}
