/** Names that mean this machine or the local network, never a host on the internet (RFC 6761, RFC 6762, RFC 8375). */
const LOCAL_SUFFIXES = ['localhost', 'local', 'internal', 'localdomain', 'home.arpa', 'lan'];

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
  const fail = (reason: string): never => {
    throw new Error(`host "${text}" is refused: ${reason} Write an exact host name such as "api.example.com".`);
  };
  if (text.includes('://')) fail('it has a scheme.');
  if (/[/?#]/.test(text)) fail('it has a path.');
  if (text.includes('@')) fail('it contains credentials.');
  if (text.includes('*')) fail('it is a wildcard.');
  // A name whose last label is a number is an IPv4 address in some spelling (WHATWG URL, "ends in a number").
  const isIpv4 = /(^|\.)(\d+|0x[0-9a-f]*)\.?$/i.test(text);
  if (isIpv4 || text.includes('[') || (text.match(/:/g) ?? []).length > 1) fail('it is an IP address.');
  if (text.includes(':')) fail('it has a port; connectors can use port 443 only.');
  const name = text.toLowerCase();
  if (name.endsWith('.')) fail('it ends with a dot.');
  if (!isAscii(name)) fail('it has characters outside ASCII; write the punycode form (xn--…).');
  if (name === 'localhost' || LOCAL_SUFFIXES.some((suffix) => name.endsWith(`.${suffix}`))) fail('it is a local name.');
  const labels = name.split('.');
  if (name.length > 253 || labels.length < 2 || !labels.every(isLabel)) {
    fail('it is not a full host name.');
  }
  return name;
}

function isLabel(label: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label);
}

function isAscii(text: string): boolean {
  return [...text].every((character) => character.charCodeAt(0) < 128);
}
