import { isScalar } from 'yaml';

/**
 * The text that CloudFormation may make of an unquoted key. YAML 1.1 has several spellings of one boolean, of one number and of
 * nothing: `yes` and `on` are `true`, `010` is `8`. `Y` and `N` stay text, as CloudFormation reads them.
 *
 * Source: yaml.org/type/bool.html, int.html, float.html and null.html.
 */
export function oneKeyOf(key: unknown): string {
  if (!isScalar(key)) return String(key);
  const text = String(key.value);
  return key.type === 'PLAIN' && MAY_CHANGE.test(text) ? plainKeyOf(text) : text;
}

/** Most keys are words, and need no further look. */
const MAY_CHANGE = /^([-+.0-9~]|(true|yes|on|false|no|off|null)$)/i;

function plainKeyOf(text: string): string {
  if (/^(true|yes|on)$/i.test(text)) return 'true';
  if (/^(false|no|off)$/i.test(text)) return 'false';
  if (/^(~|null)$/i.test(text)) return 'null';
  return numberOf(text.replaceAll('_', '')) ?? text;
}

/** The text of a number, as most languages write it; undefined for another text. */
function numberOf(text: string): string | undefined {
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(text) ?? [];
  const minus = sign === '-' ? '-' : '';
  if (/^0[0-7]+$/.test(digits)) return `${minus}${BigInt(`0o${digits.slice(1)}`)}`;
  if (/^(0[xX][0-9a-fA-F]+|0b[01]+|0|[1-9][0-9]*)$/.test(digits)) return `${minus}${BigInt(digits)}`;
  if (/^[1-9][0-9]*(:[0-5]?[0-9])+$/.test(digits)) return `${minus}${inSixties(digits)}`;
  return /^([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/.test(digits) ? `${minus}float ${Number(digits)}` : undefined;
}

/** `12:30` is 750. */
function inSixties(digits: string): bigint {
  return digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
}
