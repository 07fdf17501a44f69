import type { DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { approvalDefinition } from '../../../lib/approvals/approval-definition';
import type { Approver } from '../../../runtime/approvals/approver-identity';
import { closeRequest } from '../../../runtime/approvals/close-request';
import { ApprovalDesk, type DecisionReply, WorkflowEndedError } from '../../../runtime/approvals/decide';
import { ApprovedExecution } from '../../../runtime/approvals/execute-approved';
import { requestApproval } from '../../../runtime/approvals/request-approval';
import { RequestViewer } from '../../../runtime/approvals/show-requests';
import { encodeWorkflowInput } from '../../../runtime/approvals/workflow-messages';
import { ConnectorStops } from '../../../runtime/aws/connector-stops';
import { LimitStore } from '../../../runtime/aws/limit-store';
import { ProbationStore } from '../../../runtime/aws/probation-store';
import type { StoredRequest } from '../../../runtime/aws/request-item';
import { RequestStore } from '../../../runtime/aws/request-store';
import { SessionStore } from '../../../runtime/aws/session-store';
import { WaitingStore } from '../../../runtime/aws/waiting-store';
import { termsOf } from '../../../runtime/core/approvals/needed-approval';
import { Authorizer, type ScopeInput } from '../../../runtime/core/authorizer';
import type {
  EvidenceReference,
  ExecutorRequest,
  GateReply,
  JsonObject,
  LedgerEntry,
  Manifest,
  SessionItem,
  ToolManifest,
} from '../../../runtime/core/contracts';
import { sha256Hex } from '../../../runtime/core/digest';
import type { ExecutorConfig } from '../../../runtime/core/executor-config';
import { TrustedDirectory } from '../../../runtime/core/target-provenance';
import { Executor } from '../../../runtime/executor/executor';
import { NotSentError, OutcomeUnknownError, type TargetAnswer } from '../../../runtime/executor/target-answer';
import { Gate } from '../../../runtime/gate/gate';
import { AGENT_ID } from '../agent-id';
import { FakeDynamoDb } from '../aws/fake-dynamodb';
import { MemoryLedger } from '../aws/memory-ledger';
import { MANIFEST, NOW, SESSION, TASK } from '../gate/gate-world';
import { type Fault, FaultyProcess, NoAnswer, NotDone } from './faulty-process';
import { type Execution, StepFunctions, TaskTimedOut } from './step-functions';

/** The functions whose invocations a test can make go wrong. */
export const FUNCTIONS = ['request', 'decide', 'execute', 'executor', 'close'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export const EXPIRY_SECONDS = MANIFEST.approvalExpirySeconds;
export const DEFINITION = approvalDefinition({
  partition: 'aws',
  requestApprovalArn: 'request',
  executeApprovedArn: 'execute',
  closeRequestArn: 'close',
  expirySeconds: EXPIRY_SECONDS,
}) as ConstructorParameters<typeof StepFunctions>[0];

export function person(name: string): Approver {
  return { subject: name, actor: `arn:aws:sts::111122223333:assumed-role/Approver/${name}`, name, groups: [] };
}

const authorizers = new Map<Manifest, Authorizer>();

/**
 * A gate, the approval workflow with its five functions and one executor, over stores in memory. The code is the real
 * one down to the stores' commands; the store, the ledger's bucket, Step Functions and the target are in memory.
 */
export class ApprovalsWorld {
  nowMs = NOW;
  /** The gate's. That of the approvals is `manifest`. */
  gateManifest: Manifest = MANIFEST;
  /** The present definitions, for everything but the gate. */
  manifest = MANIFEST;
  /** Those of an executor that was deployed at another moment. */
  executorManifest: Manifest | undefined;
  readonly table: FakeDynamoDb;
  readonly ledger = new Map<string, LedgerEntry>();
  readonly evidence = new Map<string, string>();
  readonly logs: Record<string, unknown>[] = [];
  readonly executions: Execution[] = [];
  /** What the function of slow calls said, one for each event that the gate sent. */
  readonly slowRuns: Promise<unknown>[] = [];
  slowCallsAreDown = false;
  /** The arguments of each call that reached the target. */
  readonly reached: JsonObject[] = [];
  answer: () => TargetAnswer | Promise<TargetAnswer> = () => ({ ok: true, content: 'refunded', targetStatus: 200 });
  /** What goes wrong, one fault an invocation, in the order of the invocations. */
  readonly faults: Partial<Record<FunctionName, (Fault | undefined)[]>> = {};

  private readonly machine: StepFunctions;
  private readonly work: Promise<unknown>[] = [];
  private random = 0;
  private invocations = 0;

  constructor(private readonly pause: () => Promise<void> = async () => {}) {
    this.table = new FakeDynamoDb(pause);
    this.machine = new StepFunctions(
      DEFINITION,
      (name, payload) => this.invoke(name as FunctionName, payload as { sessionId: string; requestId: string }),
      () => this.nowMs,
    );
  }

  /** A world whose session is open. */
  static async open(): Promise<ApprovalsWorld> {
    const world = new ApprovalsWorld();
    const sessions = new SessionStore('state', AGENT_ID, world.table.client);
    const taskText = 'Answer ticket T-1.';
    const expiresAt = NOW / 1000 + 24 * 3600;
    await sessions.begin(
      { sessionId: SESSION, user: 'ann', taskText, taskTextHash: sha256Hex(taskText), expiresAt },
      NOW / 1000,
    );
    await sessions.bind(SESSION, TASK, expiresAt);
    return world;
  }

  /** A world like this one at this moment, with the workflow of a request just started. */
  startedAgain(request: StoredRequest, pause: () => Promise<void>): ApprovalsWorld {
    const world = new ApprovalsWorld(pause);
    for (const [key, item] of this.table.items) world.table.items.set(key, structuredClone(item));
    for (const [key, entry] of this.ledger) world.ledger.set(key, entry);
    for (const [key, text] of this.evidence) world.evidence.set(key, text);
    world.random = this.random;
    world.executions.push(world.machine.start(encodeWorkflowInput(request)));
    return world;
  }

  endSession(): Promise<void> {
    return new SessionStore('state', AGENT_ID, this.table.client).end(SESSION, 'TASK_STOPPED');
  }

  /** The agent calls a tool that asks a person. */
  async ask(args: JsonObject = { id: 'T-1', cents: 500 }, callId = 'c-1', tool = 'refund'): Promise<GateReply> {
    return this.gate().handle({ taskId: TASK, body: JSON.stringify({ v: 1, callId, tool, arguments: args }) });
  }

  async poll(requestId: string): Promise<GateReply> {
    return this.ask({ requestId }, `poll-${++this.invocations}`, 'get_request');
  }

  /** A person's decision reaches the deciding function. */
  decide(
    reply: Pick<GateReply, 'requestId' | 'digest'>,
    decision: 'APPROVED' | 'DENIED',
    by: string | Approver = 'maria',
    digest = reply.digest ?? '',
    further: JsonObject = {},
  ): Promise<DecisionReply> {
    const body = JSON.stringify({ v: 1, decision, digest, reason: 'looked at it', ...further });
    return this.decideBy(reply.requestId, body, by);
  }

  decideBy(requestId: string, body: string, by: string | Approver = 'maria'): Promise<DecisionReply> {
    const process = this.process('decide');
    const desk = new ApprovalDesk({
      ...this.stores(process),
      ledger: this.ledgerPort(process),
      workflow: {
        resume: (token, output) =>
          process.step(async () => {
            try {
              this.machine.sendTaskSuccess(token, output);
            } catch (error) {
              if (error instanceof TaskTimedOut) throw new WorkflowEndedError();
              throw error;
            }
          }),
      },
      now: () => this.nowMs,
      randomHex: (bytes) => this.randomHex(bytes),
      log: (record) => this.logs.push(record),
    });
    return process.run(() => desk.decide(requestId, body, typeof by === 'string' ? person(by) : by));
  }

  viewer(): RequestViewer {
    const process = new FaultyProcess(undefined, this.pause, () => {});
    return new RequestViewer(new Map([[AGENT_ID, this.manifest]]), {
      ...this.stores(process),
      evidence: this.evidencePort(process),
      now: () => this.nowMs,
    });
  }

  /** Invokes one of the workflow's functions, as the workflow does and as Lambda may do again. */
  invoke(name: FunctionName, event: { sessionId: string; requestId: string }): Promise<unknown> {
    const process = this.process(name);
    const { sessionId, requestId } = event;
    const common = {
      ...this.stores(process),
      ledger: this.ledgerPort(process),
      now: () => this.nowMs,
      randomHex: (bytes: number) => this.randomHex(bytes),
      log: (record: Record<string, unknown>) => {
        this.logs.push(record);
      },
    };
    switch (name) {
      case 'request':
        return process.run(() => requestApproval(event as Parameters<typeof requestApproval>[0], common));
      case 'close':
        return process.run(() => closeRequest(sessionId, requestId, common));
      case 'execute': {
        const execution = new ApprovedExecution(this.manifest, {
          ...common,
          evidence: this.evidencePort(process),
          authorize: (tool, args, session) => this.authorizer().decide(this.scopeInput(tool, args, session)),
          needed: (tool, args, session) => {
            const rules = this.authorizer().approvalRules(this.scopeInput(tool, args, session));
            return rules && termsOf(rules, this.manifest).needed;
          },
          executors: { invoke: (_variable, request) => process.step(() => this.runExecutor(request)) },
        });
        return process.run(() => execution.run(sessionId, requestId));
      }
      default:
        throw new Error(`The workflow invokes no ${name}.`);
    }
  }

  runExecutor(request: ExecutorRequest) {
    const process = this.process('executor');
    const config: ExecutorConfig = {
      v: 1,
      connector: 'Tickets',
      tools: (this.executorManifest ?? this.manifest).tools.map(executorTool),
    };
    const executor = new Executor(config, {
      ...this.stores(process),
      ledger: this.ledgerPort(process),
      evidence: this.evidencePort(process),
      stops: new ConnectorStops('state', AGENT_ID, this.table.client),
      credential: async () => undefined,
      rotated: async () => undefined,
      target: async (_tool, args) => {
        try {
          return await process.step(async () => {
            this.reached.push(args);
            return this.answer();
          });
        } catch (error) {
          // How the targets of the executors report these two.
          if (error instanceof NotDone) throw new NotSentError('The ticket system can’t be reached.');
          if (error instanceof NoAnswer) throw new OutcomeUnknownError();
          throw error;
        }
      },
      now: () => this.nowMs,
      log: (record) => this.logs.push(record),
    });
    const invocationId = `invocation-${++this.invocations}`;
    return process.run(() => executor.run(request, invocationId));
  }

  /** Lets time pass. */
  advance(seconds: number): void {
    this.nowMs += seconds * 1000;
    this.machine.tick();
  }

  /** Waits until every execution has ended and nothing is under way. */
  async settle(): Promise<string[]> {
    const ended = await Promise.all(this.executions.map((execution) => execution.done));
    while (this.work.length > 0) await Promise.all(this.work.splice(0));
    return ended;
  }

  /** Lets the time to decide run out and everything come to its end. */
  async close(): Promise<string[]> {
    this.advance(EXPIRY_SECONDS + 120);
    return this.settle();
  }

  async request(requestId: string): Promise<StoredRequest> {
    const found = await new RequestStore('state', this.table.client).get(SESSION, requestId);
    if (!found) throw new Error(`${requestId} isn't stored`);
    return found;
  }

  entries(requestId: string): LedgerEntry[] {
    return [...this.ledger.values()].filter((entry) => entry.requestId === requestId).sort((a, b) => a.seq - b.seq);
  }

  /** The request waits in the workflow: its token is stored. */
  async untilWaiting(requestId: string): Promise<void> {
    const store = new RequestStore('state', this.table.client);
    while ((await store.getTaskToken(requestId)) === undefined) await new Promise((resolve) => setImmediate(resolve));
  }

  gate(): Gate {
    const process = new FaultyProcess(undefined, this.pause, () => {});
    return new Gate(this.gateManifest, {
      ...this.stores(process),
      ledger: this.ledgerPort(process),
      evidence: this.evidencePort(process),
      stops: new ConnectorStops('state', AGENT_ID, this.table.client),
      probation: new ProbationStore('state', AGENT_ID, this.table.client),
      executors: { invoke: (_variable, request) => this.runExecutor(request) },
      slowCalls: {
        start: async ({ sessionId, requestId }) => {
          if (this.slowCallsAreDown) throw new Error('TooManyRequestsException');
          this.slowRuns.push(this.invoke('execute', { sessionId, requestId }));
        },
      },
      approvals: {
        start: async (request) => {
          this.executions.push(this.machine.start(encodeWorkflowInput(request)));
        },
      },
      agentId: AGENT_ID,
      now: () => this.nowMs,
      randomHex: (bytes) => this.randomHex(bytes),
      log: (record) => this.logs.push(record),
    });
  }

  private process(name: FunctionName): FaultyProcess {
    return new FaultyProcess(this.faults[name]?.shift(), this.pause, (work) => this.work.push(work));
  }

  private scopeInput(tool: ToolManifest, args: JsonObject, session: SessionItem): ScopeInput {
    const { taint, calls, denials } = session;
    const provenance = new TrustedDirectory(this.manifest).provenanceOf(tool, args, session);
    return { sessionId: session.sessionId, tool, args, session: { taint, calls, denials }, provenance };
  }

  private authorizer(): Authorizer {
    const known = authorizers.get(this.manifest) ?? new Authorizer(this.manifest);
    authorizers.set(this.manifest, known);
    return known;
  }

  private stores(process: FaultyProcess): {
    requests: RequestStore;
    sessions: SessionStore;
    limits: LimitStore;
    waiting: WaitingStore;
  } {
    const client = {
      send: (command: TransactWriteItemsCommand) =>
        // The SDK repeats a transaction under the same token, so that it takes effect once.
        process.step(() => this.table.client.send(command), !('TransactItems' in command.input)),
    } as unknown as DynamoDBClient;
    return {
      requests: new RequestStore('state', client),
      sessions: new SessionStore('state', AGENT_ID, client),
      limits: new LimitStore('state', AGENT_ID, client),
      waiting: new WaitingStore('state', client),
    };
  }

  private ledgerPort(process: FaultyProcess) {
    return new MemoryLedger(this.ledger, (work, repeatable) => process.step(work, repeatable));
  }

  private evidencePort(process: FaultyProcess) {
    return {
      put: (key: string, text: string): Promise<EvidenceReference> =>
        process.step(async () => {
          this.evidence.set(key, text);
          return { s3Key: key, sha256: sha256Hex(text) };
        }, true),
      get: ({ s3Key, sha256 }: EvidenceReference): Promise<string> =>
        process.step(async () => {
          const text = this.evidence.get(s3Key) ?? '';
          if (sha256Hex(text) !== sha256) throw Object.assign(new Error('other bytes'), { code: 'EVIDENCE_MISMATCH' });
          return text;
        }),
    };
  }

  private randomHex(bytes: number): string {
    return (++this.random).toString(16).padStart(bytes * 2, '0');
  }
}

/** The manifest after a deployment that changed one tool. */
export function redeployed(name: string, change: Partial<ToolManifest>): Manifest {
  return { ...MANIFEST, tools: MANIFEST.tools.map((tool) => (tool.name === name ? { ...tool, ...change } : tool)) };
}

function executorTool(tool: ToolManifest): ExecutorConfig['tools'][number] {
  const { name, effect, schema, schemaHash, policyVersion, credentialName, limits, timeoutMs } = tool;
  return {
    name,
    effect,
    schema,
    schemaHash,
    policyVersion,
    ...(credentialName ? { credentialName } : {}),
    maxResultBytes: limits.maxResultBytes,
    timeoutMs,
  };
}
