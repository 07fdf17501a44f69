import { type CallLimit, MAX_LIMIT_CALLS, type Manifest, type ToolManifest } from '../../runtime/core/contracts';
import { isObject } from '../../runtime/core/json/is-object';
import { limitUses } from '../../runtime/core/limits/limit-uses';
import { hasArguments, type Recorded, type RecordedCall } from '../recorded-decisions/recorded-calls';
import type { RecordedSessions } from '../recorded-decisions/recorded-sessions';
import { type Candidate, withTool } from './declaration';
import { grouped } from './grouped';

const DAY_SECONDS = 86_400;
/** A limit is this many times the most that was used: it should stop an agent that is fooled, not a busy day. */
const ROOM = 2;
/** Integers that are amounts, by the last word of their name. */
const AMOUNT = /(?:amount|cents|price|sum|total)s?(?:_?(?:cents|minor|units))?$/i;

/**
 * Proposes limits for tools that act outside, from the most that ran in a session and in all sessions within a day.
 *
 * @param least calls that ran, before anything is proposed for a tool
 */
export function proposeLimits(
  { calls }: Recorded,
  { ran }: RecordedSessions,
  manifest: Manifest,
  least: number,
): Candidate[] {
  return manifest.tools.flatMap((tool) => {
    if (tool.effect !== 'outbound' && tool.effect !== 'destructive') return [];
    const used = calls.filter((call) => call.tool === tool.name && ran.has(`${call.sessionId}/${call.requestId}`));
    if (used.length < least) return [];
    const amounts = used.every(hasArguments) ? amountsOf(tool) : [];
    return [undefined, ...amounts].flatMap((sum) =>
      (['session', 'tool'] as const).flatMap((per) => candidateFor(tool, { sum, per }, used, manifest)),
    );
  });
}

function candidateFor(
  tool: ToolManifest,
  { sum, per }: { readonly sum: string | undefined; readonly per: 'session' | 'tool' },
  used: readonly RecordedCall[],
  manifest: Manifest,
): Candidate[] {
  const { callLimits = [] } = tool;
  if (callLimits.some((limit) => limit.sum?.pointer === sum && limit.per === per)) return [];
  const limit = (most: number): CallLimit => ({
    ...(sum === undefined ? {} : { sum: { pointer: sum, places: 0 } }),
    most,
    per,
    windowSeconds: DAY_SECONDS,
    whenReached: 'ask',
  });
  const most = ROOM * mostUsed(tool, limit(1), used);
  if (most === 0 || !Number.isSafeInteger(most) || (sum === undefined && most > MAX_LIMIT_CALLS)) return [];
  const what = sum === undefined ? `count(${most}` : `sum(${JSON.stringify(sum)}, ${most}`;
  const text = `Limit.${what}, { per: LimitScope.${per.toUpperCase()}, window: Duration.days(1) })`;
  return [
    {
      tool: tool.name,
      what: 'limit',
      write: [`addTool(${JSON.stringify(tool.name)}, { limits: [${text}] })`],
      manifest: withTool(manifest, tool.name, (each) => ({ ...each, callLimits: [...callLimits, limit(most)] })),
    },
  ];
}

/** The most that was used within the window, wherever it begins. Counted as the gate counts it. */
function mostUsed(tool: ToolManifest, limit: CallLimit, used: readonly RecordedCall[]): number {
  const counted = { ...tool, callLimits: [limit] };
  const uses = used.flatMap(({ args = {}, sessionId, at }) =>
    limitUses(counted, args, { sessionId, user: '' }).map(({ key, amount = 0n }) => ({
      key,
      amount,
      ms: Date.parse(at),
    })),
  );
  let most = 0n;
  for (const scope of grouped(uses, ({ key }) => key)) {
    const inOrder = scope.toSorted((a, b) => a.ms - b.ms);
    let [from, sum] = [0, 0n];
    for (const { amount, ms } of inOrder) {
      sum += amount;
      for (let first = inOrder[from]; first && first.ms <= ms - limit.windowSeconds * 1000; first = inOrder[++from]) {
        sum -= first.amount;
      }
      if (sum > most) most = sum;
    }
  }
  return Number(most);
}

/** Arguments that synthesis would take for a sum, and that are called an amount. */
function amountsOf({ schema }: ToolManifest): string[] {
  const properties = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  return properties.flatMap(([name, part]) => {
    const fits = isObject(part) && part.type === 'integer' && typeof part.minimum === 'number' && part.minimum >= 0;
    return fits && /^\w+$/.test(name) && AMOUNT.test(name) ? [`/${name}`] : [];
  });
}
