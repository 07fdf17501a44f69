import type { InvokeCommandInput, InvokeCommandOutput } from '@aws-sdk/client-lambda';
import type { JsonObject, RequestItem, RunAnswer, RunRequest } from '../../../runtime/core/contracts';
import { sha256Hex } from '../../../runtime/core/digest';
import type { CodeOperation, ExecutorTool } from '../../../runtime/core/executor-config';
import { type CodeSandboxPorts, callCodeTarget } from '../../../runtime/executor/code-target';
import { NotSentError } from '../../../runtime/executor/target-answer';

const LIMITS = {
  timeoutMs: 1000,
  memoryMb: 256,
  maxProcesses: 8,
  maxOutputBytes: 1000,
  maxFileBytes: 1000,
  maxFiles: 2,
};
const OPERATION: CodeOperation = { language: 'python', limits: LIMITS, shareWorkingDirectory: false };
const ANSWER: RunAnswer = { v: 1, status: 'ok', exitCode: 0, stdout: '2\n', stderr: '', files: [], durationMs: 5 };

class World {
  readonly requests = new Map<string, Partial<RequestItem>>();
  readonly evidence = new Map<string, string>();
  readonly invoked: InvokeCommandInput[] = [];
  reply: () => InvokeCommandOutput = () => this.answered(ANSWER);
  results: CodeSandboxPorts['results'] = {
    read_ticket: null,
    run_python: null,
    read_customer: {
      type: 'object',
      additionalProperties: false,
      properties: { id: { type: 'string', maxLength: 10 } },
    },
  };

  answered(answer: unknown): InvokeCommandOutput {
    return { $metadata: {}, Payload: Buffer.from(JSON.stringify(answer)) as never };
  }

  /** An earlier call of a session that succeeded. */
  had(sessionId: string, requestId: string, tool: string, content: string, more: Partial<RequestItem> = {}): void {
    const s3Key = `results/${sessionId}/${requestId}-7`;
    this.evidence.set(s3Key, content);
    const resultRef = { s3Key, sha256: sha256Hex(content) };
    this.requests.set(`${sessionId}/${requestId}`, { requestId, tool, replyStatus: 'succeeded', resultRef, ...more });
  }

  call(args: JsonObject, operation: Partial<CodeOperation> = {}, sessionId = 's-1') {
    const tool: Pick<ExecutorTool, 'name' | 'code' | 'timeoutMs' | 'maxResultBytes'> = {
      name: 'run_python',
      code: { ...OPERATION, ...operation },
      timeoutMs: 5000,
      maxResultBytes: 10_000,
    };
    let tenants = 0;
    return callCodeTarget(
      {
        requests: {
          get: async (session, request) => this.requests.get(`${session}/${request}`) as RequestItem | undefined,
          claim: async () => false,
        },
        evidence: {
          get: async ({ s3Key, sha256 }) => {
            const text = this.evidence.get(s3Key) ?? '';
            if (sha256Hex(text) !== sha256) throw new Error('mismatch');
            return text;
          },
        },
        invoke: async (input) => {
          this.invoked.push(input);
          return this.reply();
        },
        newTenant: () => `tenant-${++tenants}-${this.invoked.length}`,
        functionArn: 'arn:aws:lambda:eu-central-1:111111111111:function:sandbox',
        results: this.results,
      },
      tool,
      args,
      sessionId,
    );
  }

  get sent(): RunRequest {
    return JSON.parse(Buffer.from(this.invoked.at(-1)?.Payload as Uint8Array).toString()) as RunRequest;
  }
}

describe('a call that runs code', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  it('is sent once, to a tenant of its own, and its answer is the result', async () => {
    const answer = await world.call({ code: 'print(1+1)', outputs: ['a.txt'] });
    expect(answer.ok).toBe(true);
    expect(JSON.parse(answer.content)).toEqual({ status: 'ok', exitCode: 0, stdout: '2\n', stderr: '', files: [] });
    await world.call({ code: 'print(1+1)' });
    expect(world.invoked).toHaveLength(2);
    expect(new Set(world.invoked.map(({ TenantId }) => TenantId)).size).toBe(2);
    expect(world.invoked.map(({ TenantId }) => TenantId)).not.toContain('s-1');
  });

  it('shares a directory within the session only, where that is declared', async () => {
    await world.call({ code: 'pass' }, { shareWorkingDirectory: true });
    expect(world.invoked[0]?.TenantId).toBe('s-1');
    expect(world.sent.keepDirectory).toBe(true);
    await world.call({ code: 'pass' }, { shareWorkingDirectory: true }, 's-2');
    expect(world.invoked[1]?.TenantId).toBe('s-2');
  });

  it('gives the code earlier results, and files of earlier runs', async () => {
    world.had('s-1', 'r-1', 'read_ticket', 'id,amount\n1,5\n');
    const run = {
      status: 'ok',
      files: [
        { name: 'x.csv', text: 'a,b' },
        { name: 'y.png', base64: 'AAEC' },
      ],
    };
    world.had('s-1', 'r-2', 'run_python', JSON.stringify(run));
    const inputs: JsonObject[] = [
      { requestId: 'r-1', name: 'table.csv' },
      { requestId: 'r-2', name: 'x', file: 'x.csv' },
      { requestId: 'r-2', name: 'y', file: 'y.png' },
    ];
    await world.call({ code: 'pass', inputs });
    expect(world.sent.inputs).toEqual([
      { name: 'table.csv', text: 'id,amount\n1,5\n' },
      { name: 'x', text: 'a,b' },
      { name: 'y', base64: 'AAEC' },
    ]);
  });

  it('shows the code no more of a result than the agent', async () => {
    world.had('s-1', 'r-1', 'read_customer', '{"id":"C-1","iban":"DE00 SECRET"}');
    await world.call({ code: 'pass', inputs: [{ requestId: 'r-1', name: 'c.json' }] });
    expect(world.sent.inputs).toEqual([{ name: 'c.json', text: '{"id":"C-1"}' }]);
    world.had('s-1', 'r-2', 'read_customer', 'DE00 SECRET');
    await expect(world.call({ code: 'pass', inputs: [{ requestId: 'r-2', name: 'c' }] })).rejects.toThrow(
      /declared form/,
    );
  });

  it.each<[string, (world: World) => void, JsonObject[]]>([
    ['another session’s result', (w) => w.had('s-2', 'r-1', 'read_ticket', 'x'), [{ requestId: 'r-1', name: 'a' }]],
    ['a result that isn’t there', () => undefined, [{ requestId: 'r-1', name: 'a' }]],
    [
      'a call that waits for a person',
      (w) => w.requests.set('s-1/r-1', { requestId: 'r-1', tool: 'read_ticket', status: 'PENDING' }),
      [{ requestId: 'r-1', name: 'a' }],
    ],
    [
      'a call that failed',
      (w) => w.had('s-1', 'r-1', 'read_ticket', 'x', { replyStatus: 'failed' }),
      [{ requestId: 'r-1', name: 'a' }],
    ],
    [
      'a reference that points out of the session',
      (w) =>
        w.had('s-1', 'r-1', 'read_ticket', 'x', { resultRef: { s3Key: 'results/s-2/r-1-7', sha256: sha256Hex('x') } }),
      [{ requestId: 'r-1', name: 'a' }],
    ],
    [
      'a result that was erased',
      (w) => {
        w.had('s-1', 'r-1', 'read_ticket', 'x');
        w.evidence.clear();
      },
      [{ requestId: 'r-1', name: 'a' }],
    ],
    ['a tool that is gone', (w) => w.had('s-1', 'r-1', 'removed', 'x'), [{ requestId: 'r-1', name: 'a' }]],
    [
      'a tool named like a member of objects',
      (w) => w.had('s-1', 'r-1', 'constructor', 'x'),
      [{ requestId: 'r-1', name: 'a' }],
    ],
    [
      'a file that the run didn’t hand back',
      (w) => w.had('s-1', 'r-1', 'run_python', '{"files":[]}'),
      [{ requestId: 'r-1', name: 'a', file: 'b' }],
    ],
    [
      'a file of a result that is no run',
      (w) => w.had('s-1', 'r-1', 'read_ticket', 'null'),
      [{ requestId: 'r-1', name: 'a', file: 'b' }],
    ],
    [
      'two inputs of one name',
      (w) => w.had('s-1', 'r-1', 'read_ticket', 'x'),
      [
        { requestId: 'r-1', name: 'a' },
        { requestId: 'r-1', name: 'a' },
      ],
    ],
    [
      'inputs that are too large together',
      (w) => w.had('s-1', 'r-1', 'read_ticket', 'x'.repeat(3_000_000)),
      [
        { requestId: 'r-1', name: 'a' },
        { requestId: 'r-1', name: 'b' },
      ],
    ],
  ])('refuses %s, and runs nothing', async (_, prepare, inputs) => {
    prepare(world);
    await expect(world.call({ code: 'pass', inputs })).rejects.toThrow(NotSentError);
    expect(world.invoked).toEqual([]);
  });

  it('runs a pinned script with the arguments of the call, and never another text', async () => {
    const script = { name: 'sum.py', sha256: sha256Hex('print(1)'), text: 'print(1)' };
    await world.call({ b: 2, a: 1, outputs: ['secret.txt'] }, { script, outputs: ['sum.json'] });
    expect(world.sent).toMatchObject({
      code: 'print(1)',
      script: { name: 'sum.py', sha256: script.sha256 },
      arguments: '{"a":1,"b":2,"outputs":["secret.txt"]}',
      outputs: ['sum.json'],
    });
    const changed = { ...script, text: 'print(2)' };
    await expect(world.call({}, { script: changed })).rejects.toThrow(NotSentError);
    expect(world.invoked).toHaveLength(1);
  });

  it('shows the reason of a refusal by the sandbox, and doesn’t call it a success', async () => {
    world.reply = () => world.answered({ ...ANSWER, exitCode: undefined, status: 'refused', stderr: 'too long' });
    const answer = await world.call({ code: 'pass' });
    expect([answer.ok, answer.content]).toEqual([false, expect.stringContaining('too long')]);
  });

  it('refuses an answer that can’t be this run’s', async () => {
    const text = 'x';
    world.reply = () =>
      world.answered({ ...ANSWER, files: [{ name: 'other.txt', text, bytes: 1, sha256: sha256Hex(text) }] });
    const answer = await world.call({ code: 'pass', outputs: ['a.txt'] });
    expect([answer.ok, answer.content]).toEqual([false, '']);
    expect(answer.reason).toContain('didn’t ask for');
  });

  it.each([
    [
      'timeout',
      '{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: x Error: Task timed out after 30.00 seconds"}',
    ],
    [
      'out_of_memory',
      '{"errorType":"Runtime.ExitError","errorMessage":"RequestId: x Error: Runtime exited with error: signal: killed"}',
    ],
    [
      'crashed',
      '{"errorType":"Runtime.ExitError","errorMessage":"RequestId: x Error: Runtime exited with error: exit status 1"}',
    ],
  ])('says %s where Lambda ended the function', async (status, message) => {
    world.reply = () => ({ $metadata: {}, FunctionError: 'Unhandled', Payload: Buffer.from(message) as never });
    const answer = await world.call({ code: 'pass' });
    expect(answer.ok).toBe(true);
    expect(JSON.parse(answer.content)).toEqual({ status, stdout: '', stderr: '', files: [] });
    expect(world.invoked).toHaveLength(1);
  });

  it('says that nothing ran where Lambda ran nothing, and leaves other errors to the executor', async () => {
    const fail = (name: string) => () => {
      throw Object.assign(new Error('details of the account'), { name });
    };
    for (const name of ['TooManyRequestsException', 'AccessDeniedException', 'ResourceNotFoundException']) {
      world.reply = fail(name);
      await expect(world.call({ code: 'pass' })).rejects.toThrow(NotSentError);
    }
    world.reply = fail('TimeoutError');
    await expect(world.call({ code: 'pass' })).rejects.not.toThrow(NotSentError);
  });
});
