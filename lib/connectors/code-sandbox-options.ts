import type { Duration } from 'aws-cdk-lib';
import type { ClosedNetwork } from '../network/closed-network';
import type { CodeSandboxImage } from './code-sandbox-image';
import type { InputSchema } from './input-schema';
import type { Limit } from './limit';

/** A language that a code sandbox runs. */
export enum CodeLanguage {
  /** CPython, as the image has it. */
  PYTHON = 'python',
  /** Node.js. */
  JAVASCRIPT = 'javascript',
}

/** Properties of `CodeSandbox`. */
export interface CodeSandboxProps {
  /** Interpreters, packages and the handler that runs the code. Lambda has no runtime with both Python and Node.js. */
  readonly image: CodeSandboxImage;
  /**
   * What the agent's code may be written in. Each language has a tool of its own. The first is that of `run`.
   * @default [CodeLanguage.PYTHON, CodeLanguage.JAVASCRIPT]
   */
  readonly languages?: CodeLanguage[];
  /**
   * Packages of the image that the model is told of, such as `['numpy 2.3.4', 'pandas 2.3.3']`.
   * @default - none
   */
  readonly packages?: string[];
  /**
   * Time that one run may take, from 1 second to 13 minutes. With more than 10 seconds, the agent gets `pending_execution` at once and polls
   * `get_request`.
   * @default Duration.seconds(10)
   */
  readonly timeout?: Duration;
  /**
   * Memory of a run in MiB, from 256 to 9,984. The microVM has 256 MiB more, for what starts, watches and ends the run. Lambda gives
   * processing power by memory: one virtual CPU at 1,769.
   * @default 1024
   */
  readonly memoryMiB?: number;
  /**
   * Size of `/tmp` in MiB, from 512 to 10,240. More than 512 costs extra.
   * @default 512
   */
  readonly diskMiB?: number;
  /**
   * Processes and threads of one run at once, from 1 to 1,000.
   * @default 64
   */
  readonly maxProcesses?: number;
  /**
   * Standard output and standard error that are kept of one run, in UTF-8 bytes, from 1 to 131,072.
   * @default 32768
   */
  readonly maxOutputBytes?: number;
  /**
   * Size of one file that a run hands back, in bytes, from 1 to 131,072.
   * @default 65536
   */
  readonly maxFileBytes?: number;
  /**
   * Files that one run hands back, from 0 to 8. All of them together, with the output, must fit into a result of 256 KiB.
   * @default 2
   */
  readonly maxFiles?: number;
  /**
   * All runs of a session have the same working directory, and run in the same microVM while Lambda keeps it. Code of one run can then
   * leave processes and forged answers for later runs of the same session, so this asks for trust in the session's own code.
   * Another session never gets the same microVM.
   * @default false - each run has a microVM of its own
   */
  readonly shareWorkingDirectory?: boolean;
  /**
   * The network that leads nowhere. Several sandboxes may share one.
   * @default - one of its own
   */
  readonly network?: ClosedNetwork;
  /**
   * The name that the model calls the Python tool by.
   * @default 'run_python'
   */
  readonly pythonToolName?: string;
  /**
   * The name that the model calls the JavaScript tool by.
   * @default 'run_javascript'
   */
  readonly javascriptToolName?: string;
  /**
   * How much each of these tools may be used. See docs/limits.md.
   * @default - no limits besides those of the session
   */
  readonly limits?: Limit[];
}

/** A script of the app, such as one of a skill, as a tool of its own. */
export interface CodeScriptOptions {
  /** What the script does. The model reads it. */
  readonly description: string;
  /** The script's file, relative to where the app runs: UTF-8 text of up to 65,536 characters. Its SHA-256 is pinned at synthesis. */
  readonly file: string;
  /** What the script is written in. */
  readonly language: CodeLanguage;
  /**
   * The arguments that it takes. The script finds them in `arguments.json` of its working directory. An argument `inputs` must be a list of references as
   * `run_python` takes them.
   */
  readonly input: InputSchema;
  /**
   * Files of its working directory that it hands back.
   * @default - none
   */
  readonly outputs?: string[];
  /**
   * How much the tool may be used.
   * @default - no limits besides those of the session
   */
  readonly limits?: Limit[];
}
