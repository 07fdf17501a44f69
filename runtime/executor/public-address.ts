import dns from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Which addresses a connector may reach. */
export type Reach = 'public' | 'internal';

/** No address of the host may be reached. Nothing was sent. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
  readonly code = 'ERR_ADDRESS_REFUSED';
}

/**
 * IPv4 ranges that aren't on the internet. Source: IANA IPv4 Special-Purpose Address Registry, rows that aren't globally
 * reachable, and RFC 5771 (multicast).
 */
const NOT_PUBLIC_IPV4 = ranges('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]);

/** The only IPv6 range that is assigned for the internet. Source: RFC 4291, 2.4; IANA IPv6 Global Unicast Address Assignments. */
const GLOBAL_IPV6 = ranges('ipv6', [['2000::', 3]]);

/**
 * What isn't on the internet within it: protocol assignments with Teredo (2001::/23), documentation, 6to4, whose addresses hold
 * an IPv4 address, and SRv6. Source: IANA IPv6 Special-Purpose Address Registry.
 */
const NOT_PUBLIC_IPV6 = ranges('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]);

/**
 * Where instance metadata and other services of the machine itself answer. No connector has its target there.
 * Source: Amazon EC2 User Guide, "Access instance metadata" (169.254.169.254 and fd00:ec2::254).
 */
const OF_THE_MACHINE_IPV4 = ranges('ipv4', [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
]);
const OF_THE_MACHINE_IPV6 = ranges('ipv6', [
  ['::', 128],
  ['fe80::', 10],
  ['fd00:ec2::', 32],
  ['ff00::', 8],
  // 6to4 and Teredo hold an IPv4 address that a relay would reach. No network uses them any more. Source: RFC 7526; RFC 4380, 4.
  ['2002::', 16],
  ['2001::', 32],
]);

function ranges(family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family);
  return list;
}

/**
 * Whether an address may be reached: for `public`, only one on the internet; for `internal`, any but those of the machine itself
 * (link-local, unspecified, multicast). An IPv6 address that holds an IPv4 address counts as that one.
 *
 * Source: RFC 4291, 2.5.5 (IPv4-mapped); RFC 6052, 2.1 (NAT64, 64:ff9b::/96); RFC 8215 (NAT64 of one network, 64:ff9b:1::/48).
 */
export function mayReach(address: string, reach: Reach): boolean {
  const family = isIP(address);
  if (family === 4) {
    return !(reach === 'public' ? NOT_PUBLIC_IPV4 : OF_THE_MACHINE_IPV4).check(address, 'ipv4');
  }
  // A zone such as %eth0 belongs to link-local addresses alone.
  if (family !== 6 || address.includes('%')) return false;
  const inner = ipv4Within(address, reach);
  if (inner !== undefined) return mayReach(inner, reach);
  return reach === 'public'
    ? GLOBAL_IPV6.check(address, 'ipv6') && !NOT_PUBLIC_IPV6.check(address, 'ipv6')
    : !OF_THE_MACHINE_IPV6.check(address, 'ipv6');
}

/** The IPv4 address in an IPv4-mapped, IPv4-translated or NAT64 address, or an IPv4-compatible one. */
function ipv4Within(address: string, reach: Reach): string | undefined {
  const groups = groupsOf(address);
  const [high = 0, low = 0] = groups.slice(6);
  const before = groups.slice(0, 6).join(':');
  const holds = ['0:0:0:0:0:65535', '0:0:0:0:65535:0', '100:65435:0:0:0:0'].includes(before);
  // Of one network, so none of them is on the internet.
  const isLocalNat64 = reach === 'internal' && before.startsWith('100:65435:1:');
  const isCompatible = before === '0:0:0:0:0:0' && high > 0;
  return holds || isLocalNat64 || isCompatible ? `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}` : undefined;
}

/** The eight groups of an IPv6 address, as numbers. The URL parser writes each address in one way. */
function groupsOf(address: string): number[] {
  const [left = '', right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const numbers = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  if (right === undefined) return numbers(left);
  const [before, after] = [numbers(left), numbers(right)];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/**
 * A `lookup` for `https.request` and `net.connect`: it refuses a host when any of its addresses may not be reached, and otherwise
 * gives the addresses that were checked. The socket connects to these: no second resolution could give others (DNS rebinding).
 *
 * An address that is written as the host isn't looked up: see `hostMayBeReached`.
 */
export function lookupWithin(reach: Reach): LookupFunction {
  return (hostname, options, callback) => {
    // Through the module: the tests' emulator has no DNS and puts its own in place.
    dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const refused = addresses.find(({ address }) => !mayReach(address, reach));
      const [first] = addresses;
      if (refused !== undefined || first === undefined) return callback(refusal(reach), '', 0);
      if (options.all) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

/** Whether a URL's host may be looked up, or is an address that may be reached. */
export function hostMayBeReached(hostname: string, reach: Reach): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 || mayReach(host, reach);
}

/** The message names neither host nor address: it reaches the agent. */
export function refusal(reach: Reach): AddressRefusedError {
  return new AddressRefusedError(
    reach === 'public'
      ? 'The target’s host has an address that isn’t on the internet, and the connector isn’t declared internal.'
      : 'The target’s host has an address of the machine itself, such as a link-local one.',
  );
}
