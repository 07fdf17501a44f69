/** Ranges without public addresses. Source: RFC 1918, RFC 6598, RFC 1122, RFC 3927, RFC 4193, RFC 4291. */
const INTERNAL: readonly (readonly [bits: string, length: number])[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '255.255.255.255/32',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
].map((range) => bitsOf(range) as [string, number]);

/** Whether a CIDR contains no public address; undefined when the text isn't a CIDR. */
export function isInternalRange(cidr: string): boolean | undefined {
  const range = bitsOf(cidr);
  if (range === undefined) return undefined;
  const [bits, length] = range;
  return INTERNAL.some(
    ([inside, prefix]) =>
      inside.length === bits.length && length >= prefix && bits.slice(0, prefix) === inside.slice(0, prefix),
  );
}

/** Whether two CIDRs have addresses in common. Text that isn't a CIDR may have. */
export function overlaps(a: string, b: string): boolean {
  const [left, right] = [bitsOf(a), bitsOf(b)];
  if (left === undefined || right === undefined) return true;
  const prefix = Math.min(left[1], right[1]);
  return left[0].length === right[0].length && left[0].slice(0, prefix) === right[0].slice(0, prefix);
}

/** Address bits and prefix length. */
function bitsOf(cidr: string): [string, number] | undefined {
  const [address = '', suffix] = cidr.trim().split('/');
  const bits = address.includes(':') ? bitsOf6(address) : bitsOf4(address);
  if (bits === undefined || (suffix !== undefined && !/^\d{1,3}$/.test(suffix))) return undefined;
  const length = suffix === undefined ? bits.length : Number(suffix);
  return length <= bits.length ? [bits, length] : undefined;
}

function bitsOf4(address: string): string | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return undefined;
  const bytes = address.split('.').map(Number);
  return bytes.every((byte) => byte <= 255)
    ? bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('')
    : undefined;
}

function bitsOf6(address: string): string | undefined {
  const [head = '', tail, ...more] = address.split('::');
  if (more.length > 0) return undefined;
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...(Array(missing).fill('0') as string[]), ...right];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}
