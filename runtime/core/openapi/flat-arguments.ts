import type { JsonObject, JsonValue } from '../contracts';
import type { HttpArgument } from '../executor-config';
import { isObject } from '../json/is-object';
import { shown } from './document-places';
import { argumentName } from './self-contained';

/** An argument of an operation, as the model gives it. */
export interface NewArgument extends Omit<HttpArgument, 'argument'> {
  readonly schema: JsonValue;
  readonly required: boolean;
  /** For people and models. @default that of the schema */
  readonly description?: string;
}

/** The arguments of one operation, under one flat object. Where two would have one name, the later one is named after its place. */
export class FlatArguments {
  private readonly properties = new Map<string, JsonValue>();
  private readonly required: string[] = [];
  private readonly places: HttpArgument[] = [];
  private readonly problems: string[] = [];
  private readonly notes: string[] = [];

  add({ schema, required, description, ...place }: NewArgument): void {
    const argument = this.freeName(place.in, place.name);
    if (argument === undefined) {
      this.cannot(
        required,
        `the ${place.in} parameter "${shown(place.name)}" has a name with characters that nobody sees, or none`,
      );
      return;
    }
    if (argument !== place.name)
      this.notes.push(`the ${place.in} parameter "${shown(place.name)}" is the argument "${shown(argument)}"`);
    this.properties.set(argument, described(schema, description));
    if (required) this.required.push(argument);
    this.places.push({ argument, ...place });
  }

  /** A part of the request that no argument can stand for: without it the operation can be called only if it is optional. */
  cannot(required: boolean, why: string): void {
    if (required) this.problems.push(why);
    else this.notes.push(`left out, since it is optional: ${why}`);
  }

  get arguments(): readonly HttpArgument[] {
    return this.places;
  }

  get refused(): readonly string[] {
    return this.problems;
  }

  get leftOut(): readonly string[] {
    return this.notes;
  }

  /** @param definitions what the schemas refer to */
  schema(definitions: JsonObject): JsonObject {
    return {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(this.properties),
      ...(this.required.length > 0 ? { required: [...this.required] } : {}),
      ...(Object.keys(definitions).length > 0 ? { $defs: definitions } : {}),
    };
  }

  private freeName(place: HttpArgument['in'], name: string): string | undefined {
    const plain = argumentName(name);
    if (plain === undefined) return undefined;
    const prefix = place === 'whole-body' ? 'body' : place;
    const candidates = [plain, `${prefix}_${plain}`, `${prefix}_${plain}_2`, `${prefix}_${plain}_3`];
    return candidates.find((candidate) => !this.properties.has(candidate));
  }
}

/** What the parameter says of itself, beside what its schema says of every value of that kind. */
function described(schema: JsonValue, description: string | undefined): JsonValue {
  if (description === undefined || description.trim() === '') return schema;
  if (!isObject(schema)) return schema === true ? { description } : schema;
  return { ...schema, description };
}
