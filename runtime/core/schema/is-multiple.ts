/**
 * Whether a number is a multiple of another one as both are written in decimal: 19.99 is a multiple of 0.01, although the
 * quotient of the two doubles isn't whole. Source: JSON Schema Validation 2020-12, 6.2.1.
 */
export function isMultiple(value: number, divisor: number): boolean {
  if (!Number.isFinite(value) || !Number.isFinite(divisor) || divisor <= 0) return false;
  const [dividend, unit] = [decimalOf(value), decimalOf(divisor)];
  const places = Math.max(dividend.places, unit.places);
  return scaled(dividend, places) % scaled(unit, places) === 0n;
}

/** A number in units of its last decimal place: 19.99 with two places is 1999. Undefined: it has more places. */
export function decimalUnits(value: number, places: number): bigint | undefined {
  if (!Number.isFinite(value)) return undefined;
  const decimal = decimalOf(value);
  return decimal.places <= places ? scaled(decimal, places) : undefined;
}

/** The decimal places of a number. */
export function decimalPlaces(value: number): number {
  return Math.max(0, decimalOf(value).places);
}

/** A decimal number: `digits` divided by ten to the power of `places`, which may be negative. */
interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

/** The shortest decimal that JavaScript writes for a number, which is also what JSON carries. */
function decimalOf(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), places: fraction.length - Number(exponent) };
}

function scaled({ digits, places }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - places);
}
