import type { JsonValue } from '../contracts';
import type { Adapted, ForeignPart } from './adapted-schema';
import { listedIn } from './listed-in';

/** A truth value for which all parts hold. @throws Unadaptable */
export function adaptBoolean(parts: readonly ForeignPart[], place: string): Adapted {
  const changes: string[] = [];
  const listed: JsonValue[] | undefined = listedIn(parts, place, changes, (value) => typeof value === 'boolean');
  const both = listed === undefined || listed.length === 2;
  return { schema: both ? { type: 'boolean' } : { type: 'boolean', enum: listed }, changes };
}
