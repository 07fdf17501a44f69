import {
  BUILT_IN_TOOLS,
  type JsonObject,
  MAX_RESULT_BYTES,
  MAX_TARGET_MS,
  TOOL_NAME_PATTERN,
} from '../../runtime/core/contracts';
import { lintSchema } from '../../runtime/core/schema/lint-schema';
import { lintTarget } from '../../runtime/core/schema/lint-target';
import { isSlow } from '../../runtime/core/slow-tool';
import { lintIds } from '../../runtime/core/targets/derived-ids';
import { Effect } from './effect';
import { limitProblem } from './limit-problems';
import type { ToolOptions } from './tool-options';

const MIN_TIMEOUT_MS = 100;

/** Why a tool can't be added: the first problem found, or undefined. @internal */
export function toolProblem(name: string, options: ToolOptions): string | undefined {
  if (!new RegExp(TOOL_NAME_PATTERN).test(name)) return `write a name of the form ${TOOL_NAME_PATTERN}`;
  if ((BUILT_IN_TOOLS as readonly string[]).includes(name)) {
    return 'the gate has a built-in tool of that name; write another name';
  }
  if (options.description.trim() === '') return 'the description is empty; say what the tool does';
  const findings = lintSchema(options.input._document);
  if (findings.length > 0) return `its input schema is unsafe:\n  - ${findings.join('\n  - ')}`;
  const outputFindings = options.output ? lintSchema(asObject(options.output._document)) : [];
  if (outputFindings.length > 0) return `its output schema is unsafe:\n  - ${outputFindings.join('\n  - ')}`;
  return (
    targetProblem(options) ??
    idsProblem(options) ??
    limitProblem(options) ??
    outboundProblem(options) ??
    resultProblem(options.maxResultBytes) ??
    timeoutProblem(options)
  );
}

/** A result may be a list, which an input can't be. */
function asObject(schema: JsonObject): JsonObject {
  return schema.type === 'array'
    ? { type: 'object', additionalProperties: false, properties: { result: schema } }
    : schema;
}

function targetProblem({ input, targets = [] }: ToolOptions): string | undefined {
  for (const { pointer } of targets) {
    const problem = lintTarget(input._document, pointer);
    if (problem !== undefined) return `the target "${pointer}" matches no argument: ${problem}`;
  }
  return undefined;
}

function idsProblem({ input, targets = [], ids, effect = Effect.DESTRUCTIVE }: ToolOptions): string | undefined {
  if (ids === undefined) return undefined;
  const problem = lintIds({
    ids,
    targets: targets.map(({ _manifest }) => _manifest),
    schema: input._document,
    effect: effect._name,
  });
  return problem === undefined ? undefined : `its ids can't be trusted: ${problem}`;
}

function outboundProblem({ effect, outbound }: ToolOptions): string | undefined {
  if (outbound === undefined || (effect !== Effect.READ && effect !== Effect.WRITE)) return undefined;
  return `outbound is declared, but the tool's effect is ${effect.name}, so nothing it gets counts as sent out; remove outbound, or write Effect.OUTBOUND`;
}

function resultProblem(bytes: number | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  if (Number.isInteger(bytes) && bytes >= 1 && bytes <= MAX_RESULT_BYTES) return undefined;
  return `maxResultBytes is ${bytes}; write a whole number from 1 to ${MAX_RESULT_BYTES}`;
}

function timeoutProblem({ timeout, ids }: ToolOptions): string | undefined {
  if (timeout === undefined) return undefined;
  const timeoutMs = timeout.toMilliseconds();
  if (!(timeoutMs >= MIN_TIMEOUT_MS && timeoutMs <= MAX_TARGET_MS)) {
    return `the timeout is ${timeoutMs} ms, but a function runs for 15 minutes at most, and needs time before and after the target; write between Duration.millis(${MIN_TIMEOUT_MS}) and Duration.minutes(${MAX_TARGET_MS / 60_000})`;
  }
  return ids !== undefined && isSlow({ timeoutMs })
    ? 'its ids are kept when the gate sees the result, but with a timeout above 20 s the gate doesn’t wait for it; remove ids, or write at most Duration.seconds(20)'
    : undefined;
}
