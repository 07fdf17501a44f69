import type { Value } from './value';

/** The address ranges that `Fn::Cidr` returns, for IPv4 with literal arguments; otherwise undefined. */
export function cidrBlocks(args: readonly Value[]): string[] | undefined {
  const [block, count, bits] = args;
  const match = typeof block === 'string' ? /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/\d+$/.exec(block) : null;
  const size = 32 - Number(bits);
  const amount = Number(count);
  if (match === null || !(size >= 0 && size <= 32) || !(amount >= 1 && amount <= 256)) return undefined;
  const base = match.slice(1, 5).reduce((sum, part) => sum * 256 + Number(part), 0);
  return Array.from({ length: amount }, (_, i) => {
    const at = base + i * 2 ** (32 - size);
    return `${[24, 16, 8, 0].map((shift) => Math.floor(at / 2 ** shift) % 256).join('.')}/${size}`;
  });
}
