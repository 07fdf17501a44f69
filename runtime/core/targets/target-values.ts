import type { JsonObject, JsonValue, TargetManifest } from '../contracts';
import { withoutInvisible } from '../display';
import { valuesAt } from '../json/values-at';
import { kindOf } from './kinds';

/** The values of a target in a call, in the form in which other spellings are equal. Empty: the call leaves it out. */
export function targetValues(target: TargetManifest, args: JsonObject): string[] {
  const { normal } = kindOf(target);
  return valuesAt(args, target.pointer)
    .flatMap(leaves)
    .map((value) => {
      const plain = target.kind === 'email' ? mailbox(likeness(value)) : likeness(value);
      return (normal(plain) ?? plain).toLowerCase();
    });
}

/** Other spellings of a target must not count as another. Two targets with one likeness count as one. */
function likeness(value: string): string {
  return withoutInvisible(value.normalize('NFKC')).text.replace(/\s+/gu, ' ').trim();
}

/** The address alone: mail software takes `Bob <bob@example.com>` and `mailto:bob@example.com` too. */
function mailbox(value: string): string {
  const [, inBrackets = value] = /<([^<>]*)>$/.exec(value) ?? [];
  return inBrackets.replace(/^mailto:/i, '').trim();
}

function leaves(value: JsonValue | undefined): string[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leaves);
  return [String(value)];
}
