/** One state of a definition, as far as the approval workflow uses the language. */
interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Parameters?: { readonly FunctionName: string; readonly Payload: Record<string, string> };
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Retry?: readonly { readonly MaxAttempts: number }[];
  readonly Choices?: readonly { readonly Variable: string; readonly StringEquals: string; readonly Next: string }[];
  readonly Default?: string;
  readonly ResultSelector?: Record<string, string>;
  readonly ResultPath?: string | null;
}
type Data = Record<string, unknown>;

/** A wait that no answer ended in time, or an answer for which nobody waits any more. */
export class TaskTimedOut extends Error {}

/** How an execution went. */
export interface Execution {
  readonly done: Promise<'SUCCEEDED' | 'FAILED'>;
  /** Every state's input and the output, as an execution's history keeps them. */
  readonly history: unknown[];
}

/**
 * Step Functions in memory: runs a definition and waits for task tokens. It knows the parts of the language that the
 * approval workflow uses, and throws on any other; it repeats without a pause.
 */
export class StepFunctions {
  private readonly waiting = new Map<string, { readonly until: number; end(output: Data | Error): void }>();
  private tokens = 0;

  constructor(
    private readonly definition: { readonly StartAt: string; readonly States: Readonly<Record<string, State>> },
    private readonly invoke: (functionName: string, payload: Data) => Promise<unknown>,
    /** Epoch milliseconds. */
    private readonly now: () => number,
  ) {}

  start(input: string): Execution {
    const history: unknown[] = [];
    return { history, done: this.run(JSON.parse(input), history) };
  }

  /** @throws TaskTimedOut where nobody waits under that token */
  sendTaskSuccess(token: string, output: string): void {
    const wait = this.waiting.get(token);
    if (!wait) throw new TaskTimedOut('Task Timed Out');
    this.waiting.delete(token);
    wait.end(JSON.parse(output));
  }

  /** Ends the waits whose time is over. */
  tick(): void {
    for (const [token, wait] of this.waiting) {
      if (wait.until > this.now()) continue;
      this.waiting.delete(token);
      wait.end(new TaskTimedOut('States.Timeout'));
    }
  }

  private async run(input: Data, history: unknown[]): Promise<'SUCCEEDED' | 'FAILED'> {
    let data = input;
    for (let name = this.definition.StartAt; ; ) {
      history.push({ name, data });
      const state = this.definition.States[name];
      if (state.Type === 'Succeed') return 'SUCCEEDED';
      if (state.Type === 'Choice') {
        const taken = state.Choices?.find((choice) => at(data, choice.Variable) === choice.StringEquals);
        name = taken?.Next ?? state.Default ?? '';
        continue;
      }
      if (state.Type !== 'Task') throw new Error(`This Step Functions knows no ${state.Type}.`);
      try {
        data = await this.task(state, data);
      } catch {
        if (!state.Catch) return 'FAILED';
        name = state.Catch[0].Next;
        continue;
      }
      history.push({ name, data });
      if (state.End) return 'SUCCEEDED';
      name = state.Next ?? '';
    }
  }

  private async task(state: State, data: Data): Promise<Data> {
    const attempts = 1 + (state.Retry?.[0].MaxAttempts ?? 0);
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await this.attempt(state, data);
        const key = /^\$\.(\w+)$/.exec(state.ResultPath ?? '')?.[1];
        return key ? { ...data, [key]: selected(state, result) } : data;
      } catch (error) {
        if (attempt === attempts) throw error;
      }
    }
  }

  private async attempt(state: State, data: Data): Promise<Data> {
    const { FunctionName: name, Payload } = state.Parameters ?? { FunctionName: '', Payload: {} };
    const token = `token-${++this.tokens}`;
    const payload = Object.fromEntries(
      Object.entries(Payload).map(([key, path]) => [
        key.replace(/\.\$$/, ''),
        path === '$$.Task.Token' ? token : at(data, path),
      ]),
    );
    if (!state.Resource?.endsWith('.waitForTaskToken')) return { Payload: await this.invoke(name, payload) };
    const answer = new Promise<Data>((resolve, reject) => {
      this.waiting.set(token, {
        until: this.now() + Number(state.TimeoutSeconds ?? at(data, state.TimeoutSecondsPath ?? '')) * 1000,
        end: (output) => (output instanceof Error ? reject(output) : resolve(output)),
      });
    });
    answer.catch(() => undefined);
    await this.invoke(name, payload);
    return answer;
  }
}

function at(data: unknown, path: string): unknown {
  return path
    .split('.')
    .slice(1)
    .reduce((found, name) => (found as Data | undefined)?.[name], data);
}

function selected(state: State, result: Data): Data {
  if (!state.ResultSelector) return result;
  return Object.fromEntries(
    Object.entries(state.ResultSelector).map(([key, path]) => [key.replace(/\.\$$/, ''), at(result, path)]),
  );
}
