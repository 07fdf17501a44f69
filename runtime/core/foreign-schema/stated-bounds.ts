/** The bounds that a foreign schema gets where it has none. docs/importing.md states them with their reasons. */

/** Characters of a text. */
export const TEXT_CHARACTERS = 10_000;
/** Characters of a text with a format, such as a URL or a date. */
export const FORMATTED_CHARACTERS = 2048;
/** Characters of a text with a pattern. The first for which the pattern is fast enough is taken. */
export const PATTERN_CHARACTERS = [TEXT_CHARACTERS, 1000, 200, 64] as const;
/** Items of a list. */
export const LIST_ITEMS = 100;
/** Fractions have the four digits that Cedar's decimals have. */
export const FRACTION = 0.0001;
/** Values of an `enum`. */
export const LISTED_VALUES = 1000;
/** Keys of an object. */
export const OBJECT_KEYS = 1000;
/** How often a schema that refers to itself is written out, one inside the other. */
export const UNROLLED = 2;
/** Arguments inside arguments. */
export const DEPTH = 12;
/** Schemas that are looked at in one document, references each time. */
export const STEPS = 20_000;
/** Characters of a description inside a schema. */
export const NOTE_CHARACTERS = 1000;
/** Characters of the whole transformed schema. A model reads it. */
export const SCHEMA_CHARACTERS = 128 * 1024;
/** Alternatives of one value. */
export const ALTERNATIVES = 64;
