import { performance } from 'node:perf_hooks';
import { Authorizer } from '../../runtime/core/authorizer';
import type { ToolCall } from '../../runtime/core/contracts';
import { canonicalize } from '../../runtime/core/json/canonicalize';
import { parseStrict } from '../../runtime/core/json/parse-strict';
import { ToolSchemas } from '../../runtime/core/schema/tool-schemas';
import { TrustedDirectory } from '../../runtime/core/target-provenance';
import { body, GateWorld, SESSION, TASK } from '../../test/runtime/gate/gate-world';
import type { BenchResult } from '../bench-report';
import { argumentsOf, manifestWith, toolName } from './manifest-of';
import { quantile } from './quantiles';

/** Calls of each tool before those that count, and as many as V8 takes to compile what they run. */
const WARM_UP = 3000;
const TIMES = 2000;

/** Milliseconds of processor time of one decision, where 99 of 100 take no longer. */
export interface Decisions {
  readonly results: readonly BenchResult[];
  readonly p99: number;
}

/** Decides and handles calls of a deployment with so many tools and policies. */
export async function decisions(count: number): Promise<Decisions> {
  const manifest = manifestWith(count);
  const authorizer = new Authorizer(manifest);
  const directory = new TrustedDirectory(manifest);
  const schemas = new ToolSchemas();
  const tools = new Map(manifest.tools.map((tool) => [tool.name, tool]));
  const task = 'Answer the tickets T-1 and T-2.';

  // From the bytes of a call to allowed, asked or denied: what the gate does before it writes anything.
  const decide = (text: string) => {
    const parsed = parseStrict(text);
    if (!parsed.ok) throw new Error(parsed.reason);
    const call = parsed.value as unknown as ToolCall;
    canonicalize(call.arguments);
    const tool = tools.get(call.tool);
    if (!tool || !schemas.validate(tool, call.arguments).ok)
      throw new Error(`The benchmark's own call of ${call.tool} isn't valid.`);
    const provenance = directory.provenanceOf(tool, call.arguments, { taskText: task });
    const { decision } = authorizer.decide({
      sessionId: SESSION,
      tool,
      args: call.arguments,
      session: { taint: true, calls: 1, denials: 0 },
      provenance,
    });
    if (decision !== 'ALLOW') throw new Error(`The benchmark's own call is answered with ${decision}.`);
  };
  const texts = Array.from({ length: WARM_UP + TIMES }, (_, call) => body(toolName(call % count), argumentsOf(call)));
  const first: number[] = [];
  for (const text of texts.slice(0, WARM_UP)) {
    const started = performance.now();
    decide(text);
    if (first.length < count) first.push(performance.now() - started);
  }
  const wall: number[] = [];
  const processor: number[] = [];
  for (const text of texts.slice(WARM_UP)) {
    const started = performance.now();
    const used = process.cpuUsage();
    decide(text);
    const { user, system } = process.cpuUsage(used);
    wall.push(performance.now() - started);
    processor.push((user + system) / 1000);
  }

  const gate = new GateWorld().gate(manifest);
  const whole: number[] = [];
  for (const [index, text] of texts.entries()) {
    const used = process.cpuUsage();
    const { status } = await gate.handle({ taskId: TASK, body: text });
    const { user, system } = process.cpuUsage(used);
    if (status !== 'succeeded') throw new Error(`The benchmark's own call ends as ${status}.`);
    if (index >= WARM_UP) whole.push((user + system) / 1000);
  }

  const p99 = quantile(processor, 0.99);
  const line = (what: string, value: number, unit: string): BenchResult => ({
    name: `${count} tools and policies: ${what}`,
    value,
    unit,
  });
  return {
    p99,
    results: [
      line('decision p50', quantile(processor, 0.5), 'ms of processor time'),
      line('decision p99', p99, 'ms of processor time'),
      line('decision p50, elapsed', quantile(wall, 0.5), 'ms'),
      line('decision p99, elapsed', quantile(wall, 0.99), 'ms'),
      line('first call of a tool, p50, elapsed', quantile(first, 0.5), 'ms'),
      line('whole call in memory, p50', quantile(whole, 0.5), 'ms of processor time'),
      line('whole call in memory, p99', quantile(whole, 0.99), 'ms of processor time'),
    ],
  };
}
