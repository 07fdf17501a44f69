import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import {
  MAX_CODE_LENGTH,
  MAX_RESULT_BYTES,
  type Manifest,
  type RunLimits,
  runInputSchema,
} from '../../runtime/core/contracts';
import type { CodeOperation, ExecutorConfig } from '../../runtime/core/executor-config';
import { ClosedNetwork } from '../network/closed-network';
import { EndpointService } from '../network/endpoint-service';
import { objectsOf } from '../private/agent-id';
import { CODE_SANDBOX_ARN, CODE_SANDBOX_MARK } from '../private/code-sandbox-variables';
import { addRight } from '../private/inline-role';
import { NETWORK_INTERFACE_PATTERNS } from '../private/network-interface-actions';
import { PrivateFunction } from '../private/private-function';
import { checkArguments, checkConstruct } from '../private/props/check';
import { text } from '../private/props/shape';
import { tenancyRegionProblem } from '../private/regions';
import { CodeLanguage, type CodeSandboxProps, type CodeScriptOptions } from './code-sandbox-options';
import { codeSandboxProblem, MEMORY_AROUND_RUN_MIB, resultProblem, scriptProblem } from './code-sandbox-problems';
import { CODE_SANDBOX_PROPS, CODE_SCRIPT_OPTIONS } from './code-sandbox-shapes';
import { Connector, type ConnectorSurroundings, type Tool } from './connector';
import { Effect } from './effect';
import { InputSchema } from './input-schema';

/** Beside the time of the code: to start a microVM, and to hand results over. */
const SECONDS_AROUND_RUN = 10;

const DEFAULT_TIMEOUT = Duration.seconds(10);

/**
 * Runs code that the agent writes where nothing can happen: a Lambda function whose network leads nowhere, whose role can do nothing, and
 * of which each run has a microVM of its own. Allow its tools as any others: `agent.allow(sandbox.run)`.
 *
 * A run may read results of earlier calls of its session, and hand files back. Results are marked as data. They are as
 * trusted as what the session has read: a run whose input came from an untrusted connector taints the session.
 *
 * **Limitations**: Lambda lets a function's code read the role's credentials and forge its own answer. Neither helps it: the role may write to the
 * function's own log and no more, and the answer of a run counts as untrusted anyway. Each new microVM costs a fee. See docs/code-sandbox.md.
 */
export class CodeSandbox extends Connector {
  /** Runs code in the first of the sandbox's languages. */
  public readonly run: Tool;
  /** Runs Python. Undefined without Python. */
  public readonly runPython?: Tool;
  /** Runs JavaScript. Undefined without JavaScript. */
  public readonly runJavascript?: Tool;
  /** What the code may be written in. */
  public readonly languages: CodeLanguage[];

  /** @internal */
  public readonly _network: ClosedNetwork;

  private readonly props: CodeSandboxProps;
  private readonly runLimits: RunLimits;
  private codeFunction?: PrivateFunction;

  /** @throws Error when a prop has a wrong type or is unknown, or a number, a language or a name is refused */
  constructor(scope: Construct, id: string, props: CodeSandboxProps) {
    checkConstruct(CodeSandbox, scope, id, props, CODE_SANDBOX_PROPS);
    super(scope, id, {}, 'executor-code');
    const { timeout = DEFAULT_TIMEOUT, image } = props;
    this.props = props;
    this.languages = props.languages ?? [CodeLanguage.PYTHON, CodeLanguage.JAVASCRIPT];
    this.runLimits = {
      timeoutMs: timeout.toMilliseconds(),
      memoryMb: props.memoryMiB ?? 1024,
      maxProcesses: props.maxProcesses ?? 64,
      maxOutputBytes: props.maxOutputBytes ?? 32_768,
      maxFileBytes: props.maxFileBytes ?? 65_536,
      maxFiles: props.maxFiles ?? 2,
    };
    const problem =
      codeSandboxProblem(props) ??
      resultProblem(this.runLimits) ??
      image._regionProblem(this) ??
      tenancyRegionProblem(this);
    if (problem !== undefined) throw new Error(`${this.node.path}: ${problem}`);
    this._network = props.network ?? new ClosedNetwork(this, 'Nowhere');
    const tools = this.languages.map((language) => [language, this.addLanguage(language)] as const);
    this.run = (tools[0] as (typeof tools)[number])[1];
    this.runPython = tools.find(([language]) => language === CodeLanguage.PYTHON)?.[1];
    this.runJavascript = tools.find(([language]) => language === CodeLanguage.JAVASCRIPT)?.[1];
  }

  /**
   * Adds a script of the app as a tool. It runs where the agent's code does. The model chooses its arguments, not its text.
   * @throws Error when an option has a wrong type or is unknown, or the name, the file, the schema or an output is refused
   */
  public addScript(name: string, options: CodeScriptOptions): Tool {
    checkArguments(`${this.node.path}: addScript()`, {
      name: [text('fill_form'), name],
      options: [CODE_SCRIPT_OPTIONS, options],
    });
    const { languages, runLimits } = this;
    const fail = (problem: string): never => {
      throw new Error(`${this.node.path}: script "${name}": ${problem}`);
    };
    const problem = scriptProblem(options, { languages, maxFiles: runLimits.maxFiles });
    if (problem !== undefined) fail(problem);
    const { description, input, limits, language, file, outputs = [] } = options;
    const code =
      readScript(file) ??
      fail(
        `its file ${file} is no UTF-8 text of 1 to ${MAX_CODE_LENGTH} characters; write a path relative to where the app runs`,
      );
    const script = { name: path.basename(file), sha256: createHash('sha256').update(code).digest('hex'), text: code };
    return this.addRun(name, { description, input, limits }, { language, script, outputs });
  }

  /** The function that runs the code. Defined once a runtime uses the sandbox. */
  public get sandboxFunction(): lambda.IFunction {
    if (!this.codeFunction) {
      throw new Error(`${this.node.path}: no runtime uses this sandbox yet; pass it to a HardenedAgentRuntime first`);
    }
    return this.codeFunction.function;
  }

  /** @internal */
  public override get _trust(): 'inherited' {
    return 'inherited';
  }

  /** Code sees no more of an earlier result than the agent: the declared fields. @internal */
  public override _settingsOf({ tools }: Manifest): Pick<ExecutorConfig, 'results'> {
    return { results: Object.fromEntries(tools.map(({ name, outputSchema }) => [name, outputSchema ?? null])) };
  }

  /** @internal */
  protected _authorize(executor: PrivateFunction, { ledger, agentId }: ConnectorSurroundings): void {
    const code = this.makeFunction();
    this.codeFunction = code;
    code.invokedByRoles([executor.role]);
    const { functionArn } = code.function;
    executor.function.addEnvironment(CODE_SANDBOX_ARN, functionArn);
    addRight(
      executor.role,
      new iam.PolicyStatement({ sid: 'RunCode', actions: ['lambda:InvokeFunction'], resources: [functionArn] }),
    );
    this._mayInvoke(functionArn);
    // The gate invokes the executor through the same endpoint.
    executor.doesNotWaitFor(EndpointService.LAMBDA);
    executor.reach(EndpointService.LAMBDA, ['lambda:InvokeFunction'], [functionArn]);
    // What a run may read: results of earlier calls. The executor holds them to the call's own session.
    ledger.grantReadEvidence(executor.role, 'results', agentId);
    executor.reach(
      EndpointService.S3,
      ['s3:GetObject'],
      [ledger.evidenceBucket.arnForObjects(objectsOf('results', agentId))],
    );
  }

  private makeFunction(): PrivateFunction {
    const { image, diskMiB = 512 } = this.props;
    return new PrivateFunction(this, 'Code', {
      description: `Code sandbox ${this.node.id}: runs code that a model wrote, and reaches nothing`,
      code: image._codeFor(this),
      // All that its environment holds, besides what Lambda writes there.
      environment: { [CODE_SANDBOX_MARK]: '1', LANGUAGES: this.languages.join(',') },
      timeout: Duration.seconds(Math.ceil(this.runLimits.timeoutMs / 1000) + SECONDS_AROUND_RUN),
      memorySize: this.runLimits.memoryMb + MEMORY_AROUND_RUN_MIB,
      permissionsBoundary: this.codeBoundary(),
      traced: false,
      placement: this._network._placementOf(this, 'CodeGroup', `Code sandbox ${this.node.id}: reaches nothing`),
      untrusted: { diskMiB },
    });
  }

  private codeBoundary(): iam.ManagedPolicy {
    return new iam.ManagedPolicy(this, 'CodeBoundary', {
      description: 'The most that the code sandbox can ever do: what Lambda does with its role',
      statements: [
        new iam.PolicyStatement({
          sid: 'MostThatItMayDo',
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents', ...NETWORK_INTERFACE_PATTERNS],
          resources: ['*'],
        }),
      ],
    });
  }

  private addLanguage(language: CodeLanguage): Tool {
    const { pythonToolName = 'run_python', javascriptToolName = 'run_javascript', limits } = this.props;
    const name = language === CodeLanguage.PYTHON ? pythonToolName : javascriptToolName;
    const input = InputSchema.fromString(JSON.stringify(runInputSchema));
    return this.addRun(name, { description: this.describe(language), input, limits }, { language });
  }

  private addRun(
    name: string,
    options: Pick<CodeScriptOptions, 'description' | 'input' | 'limits'>,
    operation: Pick<CodeOperation, 'language' | 'script' | 'outputs'>,
  ): Tool {
    const { shareWorkingDirectory = false } = this.props;
    return this._addTool(
      name,
      {
        ...options,
        // Nothing outside of the microVM changes.
        effect: Effect.READ,
        maxResultBytes: MAX_RESULT_BYTES,
        timeout: Duration.millis(this.runLimits.timeoutMs + SECONDS_AROUND_RUN * 1000),
      },
      { code: { ...operation, limits: this.runLimits, shareWorkingDirectory } },
    );
  }

  /** The model knows nothing else of the sandbox. */
  private describe(language: CodeLanguage): string {
    const { packages = [], shareWorkingDirectory } = this.props;
    const { timeoutMs, memoryMb, maxOutputBytes, maxFiles, maxFileBytes } = this.runLimits;
    const name = language === CodeLanguage.PYTHON ? 'Python' : 'JavaScript (Node.js, CommonJS)';
    return [
      `Run ${name} in a sandbox without any network, for at most ${timeoutMs / 1000} s and ${memoryMb} MB.`,
      `The result has stdout and stderr, ${maxOutputBytes} bytes together.`,
      'inputs: results of earlier calls as files of the working directory, each by its requestId.',
      ...(maxFiles > 0 ? [`outputs: names of up to ${maxFiles} files to hand back, ${maxFileBytes} bytes each.`] : []),
      shareWorkingDirectory === true
        ? 'Runs of this session share the working directory; it may be empty again at any time.'
        : 'Nothing is left for the next run.',
      ...(packages.length > 0 ? [`Installed: ${packages.join(', ')}.`] : []),
    ].join(' ');
  }
}

function readScript(file: string): string | undefined {
  try {
    const code = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
    return code.length >= 1 && code.length <= MAX_CODE_LENGTH ? code : undefined;
  } catch {
    return undefined;
  }
}
