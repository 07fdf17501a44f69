import { nameOf } from '../../template/iam/arn';
import {
  type Assembly,
  isObject,
  isTextual,
  keyOf,
  piecesOf,
  type Resource,
  sameValue,
  type Value,
} from '../../template/index';

/** Texts for people. Whoever writes a name there refers to nothing. */
const FOR_PEOPLE = ['Tags', 'Description'];

/** Resources that have a name of the app's choice, with that name as text. */
export function chosenNamesOf(assembly: Assembly, resources: readonly Resource[]): ReadonlyMap<Resource, string> {
  return new Map(
    resources.flatMap((resource): [Resource, string][] => {
      const name = nameOf(resource);
      // A generated name is a reference to the resource itself.
      return assembly.find(name) === resource || name === '' ? [] : [[resource, spelled(name)]];
    }),
  );
}

/**
 * The resources that a resource names by a name of the app's choice: as a whole text, or as a part of an ARN or a path. A text that merely
 * ends in the name is another name.
 */
export function namesByText(
  resource: Resource,
  values: readonly Value[],
  chosen: ReadonlyMap<Resource, string>,
): readonly Resource[] {
  if (chosen.size === 0) return [];
  const own = nameOf(resource);
  const texts = values.flatMap((value) =>
    isObject(value)
      ? Object.entries(value)
          .filter(([member, each]) => !FOR_PEOPLE.includes(member) && !(isTextual(each) && sameValue(each, own)))
          .flatMap(([, each]) => textsIn(each))
      : textsIn(value),
  );
  return [...chosen].filter(([, name]) => texts.some((text) => isNamed(text, name))).map(([target]) => target);
}

function isNamed(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (isBorder(text[at - 1]) && isBorder(text[at + name.length])) return true;
  }
  return false;
}

/** The start or end of a text, of a part of an ARN, or of a text in a document that is itself a text. */
function isBorder(character: string | undefined): boolean {
  return character === undefined || ':/"'.includes(character);
}

function textsIn(value: Value): string[] {
  if (isTextual(value)) return [spelled(value)];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** What isn't known before deployment is written as its key. */
function spelled(value: Value): string {
  return (piecesOf(value) ?? []).map((piece) => (typeof piece === 'string' ? piece : `<${keyOf(piece)}>`)).join('');
}
