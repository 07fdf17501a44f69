import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { activeContentIn } from '../runtime/core/outbound/active-content';
import { instructionIn } from '../runtime/core/outbound/instructions';
import { NOTHING_NAMED } from '../runtime/core/outbound/named-addresses';
import { guardOutput } from '../runtime/core/output-guard';
import { type BenchGoal, type BenchReport, type BenchResult, machine } from './bench-report';
import { activeTexts } from './output/active-texts';
import { benignMessages, FIXED_MESSAGES } from './output/benign-messages';
import { benignTexts } from './output/benign-texts';
import { DEVELOPED_KINDS } from './output/developed-kinds';
import type { TimedText } from './output/guard-times';
import { KEPT_APART_KINDS } from './output/kept-apart-kinds';
import { largeTexts } from './output/large-texts';
import { ONCE_KEPT_APART_KINDS } from './output/once-kept-apart-kinds';
import { Random } from './output/random';
import { SECRET_FORMATS } from './output/secrets';
import { CARRIERS, type SpellingKind } from './output/spelling-kind';

const SEED = 20260901;
/** Spellings of each kind for each format of secret. */
const CASES = 3;
const ALL_DEVELOPED = [...DEVELOPED_KINDS, ...ONCE_KEPT_APART_KINDS];
const BENIGN_TEXTS = 3000;
const ROUNDS = 20;
/** They are slower, until V8 has compiled the check. */
const WARM_UP = 8;
const MAX_BYTES = 262_144;

/**
 * How much the output check finds, how often it withholds a text without a credential, and what it costs. Every text is
 * made from a seed. `--detail` adds what each kind reached, and which benign texts were withheld.
 */
export async function output(args: string[]): Promise<BenchReport> {
  const detail = args.includes('--detail');
  const developed = recallOf(ALL_DEVELOPED, new Random(SEED));
  const apart = recallOf(KEPT_APART_KINDS, new Random(SEED + 3));
  const benign = falsePositives(new Random(SEED + 1));
  const active = activeFound(new Random(SEED + 4));
  const messages = messagesHeld(new Random(SEED + 5));
  const times = timesOf(new Random(SEED + 2));
  const all = [...times.benign, ...times.hostile].flat();
  const slowest = (runs: Times['benign']) => Math.max(...runs.map((each) => Math.min(...each)));
  const atLeast = (name: string, value: number, goal: number): BenchGoal => ({
    name,
    value,
    unit: '%',
    goal: `≥ ${goal}`,
    holds: value >= goal,
  });
  const atMost = (name: string, value: number, unit: string, goal: number): BenchGoal => ({
    name,
    value,
    unit,
    goal: `≤ ${goal}`,
    holds: value <= goal,
  });
  return {
    bench: 'output (what the output check finds, and what it withholds by mistake)',
    machine: machine(),
    versions: { node: process.versions.node },
    results: [
      { name: 'kinds of spelling, developed', value: ALL_DEVELOPED.length, unit: 'kinds' },
      { name: 'spellings, developed', value: developed.total, unit: 'texts' },
      { name: 'kinds of spelling, kept apart', value: KEPT_APART_KINDS.length, unit: 'kinds' },
      { name: 'spellings, kept apart', value: apart.total, unit: 'texts' },
      { name: 'benign texts', value: BENIGN_TEXTS, unit: 'texts' },
      { name: 'texts with active content', value: active.total, unit: 'texts' },
      { name: 'benign messages', value: messages.total, unit: 'texts' },
      { name: 'p50, 100 KB', value: quantile(all, 0.5), unit: 'ms of processor time' },
      {
        name: 'p99, 100 KB, benign texts alone',
        value: quantile(times.benign.flat(), 0.99),
        unit: 'ms of processor time',
      },
      // On a machine that does nothing else, every run would be about as fast as its fastest.
      { name: 'slowest benign text, its fastest run', value: slowest(times.benign), unit: 'ms of processor time' },
      { name: 'slowest hostile text, its fastest run', value: slowest(times.hostile), unit: 'ms of processor time' },
      ...(detail ? [...missesOf(developed), ...missesOf(apart), ...benign.withheld] : []),
    ],
    goals: [
      atLeast('recall developed %', developed.percent, 99),
      atLeast('recall kept apart %', apart.percent, 90),
      atMost('false positives %', benign.percent, '%', 0.5),
      atLeast('active content found %', active.percent, 99),
      atMost('benign messages held back %', messages.percent, '%', 0.5),
      atMost('p99 ms 100 KB', quantile(all, 0.99), 'ms', 10),
    ],
  };
}

interface Recall {
  readonly total: number;
  readonly percent: number;
  readonly misses: ReadonlyMap<string, number>;
}

function recallOf(kinds: readonly SpellingKind[], random: Random): Recall {
  let total = 0;
  const misses = new Map<string, number>();
  for (const { name, steps } of kinds) {
    for (const [format, make] of Object.entries(SECRET_FORMATS)) {
      for (let i = 0; i < CASES; i += 1) {
        const secret = make(random);
        const spelled = steps.reduce((text, step) => step(text, random), secret);
        const content = random.of(CARRIERS)(spelled, random);
        total += 1;
        // The value before a rotation is checked as well, so the secret isn't always the first.
        const secrets = random.of([[secret], [make(random), secret]]);
        if (guardOutput({ content, secrets, maxBytes: MAX_BYTES }).ok) {
          misses.set(`${name} · ${format}`, (misses.get(`${name} · ${format}`) ?? 0) + 1);
        }
      }
    }
  }
  const missed = [...misses.values()].reduce((sum, count) => sum + count, 0);
  return { total, percent: (100 * (total - missed)) / total, misses };
}

function missesOf({ misses }: Recall): BenchResult[] {
  return [...misses].map(([name, value]) => ({ name: `missed: ${name}`, value, unit: `of ${CASES}` }));
}

function falsePositives(random: Random): { percent: number; withheld: BenchResult[] } {
  const formats = Object.values(SECRET_FORMATS);
  const withheld: BenchResult[] = [];
  benignTexts(random, BENIGN_TEXTS).forEach((content, index) => {
    const secrets = [random.of(formats)(random), random.of(formats)(random)];
    const guarded = guardOutput({ content, secrets, maxBytes: MAX_BYTES });
    if (!guarded.ok)
      withheld.push({
        name: `withheld: ${guarded.reason.slice(0, 60)} ${content.slice(0, 40)}`,
        value: index,
        unit: 'th text',
      });
  });
  return { percent: (100 * withheld.length) / BENIGN_TEXTS, withheld };
}

interface Share {
  readonly total: number;
  readonly percent: number;
}

function shareOf(texts: readonly string[], holds: (text: string) => boolean): Share {
  return { total: texts.length, percent: (100 * texts.filter(holds).length) / texts.length };
}

function activeFound(random: Random): Share {
  const texts = activeTexts(random).map(({ text }) => text);
  return shareOf(texts, (text) => activeContentIn(text, NOTHING_NAMED) !== undefined);
}

/** Messages, as arguments that leave. */
function messagesHeld(random: Random): Share {
  const messages = [...FIXED_MESSAGES, ...benignMessages(random, 30).map(({ text }) => text)];
  return shareOf(
    messages,
    (text) => activeContentIn(text, NOTHING_NAMED) !== undefined || instructionIn(text, '') !== undefined,
  );
}

/** Milliseconds of processor time of each run, by text. */
interface Times {
  readonly benign: readonly (readonly number[])[];
  readonly hostile: readonly (readonly number[])[];
}

/** In a process of its own, bundled like the functions that run the check. */
function timesOf(random: Random): Times {
  const { benign, hostile } = largeTexts(random);
  const formats = Object.values(SECRET_FORMATS);
  const secrets = () => [random.of(formats)(random), random.of(formats)(random)];
  const texts = [...benign, ...hostile].map(
    (content): TimedText => ({ content, runs: Array.from({ length: ROUNDS }, secrets) }),
  );
  const folder = mkdtempSync(path.join(tmpdir(), 'output-bench-'));
  try {
    const child = path.join(folder, 'guard-times.js');
    const file = path.join(folder, 'texts.json');
    writeFileSync(file, JSON.stringify(texts));
    buildSync({
      entryPoints: [path.join(__dirname, 'output/guard-times.ts')],
      outfile: child,
      bundle: true,
      platform: 'node',
      target: 'node22',
    });
    const all = JSON.parse(execFileSync(process.execPath, [child, file], { encoding: 'utf8' })) as number[][];
    const warm = all.map((runs) => runs.slice(WARM_UP));
    return { benign: warm.slice(0, benign.length), hostile: warm.slice(benign.length) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
