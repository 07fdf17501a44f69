import { Denied } from '../core/denied';
import type { HttpCredential } from '../core/executor-config';
import { isObject } from '../core/json/is-object';
import { parseStrict } from '../core/json/parse-strict';
import { SHORTEST_SECRET } from '../core/output-guard';
import type { CredentialValue } from './target-answer';

/** A credential that may be sent, and the texts that must not come back because of it. */
export interface CheckedCredential {
  readonly credential: CredentialValue;
  /** Its current and its previous value, and the password alone of `user:password`. */
  readonly secrets: readonly string[];
}

/**
 * Takes the value out of what the secret holds.
 * @throws Denied if there is no value, or the output check couldn't find it in a result. The reason repeats nothing of the secret
 */
export function checkedCredential(read: CredentialValue, declared: HttpCredential | undefined): CheckedCredential {
  const value = textOf(read.value, declared);
  if (value.trim() !== value) {
    throw refused(
      'The connector’s credential begins or ends with white space. Store it without white space and line breaks around it.',
    );
  }
  const current = partsOf(value, declared);
  if (current.some((secret) => secret.length < SHORTEST_SECRET)) {
    throw refused(
      `The connector’s credential has fewer than ${SHORTEST_SECRET} characters, so the output check can’t tell it from other text. Store a longer one.`,
    );
  }
  const { version, previous } = read;
  const before = previous === undefined ? undefined : previousOf(previous, declared);
  return {
    credential: { value, version, ...(before === undefined ? {} : { previous: before }) },
    secrets: before === undefined ? current : [...current, ...partsOf(before.trim(), declared)],
  };
}

function textOf(text: string, declared: HttpCredential | undefined): string {
  const name = declared?.field;
  if (name === undefined) return text;
  const field = fieldOf(text, name);
  if (field !== undefined) return field;
  throw refused(
    `The connector’s secret isn’t a JSON object whose member “${name}” is a text. Store such an object, or declare the credential without jsonField.`,
  );
}

/** Before the rotation, the secret may have held the value without an object around it. */
function previousOf(text: string, declared: HttpCredential | undefined): string {
  return declared?.field === undefined ? text : (fieldOf(text, declared.field) ?? text);
}

function fieldOf(text: string, name: string): string | undefined {
  const parsed = parseStrict(text);
  if (!parsed.ok || !isObject(parsed.value) || !Object.hasOwn(parsed.value, name)) return undefined;
  const field = parsed.value[name];
  return typeof field === 'string' ? field : undefined;
}

function partsOf(value: string, declared: HttpCredential | undefined): string[] {
  const colon = declared?.kind === 'basic' ? value.indexOf(':') : -1;
  return colon >= 0 ? [value, value.slice(colon + 1)] : [value];
}

/** To the agent, a call that its connector refuses is one that its target refused. */
function refused(reason: string): Denied {
  return new Denied('TARGET_FAILED', { reason });
}
