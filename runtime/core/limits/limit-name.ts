import type { CallLimit } from '../contracts';

const UNITS = [
  [86_400, 'd', 'day'],
  [3600, 'h', 'hour'],
  [60, 'm', 'minute'],
  [1, 's', 'second'],
] as const;

/** The name of a limit among the policies of a decision, such as `limit-5-calls-per-session-in-1h`. */
export function limitName({ sum, most, per, windowSeconds }: CallLimit): string {
  const [size, short] = unitOf(windowSeconds);
  const what = sum ? `of-${sum.pointer.replace(/[^\x21-\x7e]/g, '?')}` : 'calls';
  return `limit-${decimal(most, sum?.places)}-${what}-per-${per}-in-${windowSeconds / size}${short}`;
}

/** The same for a sentence: `5 calls per session in 1 hour`. */
export function limitText({ sum, most, per, windowSeconds }: CallLimit): string {
  const [size, , word] = unitOf(windowSeconds);
  const count = windowSeconds / size;
  const what = sum ? `of ${sum.pointer}` : most === 1 ? 'call' : 'calls';
  const scope = per === 'tool' ? 'in all sessions together' : `per ${per}`;
  return `${decimal(most, sum?.places)} ${what} ${scope} in ${count} ${word}${count === 1 ? '' : 's'}`;
}

function unitOf(seconds: number): (typeof UNITS)[number] {
  return UNITS.find(([size]) => seconds % size === 0) ?? UNITS[3];
}

function decimal(units: number, places = 0): string {
  if (places === 0) return String(units);
  const digits = String(units).padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
