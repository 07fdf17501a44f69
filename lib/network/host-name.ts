/**
 * Endings of names that are never a host on the internet: this machine or a local network (RFC 6761, RFC 6762, RFC 7686,
 * RFC 8375), and endings that private networks use and ICANN won't delegate (resolution 2018.02.04.12).
 */
const LOCAL_SUFFIXES = [
  'localhost',
  'local',
  'internal',
  'localdomain',
  'home.arpa',
  'lan',
  'test',
  'invalid',
  'onion',
  'corp',
  'home',
  'mail',
  'intranet',
  'private',
];

/**
 * Checks a host name for an allowlist and returns it in lower case.
 *
 * Only exact names are accepted: a wildcard would admit every name below it, and so any data that is written into a name.
 * Addresses are refused because neither DNS nor SNI carries them. Source: RFC 1123 section 2.1 (syntax), RFC 5890 (`xn--` labels).
 *
 * @throws Error with the reason and what to write instead
 * @internal
 */
export function parseHostName(text: string): string {
  const problem = hostNameProblem(text);
  if (problem === undefined) return text.toLowerCase();
  throw new Error(`host "${text}" is refused: ${problem}. Write an exact host name such as "api.example.com".`);
}

/** Why a text isn't the exact name of a host on the internet; undefined when it is. A part of a sentence. @internal */
export function hostNameProblem(text: string): string | undefined {
  if (text.includes('://')) return 'it has a scheme';
  if (/[/?#]/.test(text)) return 'it has a path';
  if (text.includes('@')) return 'it contains credentials';
  if (text.includes('*')) return 'it is a wildcard';
  // A name whose last label is a number is an IPv4 address in some spelling (WHATWG URL, "ends in a number").
  const isIpv4 = /(^|\.)(\d+|0x[0-9a-f]*)\.?$/i.test(text);
  if (isIpv4 || text.includes('[') || (text.match(/:/g) ?? []).length > 1) return 'it is an IP address';
  if (text.includes(':')) return 'it has a port; connectors can use port 443 only';
  const name = text.toLowerCase();
  if (name.endsWith('.')) return 'it ends with a dot';
  if (!isAscii(name)) return 'it has characters outside ASCII; write the punycode form (xn--…)';
  if (LOCAL_SUFFIXES.some((suffix) => name === suffix || name.endsWith(`.${suffix}`))) return 'it is a local name';
  const labels = name.split('.');
  if (name.length > 253 || labels.length < 2 || !labels.every(isLabel)) return 'it is not a full host name';
  return undefined;
}

function isLabel(label: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label);
}

function isAscii(text: string): boolean {
  return [...text].every((character) => character.charCodeAt(0) < 128);
}
