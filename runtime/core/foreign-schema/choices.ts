import { isObject } from '../json/is-object';
import { KEYS_CHOICE } from './adapt-object';
import { type Adaptation, Unadaptable, WrongChoice } from './adapted-schema';
import type { Alternative } from './alternatives';
import { listedValues } from './listed-values';
import { shownPlace, shownWord } from './places';
import type { TypedAlternative, TypeName } from './typed-alternatives';

/** What a person may choose for a value of any type. */
const TYPE_CHOICES: ReadonlyMap<string, TypeName> = new Map([
  ['text', 'string'],
  ['integer', 'integer'],
  ['number', 'number'],
  ['boolean', 'boolean'],
]);

const OPEN_CHOICES: readonly string[] = [...TYPE_CHOICES.keys(), `${KEYS_CHOICE} name, name`];

export type LabelledAlternative = TypedAlternative & { readonly label: string };

interface Chosen {
  readonly usable: readonly LabelledAlternative[];
  readonly changes: string[];
}

/**
 * The alternatives that a person's choice leaves; all, without a choice.
 * @throws Unadaptable if nothing says which type is meant, or the choice names none of the alternatives
 */
export function chosenAlternatives(
  typed: readonly TypedAlternative[],
  anything: readonly Alternative[],
  place: string,
  adaptation: Adaptation,
): Chosen {
  const shown = shownPlace(place);
  const choice = adaptation.choices[place];
  const labelled = withLabels(typed);
  const [open] = anything;
  const options = [...labelled.map(({ label }) => label), ...(open === undefined ? [] : OPEN_CHOICES)];
  if (open !== undefined || choice !== undefined) adaptation.offer(place, options);
  if (choice !== undefined) {
    const usable = chosen(labelled, open, choice);
    if (usable.length > 0) return { usable, changes: [`${shown}: "${shownWord(choice)}" was chosen`] };
    throw new WrongChoice(
      `${shown}: "${shownWord(choice)}" can't be chosen here; write one of ${quoted(options)}, or remove it`,
    );
  }
  if (open === undefined) return { usable: labelled, changes: [] };
  if (labelled.length === 0) throw new Unadaptable([`${shown}: it takes any JSON; choose ${quoted(options)}`]);
  return { usable: labelled, changes: [`${shown}: any JSON refused; only what is described is taken`] };
}

function chosen(
  labelled: readonly LabelledAlternative[],
  open: Alternative | undefined,
  choice: string,
): readonly LabelledAlternative[] {
  const keys = choice.startsWith(KEYS_CHOICE);
  // Keys can be declared of objects only.
  const named = labelled.filter(({ label, type }) => (keys ? type === 'object' : label === choice));
  const type = keys ? 'object' : TYPE_CHOICES.get(choice);
  if (named.length > 0 || open === undefined || type === undefined) return named;
  return [{ ...open, type, label: choice, changes: [] }];
}

function quoted(options: readonly string[]): string {
  return options.map((option) => `"${option}"`).join(', ');
}

/** A name for each alternative: its type, or for one of several objects what tells it apart. */
function withLabels(typed: readonly TypedAlternative[]): LabelledAlternative[] {
  const used = new Set<string>();
  return typed.map((alternative) => {
    const wanted = labelOf(alternative, typed);
    let label = wanted;
    for (let number = 2; used.has(label); number += 1) label = `${wanted} ${number}`;
    used.add(label);
    return { ...alternative, label };
  });
}

const TYPE_WORDS: Readonly<Record<TypeName, string>> = {
  string: 'text',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  array: 'list',
  object: 'object',
};

function labelOf(alternative: TypedAlternative, all: readonly TypedAlternative[]): string {
  const alike = all.filter(({ type }) => type === alternative.type);
  if (alternative.type !== 'object' || alike.length === 1) return TYPE_WORDS[alternative.type];
  return (
    discriminator(alternative, alike) ??
    alternative.names.map(shownWord).find((name) => name !== '') ??
    requiredWord(alternative, alike) ??
    'object'
  );
}

/** The value of a property that is another one in each alternative, such as `type`. */
function discriminator(alternative: TypedAlternative, alike: readonly TypedAlternative[]): string | undefined {
  const own = constants(alternative);
  const others = alike.filter((each) => each !== alternative).map(constants);
  for (const [name, value] of own) {
    if (others.every((each) => each.has(name) && each.get(name) !== value)) return shownWord(value);
  }
  return undefined;
}

function constants({ parts }: TypedAlternative): Map<string, string> {
  const found = new Map<string, string>();
  for (const { schema } of parts) {
    for (const [name, property] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
      const [values] = isObject(property) ? listedValues(property) : [];
      const [value] = values ?? [];
      if (values?.length === 1 && typeof value === 'string') found.set(name, value);
    }
  }
  return found;
}

/** The keys that only this alternative requires. */
function requiredWord(alternative: TypedAlternative, alike: readonly TypedAlternative[]): string | undefined {
  const others = new Set(alike.filter((each) => each !== alternative).flatMap(requiredOf));
  const own = requiredOf(alternative).filter((name) => !others.has(name));
  return own.length === 0 ? undefined : shownWord(`with ${own.join(' and ')}`);
}

function requiredOf({ parts }: TypedAlternative): string[] {
  return parts.flatMap(({ schema }) =>
    Array.isArray(schema.required) ? schema.required.filter((name): name is string => typeof name === 'string') : [],
  );
}
