/** An IPv4 range. @internal */
export interface CidrRange {
  /** First address, as an unsigned number. */
  readonly first: number;
  /** Last address, as an unsigned number. */
  readonly last: number;
  /** Length of the network part, in bits. */
  readonly prefix: number;
}

/** Ranges for private networks (RFC 1918). */
const PRIVATE_RANGES: readonly CidrRange[] = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].flatMap(
  (range) => parseCidr(range) ?? [],
);

/**
 * Reads an IPv4 CIDR that a VPC may have: a private range, aligned, /16 to /28 (VPC quotas, "VPC CIDR blocks").
 *
 * @throws Error with the reason and what to write instead
 * @internal
 */
export function parseVpcCidr(text: string): CidrRange {
  const fail = (reason: string): never => {
    throw new Error(`CIDR "${text}" is refused: ${reason} Write a private range such as "10.0.0.0/22".`);
  };
  const range = parseCidr(text) ?? fail('it is not an IPv4 CIDR.');
  if (range.prefix < 16 || range.prefix > 28) fail('the prefix of a VPC is /16 to /28.');
  if (!PRIVATE_RANGES.some((outer) => contains(outer, range))) {
    fail('it is outside the private ranges of RFC 1918.');
  }
  return range;
}

/** Whether two ranges share an address. @internal */
export function overlap(a: CidrRange, b: CidrRange): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/**
 * The subnet with this index, counted from 0, among the subnets with `prefix` bits in a range.
 * @throws Error when the range has no such subnet
 * @internal
 */
export function subnetOf(range: CidrRange, prefix: number, index: number): string {
  const size = 2 ** (32 - prefix);
  const first = range.first + size * index;
  if (prefix < range.prefix || first + size - 1 > range.last) {
    throw new Error(`a /${range.prefix} has no room for subnet number ${index + 1} of /${prefix}.`);
  }
  return `${dotted(first)}/${prefix}`;
}

/** Reads any aligned IPv4 CIDR, private or not. @internal */
export function parseCidr(text: string): CidrRange | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined;
  const first = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  const size = 2 ** (32 - prefix);
  if (first % size !== 0) return undefined;
  return { first, last: first + size - 1, prefix };
}

function contains(outer: CidrRange, inner: CidrRange): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
