import { hidesCharacters } from '../display';
import { isObject } from '../json/is-object';
import type { ForeignPart } from './adapted-schema';
import { safeMatch } from './pattern-properties';

const MOST_CHARACTERS = 256;

/** The keys that parts declare, also those of a map whose keys are listed. */
export function declaredNames(parts: readonly ForeignPart[]): string[] {
  return parts.flatMap(({ schema: { properties, propertyNames } }) => [
    ...(isObject(properties) ? Object.keys(properties) : []),
    ...(isObject(propertyNames) && Array.isArray(propertyNames.enum)
      ? propertyNames.enum.filter((name): name is string => typeof name === 'string')
      : []),
  ]);
}

/** Why no argument can have a name, as a part of a sentence. */
export function nameProblem(name: string): string | undefined {
  if (name.startsWith('__')) return 'a name that starts with "__" is reserved';
  if (name.length > MOST_CHARACTERS) return `its name is longer than ${MOST_CHARACTERS} characters`;
  if (!name.isWellFormed() || name !== name.normalize('NFC')) return 'its name has two spellings in Unicode';
  return hidesCharacters(name) ? 'its name has characters that nobody sees' : undefined;
}

/** Whether `propertyNames` of all parts surely allow a name. */
export function namesAllowed(parts: readonly ForeignPart[], name: string): boolean {
  return parts.every(({ schema: { propertyNames } }) => {
    if (propertyNames === undefined || propertyNames === true) return true;
    if (!isObject(propertyNames)) return false;
    return Object.entries(propertyNames).every(([keyword, value]) => {
      switch (keyword) {
        case 'type':
          return value === 'string';
        case 'enum':
          return Array.isArray(value) && value.includes(name);
        case 'const':
          return value === name;
        case 'minLength':
          return [...name].length >= Number(value);
        case 'maxLength':
          return [...name].length <= Number(value);
        case 'pattern':
          return safeMatch(String(value), name) === true;
        default:
          return ['title', 'description', '$comment', 'examples', 'default'].includes(keyword);
      }
    });
  });
}
