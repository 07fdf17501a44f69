import {
  MAX_RESULT_BYTES,
  MAX_RUN_OUTPUTS,
  RUN_FILE_NAME_PATTERN,
  runInputsSchema,
} from '../../runtime/core/contracts';
import { canonicalize } from '../../runtime/core/json/canonicalize';
import type { CodeLanguage, CodeSandboxProps, CodeScriptOptions } from './code-sandbox-options';

/** Memory of the microVM beyond that of a run: with less, Lambda would end the run before its supervisor could say why. @internal */
export const MEMORY_AROUND_RUN_MIB = 256;

/** What Lambda takes of each number, or what fits into a result. Source: Lambda Developer Guide, "Lambda quotas". @internal */
export const RANGES = {
  // The microVM has more, and Lambda takes at most 10,240.
  memoryMiB: [256, 10_240 - MEMORY_AROUND_RUN_MIB],
  diskMiB: [512, 10_240],
  // Lambda ends a function with more than 1,024 processes and threads, and the handler needs some.
  maxProcesses: [1, 1000],
  maxOutputBytes: [1, 131_072],
  maxFileBytes: [1, 131_072],
  maxFiles: [0, MAX_RUN_OUTPUTS],
} as const satisfies { readonly [name in keyof CodeSandboxProps]?: readonly [least: number, most: number] };

/** @internal */
export const TIMEOUT_MS = [1000, 780_000] as const;

/** More would fill the tool's description, which has at most 2,000 characters. */
const MAX_PACKAGES = 40;

/** Of a result, for what isn't output or a file: names, hashes, JSON. */
const RESULT_FRAME_BYTES = 8192;

/** Why there can't be such a code sandbox; undefined when there can. @internal */
export function codeSandboxProblem(props: CodeSandboxProps): string | undefined {
  return languageProblem(props) ?? rangeProblem(props) ?? timeoutProblem(props) ?? packagesProblem(props);
}

function languageProblem({ languages }: CodeSandboxProps): string | undefined {
  if (languages === undefined || (languages.length > 0 && new Set(languages).size === languages.length))
    return undefined;
  return `languages is [${languages.join(', ')}]; name each language once, and at least one`;
}

function rangeProblem(props: CodeSandboxProps): string | undefined {
  for (const [name, [least, most]] of Object.entries(RANGES) as [keyof typeof RANGES, readonly [number, number]][]) {
    const value = props[name];
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) continue;
    return `${name} is ${value}; write a whole number from ${least} to ${most}`;
  }
  return undefined;
}

function timeoutProblem({ timeout }: CodeSandboxProps): string | undefined {
  if (timeout === undefined) return undefined;
  const ms = timeout.toMilliseconds();
  const [least, most] = TIMEOUT_MS;
  return ms >= least && ms <= most
    ? undefined
    : `the timeout is ${ms} ms; write between Duration.seconds(${least / 1000}) and Duration.minutes(${most / 60_000})`;
}

/** The model reads them in the tool's description. */
function packagesProblem({ packages = [] }: CodeSandboxProps): string | undefined {
  if (packages.length > MAX_PACKAGES) return `packages names ${packages.length}; write up to ${MAX_PACKAGES}`;
  const wrong = packages.find((each) => !/^[A-Za-z0-9@][A-Za-z0-9@._/ -]{0,63}$/.test(each));
  return wrong === undefined
    ? undefined
    : `packages names ${JSON.stringify(wrong)}; write a name and a version, such as 'numpy 2.3.4'`;
}

/** Why all that a run may hand back doesn't fit into a result; undefined when it does. @internal */
export function resultProblem(limits: {
  maxOutputBytes: number;
  maxFileBytes: number;
  maxFiles: number;
}): string | undefined {
  const { maxOutputBytes, maxFileBytes, maxFiles } = limits;
  const bytes = maxOutputBytes + maxFiles * Math.ceil(maxFileBytes / 3) * 4 + RESULT_FRAME_BYTES;
  if (bytes <= MAX_RESULT_BYTES) return undefined;
  return `${maxFiles} files of ${maxFileBytes} bytes in base64 and ${maxOutputBytes} bytes of output are up to ${bytes} bytes, and a result has at most ${MAX_RESULT_BYTES}; write a smaller maxFiles, maxFileBytes or maxOutputBytes`;
}

/** Why a script can't be a tool; undefined when it can. @internal */
export function scriptProblem(
  options: CodeScriptOptions,
  has: { languages: readonly CodeLanguage[]; maxFiles: number },
): string | undefined {
  const { input, language, outputs = [] } = options;
  if (!has.languages.includes(language)) {
    return `the script is ${language}, and the sandbox runs ${has.languages.join(', ')} only; add it to languages`;
  }
  const wrong = outputs.find((name) => !new RegExp(RUN_FILE_NAME_PATTERN).test(name));
  if (wrong !== undefined)
    return `its output ${JSON.stringify(wrong)} is no file name of the form ${RUN_FILE_NAME_PATTERN}`;
  if (outputs.length > has.maxFiles || new Set(outputs).size !== outputs.length) {
    return `it names ${outputs.length} outputs; name each once, and at most maxFiles, which is ${has.maxFiles}`;
  }
  const { inputs } = (input._document.properties ?? {}) as { inputs?: never };
  return inputs === undefined || canonicalize(inputs) === canonicalize(JSON.parse(JSON.stringify(runInputsSchema)))
    ? undefined
    : 'its argument "inputs" is no list of references; write it as the tool run_python has it (docs/code-sandbox.md), or give the argument another name';
}
