import { isIP } from 'node:net';
import { hostNameProblem } from '../network/host-name';
import type { PrivateFunction } from '../private/private-function';

/**
 * The address of a target, as it was given.
 * @throws Error unless it is an https address of a named host, without query, fragment or user
 * @internal
 */
export function checkedAddress(path: string, prop: string, address: string): string {
  const problem = addressProblem(address);
  if (problem === undefined) return address;
  throw new Error(
    `${path}: ${prop} "${shownAddress(address)}" is refused: ${problem}; write an address such as https://api.example.com`,
  );
}

/** What is wrong with the address of a target. @internal */
export function addressProblem(address: string, mayHaveQuery = false): string | undefined {
  const url = URL.parse(address);
  if (!url) return 'it is not a URL';
  if (url.protocol !== 'https:') return 'only https is supported';
  if (url.username || url.password) return 'it contains a user or a password; use a Credential for that';
  if ((url.search && !mayHaveQuery) || url.hash) return 'it contains a query or a fragment';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host)) return 'a TLS certificate can’t be checked against an IP address';
  const problem = hostNameProblem(host);
  return problem === undefined ? undefined : `its host "${host}" is no host on the internet: ${problem}`;
}

/** What may be repeated of an address that is refused: a user, a password and a query may hold a secret. @internal */
export function shownAddress(address: string): string {
  const url = URL.parse(address);
  if (!url) return address.length > 80 ? `${address.slice(0, 80)}…` : address;
  return url.username || url.password || url.search ? `${url.protocol}//${url.host}${url.pathname}` : address;
}

/**
 * @throws Error if the executor is behind the egress firewall and the address has another port than 443
 * @internal
 */
export function refuseOwnPort(path: string, prop: string, address: string, executor: PrivateFunction): void {
  if (!executor.isInVpc || !new URL(address).port) return;
  throw new Error(
    `${path}: ${prop} "${address}" has a port of its own, but the egress firewall passes port 443 only; write an address without a port`,
  );
}
