import { identifier, sha256 } from './schema-parts';

/** What the code sandbox can run. */
export const CODE_LANGUAGES = ['python', 'javascript'] as const;

export type CodeLanguage = (typeof CODE_LANGUAGES)[number];

/** UTF-16 code units of one piece of code. A call has at most 256 KiB, and other arguments need room. */
export const MAX_CODE_LENGTH = 65_536;

/** Results of earlier calls that one run may read. */
export const MAX_RUN_INPUTS = 8;

/** Files that one run may hand back. */
export const MAX_RUN_OUTPUTS = 8;

/** A file of a run's working directory: no path, no control character, no hidden file, nothing that a shell reads as an option. */
export const RUN_FILE_NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$';

/** How a run ended. `refused`: it never began. */
export const RUN_STATUSES = [
  'ok',
  'error',
  'timeout',
  'out_of_memory',
  'too_many_processes',
  'too_much_output',
  'crashed',
  'refused',
] as const;

export type RunStatus = (typeof RUN_STATUSES)[number];

/** What a run may use. All are declared by the app. */
export interface RunLimits {
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly maxProcesses: number;
  /** UTF-8 bytes of standard output and standard error together. */
  readonly maxOutputBytes: number;
  readonly maxFileBytes: number;
  readonly maxFiles: number;
}

/** A script that is pinned by its hash, such as one of a skill. */
export interface PinnedScript {
  readonly name: string;
  readonly sha256: string;
}

/** A file in the working directory before the run: text, or bytes in base64. */
export interface RunInputFile {
  readonly name: string;
  readonly text?: string;
  readonly base64?: string;
}

/** What the connector's executor sends to the sandbox's function. */
export interface RunRequest {
  readonly v: 1;
  readonly language: CodeLanguage;
  readonly code: string;
  /** Set where the code is a script of the app. */
  readonly script?: PinnedScript;
  /** The arguments of a script's tool, as canonical JSON. They become the file `arguments.json`. */
  readonly arguments?: string;
  readonly inputs: readonly RunInputFile[];
  /** Names of the files to hand back. */
  readonly outputs: readonly string[];
  readonly limits: RunLimits;
  /** The next run of the same session finds the working directory as this one leaves it. */
  readonly keepDirectory: boolean;
}

/** A file that a run hands back. */
export interface RunOutputFile {
  readonly name: string;
  readonly text?: string;
  readonly base64?: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What the sandbox's function answers. Code that ran there may have forged all of it. */
export interface RunAnswer {
  readonly v: 1;
  readonly status: RunStatus;
  /** @default - ended by a signal, or never began */
  readonly exitCode?: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly files: readonly RunOutputFile[];
  /** What was cut or left out, a sentence each. @default - nothing */
  readonly notes?: readonly string[];
  readonly durationMs: number;
}

/** Refers to the result of an earlier call of the session. */
export interface RunInputReference {
  readonly requestId: string;
  /** The file's name in the working directory. */
  readonly name: string;
  /** A file that an earlier run handed back. @default - the whole result */
  readonly file?: string;
}

/** What the agent gives a tool that runs its code. */
export interface RunArguments {
  readonly code: string;
  readonly inputs?: readonly RunInputReference[];
  readonly outputs?: readonly string[];
}

const fileName = { type: 'string', pattern: RUN_FILE_NAME_PATTERN, maxLength: 80 } as const;

/** The references of a run, also where a script has them among its arguments. */
export const runInputsSchema = {
  type: 'array',
  maxItems: MAX_RUN_INPUTS,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['requestId', 'name'],
    properties: { requestId: { ...identifier, maxLength: 128 }, name: fileName, file: fileName },
  },
} as const;

/** The input of each tool that runs the agent's code. */
export const runInputSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['code'],
  properties: {
    code: { type: 'string', minLength: 1, maxLength: MAX_CODE_LENGTH },
    inputs: runInputsSchema,
    outputs: { type: 'array', maxItems: MAX_RUN_OUTPUTS, items: fileName },
  },
} as const;

const wholeNumber = { type: 'integer', minimum: 0, maximum: 2 ** 40 } as const;
const anyText = { type: 'string', maxLength: 6 * 1024 * 1024 } as const;

/** The answer's form. The executor also compares names, sizes and hashes with what it asked for. */
export const runAnswerSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['v', 'status', 'stdout', 'stderr', 'files', 'durationMs'],
  properties: {
    v: { const: 1 },
    status: { enum: RUN_STATUSES },
    exitCode: { type: 'integer', minimum: -255, maximum: 255 },
    stdout: anyText,
    stderr: anyText,
    files: {
      type: 'array',
      maxItems: MAX_RUN_OUTPUTS,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'bytes', 'sha256'],
        properties: { name: fileName, text: anyText, base64: anyText, bytes: wholeNumber, sha256 },
      },
    },
    notes: { type: 'array', maxItems: 32, items: { type: 'string', maxLength: 500 } },
    durationMs: wholeNumber,
  },
} as const;
