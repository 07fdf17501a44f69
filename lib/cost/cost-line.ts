import type { Price } from './prices';

/** The parts of a synthesized template that the estimate reads. @internal */
export interface CostTemplate {
  readonly name: string;
  readonly resources: Record<string, CostResource>;
}

/** @internal */
export interface CostResource {
  readonly Type?: string;
  readonly Properties?: Record<string, unknown>;
  readonly Metadata?: Record<string, unknown>;
}

/** One line of the estimate. @internal */
export interface CostLine {
  readonly kind: 'fixed' | 'session' | 'call';
  readonly item: string;
  readonly quantity: number;
  readonly unitUsd: number;
  readonly unit: string;
  /** For `fixed` the cost of a month, for `session` of one session, for `call` of 1,000 calls. */
  readonly usd: number;
  readonly note: string;
}

/** Something that is billed by use, and that the estimate can't know. It is in no sum. @internal */
export interface UsageCost {
  readonly item: string;
  readonly unitUsd: number;
  readonly unit: string;
  /** What the quantity depends on, with its limit where there is one. */
  readonly dependsOn: string;
}

/** @internal */
export function costLine(kind: CostLine['kind'], item: string, quantity: number, price: Price, note: string): CostLine {
  return { kind, item, quantity, unitUsd: price.usd, unit: price.unit, usd: roundUsd(quantity * price.usd), note };
}

/** Rounds to a millionth of a dollar. @internal */
export function roundUsd(usd: number): number {
  return Math.round(usd * 1_000_000) / 1_000_000;
}
