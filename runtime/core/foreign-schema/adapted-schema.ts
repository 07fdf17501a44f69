import type { JsonObject, JsonValue } from '../contracts';

/** What a person chose, by the place of the argument: `{ "/body": "text" }`. `""` is the whole input. */
export type SchemaChoices = Readonly<Record<string, string>>;

/** What a person may choose, by the place of the argument. */
export type PossibleChoices = Readonly<Record<string, readonly string[]>>;

/** What became of a schema that somebody else wrote. */
export type AdaptedSchema =
  | {
      readonly ok: true;
      /** Passes `lintSchema`. Each value that it accepts is accepted by the original schema too. */
      readonly schema: JsonObject;
      /** Each line says a place and what differs there. */
      readonly changes: readonly string[];
      /** What could be chosen instead, where something was decided by a rule. */
      readonly possible: PossibleChoices;
    }
  | {
      readonly ok: false;
      /** Each line says a place and a reason. */
      readonly refused: readonly string[];
      /** What can be chosen. Empty: no choice helps. */
      readonly possible: PossibleChoices;
    };

/** A schema that fits the gate, and the lines that say what was changed. */
export interface Adapted {
  readonly schema: JsonObject;
  readonly changes: readonly string[];
}

/** A schema somewhere in a foreign document. */
export interface ForeignNode {
  readonly schema: JsonValue;
  /** What `#` refers to. */
  readonly root: JsonValue;
  /** References that were followed on the way from the top, one element for each time. */
  readonly trail: readonly string[];
  /** Those that were followed without going down into an argument. */
  readonly here: readonly string[];
}

/** One of a node's plain keywords, without those that combine schemas. */
export interface ForeignPart {
  readonly schema: JsonObject;
  readonly root: JsonValue;
  readonly trail: readonly string[];
}

/** What all steps share. */
export interface Adaptation {
  readonly choices: SchemaChoices;
  /** Notes what a person may choose at a place. */
  offer(place: string, options: readonly string[]): void;
  /** Counts the work, so that no document takes long. @throws TooLarge */
  spend(steps: number): void;
  /** How often a schema that refers to itself is written out, one inside the other. */
  readonly unrolled: number;
  /** Notes that one does, so that writing it out less often makes the result smaller. */
  noteRecursion(): void;
  /** Notes that a keyword without a meaning for the gate was left out. */
  leaveOut(keyword: string): void;
  /**
   * All of the nodes hold for the value at the place.
   * @param times how many values of one call may stand there
   * @throws Unadaptable
   */
  adapt(nodes: readonly ForeignNode[], place: string, times: number): Adapted;
}

/** The schema can't be made safe without a choice. */
export class Unadaptable extends Error {
  /** @param reasons lines with a place and a reason */
  constructor(readonly reasons: readonly string[]) {
    super(reasons.join('\n'));
  }
}

/** A person chose what isn't offered. It isn't caught where an optional argument could be left out: the person wants it. */
export class WrongChoice extends Error {}

/** The document takes too much work. It isn't caught where an optional argument could be left out. */
export class TooLarge extends Error {}

/** The node below a part. */
export function childOf(part: ForeignPart, schema: JsonValue): ForeignNode {
  return { schema, root: part.root, trail: part.trail, here: [] };
}
