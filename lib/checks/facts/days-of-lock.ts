import { asNumber, memberOf, type Value } from '../../template';

/** Who looks for what an agent did often begins weeks later. Below this, entries are gone by then. */
export const LEAST_LOCKED_DAYS = 30;

/** For how many days a `DefaultRetention` locks; NaN where it doesn't tell. */
export function daysOfLock(retention: Value): number {
  const [days, years] = [memberOf(retention, 'Days'), memberOf(retention, 'Years')];
  return asNumber(days) ?? 365 * (asNumber(years) ?? Number.NaN);
}
