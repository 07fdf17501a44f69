import {
  BUILT_IN_TOOLS,
  type BuiltInTool,
  type DenialCode,
  type EvidenceReference,
  type ExecutorReply,
  type ExecutorRequest,
  evidenceKey,
  type GateReply,
  type JsonObject,
  type LedgerEntry,
  LOG_ONLY,
  ledgerKey,
  MAX_CALL_BYTES,
  MAX_CALL_DEPTH,
  type Manifest,
  type Probation,
  type Provenance,
  type RequestItem,
  type RequestStatus,
  type SessionItem,
  type Sha256Hex,
  type ToolCall,
  type ToolListing,
  type ToolManifest,
  toolCallSchema,
  UNBOUND_STREAM,
} from '../core/contracts';
import { demarcate } from '../core/demarcate';
import { approvalDigest, saltedHash, sha256Hex } from '../core/digest';
import { withoutInvisible } from '../core/display';
import { type CanonicalText, canonicalize } from '../core/json/canonicalize';
import { parseStrict } from '../core/json/parse-strict';
import { guardOutput } from '../core/output-guard';
import { UNCLAIMED_STATUSES } from '../core/request-transitions';
import { type TargetProvenance, TrustedDirectory } from '../core/risk';
import { compileSchema } from '../core/schema/compile-schema';
import { ToolSchemas } from '../core/schema/tool-schemas';
import { Authorizer } from '../core/scope';
import { builtInListings, builtInSchemas } from './built-in-tools';
import { Denied } from './denied';

/** What the gate needs of the world. The handler gives AWS; tests give a world of their own. */
export interface GatePorts {
  readonly sessions: {
    resolveTask(
      taskId: string,
      now: number,
    ): Promise<{ kind: 'bound'; sessionId: string } | { kind: 'launching' } | { kind: 'unknown' }>;
    /** Counts one call, which takes the next ledger sequence number, or one look. `most`: as many as the session has. */
    open(
      sessionId: string,
      now: number,
      what: 'call' | 'look',
      most: number,
    ): Promise<{ kind: 'open'; session: SessionItem } | { kind: 'not_ready' | 'spent' | 'ended' }>;
    get(sessionId: string): Promise<SessionItem | undefined>;
    nextSeq(sessionId: string): Promise<number>;
    /** The next number for a call that comes too late. Undefined: `most` were given out for such calls. */
    nextLateSeq(sessionId: string, most: number): Promise<number | undefined>;
    taint(sessionId: string): Promise<void>;
    countDenial(sessionId: string, limit: number): Promise<number>;
    /** Keeps the first answer of a request. False: another text was there. */
    putResponse(
      sessionId: string,
      requestId: string,
      response: { resultRef: string; textSha256: string; at: string },
    ): Promise<boolean>;
    /** Undefined: nothing was answered by that request yet. */
    responseHash(sessionId: string, requestId: string): Promise<string | undefined>;
  };
  readonly requests: {
    create(item: RequestItem): Promise<'created' | 'exists'>;
    get(sessionId: string, requestId: string): Promise<RequestItem | undefined>;
    isRefused(sessionId: string, digest: string): Promise<boolean>;
    finish(
      sessionId: string,
      requestId: string,
      to: 'DONE' | 'UNKNOWN',
      result: {
        resultRef?: EvidenceReference;
        outcomeId?: string;
        replyStatus: GateReply['status'];
        replyCode?: DenialCode;
        replyReason?: string;
      },
      from?: readonly RequestStatus[],
    ): Promise<unknown>;
    expire(sessionId: string, requestId: string): Promise<unknown>;
  };
  readonly ledger: {
    /** Returns the entry's key. */
    append(entry: LedgerEntry): Promise<string>;
    /** Rejects where there is no such entry. */
    read(key: string): Promise<LedgerEntry>;
  };
  readonly probation: {
    isOver(probation: Probation, nowSeconds: number): Promise<boolean>;
    /** Counts a call that a person approved and that succeeded. The same one twice counts once. */
    countRun(probation: Probation, requestId: string): Promise<void>;
  };
  readonly evidence: {
    put(key: string, text: string): Promise<EvidenceReference>;
    /** Rejects where the stored bytes have another hash. */
    get(reference: EvidenceReference): Promise<string>;
  };
  /** Invokes a connector's executor once. Rejects where the outcome can't be known. */
  readonly executors: { invoke(functionArnVariable: string, request: ExecutorRequest): Promise<ExecutorReply> };
  /** Starts the wait for a person. */
  readonly approvals: { start(request: RequestItem): Promise<void> };
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Random bytes, hexadecimal. */
  readonly randomHex: (bytes: number) => string;
  readonly log: (record: Record<string, unknown>) => void;
}

/** One call as it reached the gate: whose it is, and its text. */
export interface IncomingCall {
  /** The role session name of the caller's credentials: ECS puts the task id there, and nobody else can choose it. */
  readonly taskId: string;
  /** Bytes are read as strict UTF-8; a text as it is. */
  readonly body: string | Uint8Array;
}

/** An executor that never answers must leave time to write the outcome. */
const EXECUTION_WINDOW_MS = 22_000;
/** After the window of a claimed request: whoever ran it would have written its outcome by then. */
const OUTCOME_GRACE_SECONDS = 60;
/** Entries about calls that come after the end of a session or of its budget: a caller could write them for ever. */
const MOST_LATE_ENTRIES = 20;
/** What only looks is no call of the budget, and yet isn't free. */
const LOOKS_PER_CALL = 20;
/** Kept of a call that can't be parsed, so that one caller can't fill the evidence bucket. */
const MALFORMED_EVIDENCE_CHARACTERS = 16_384;

/** The state of one call while it passes through the gate. */
interface CallContext {
  readonly actor: string;
  readonly stream: string;
  readonly session?: SessionItem;
  /** The ledger sequence number of what comes of the call; absent until one is needed. */
  readonly seq?: number;
  readonly requestId: string;
  readonly call?: ToolCall;
  readonly tool?: ToolManifest;
  /** RFC 8785 form of the arguments; of a malformed call, what came, cut. */
  readonly argumentsText: string;
  readonly policyIds: readonly string[];
  /** Where the call's targets were found, once that is known. */
  readonly provenance?: TargetProvenance;
  /** What an enforcing gate would have said. */
  readonly would?: DenialCode | 'ASK';
  /** Whether a person denied this very call in this session; absent where that wasn't looked up yet. */
  readonly refused?: boolean;
}

/** A call, read once: every later step works with this form of its arguments. */
interface ReadCall extends ToolCall {
  readonly canonicalArgs: CanonicalText;
}

/** A call of a tool that exists. */
interface CallSubject {
  readonly tool: ToolManifest;
  readonly digest: Sha256Hex;
}

/**
 * The decision flow: read the call once and strictly, check the session, the tool, the arguments and the policies,
 * write the intent, execute or start the wait for a person, write the outcome. Whatever goes wrong before the intent
 * is written is a typed denial with nothing executed.
 */
export class Gate {
  private readonly authorizer: Authorizer;
  private readonly directory: TrustedDirectory;
  private readonly ledger: GatePorts['ledger'];
  private readonly tools: ReadonlyMap<string, ToolManifest>;
  private readonly schemas = new ToolSchemas();
  private readonly isToolCall = compileSchema(toolCallSchema as unknown as JsonObject);

  constructor(
    private readonly manifest: Manifest,
    private readonly ports: GatePorts,
  ) {
    this.authorizer = new Authorizer(manifest);
    this.directory = new TrustedDirectory(manifest);
    const { mode } = manifest;
    // Here and nowhere else, so that no entry of a gate that doesn't enforce can miss the mark.
    this.ledger = mode
      ? { append: (entry) => ports.ledger.append({ ...entry, mode }), read: (key) => ports.ledger.read(key) }
      : ports.ledger;
    this.tools = new Map(manifest.tools.map((tool) => [tool.name, tool]));
  }

  /** The tools that the caller's session may see. */
  async list(taskId: string): Promise<{ tools: ToolListing[] } | GateReply> {
    const binding = await this.ports.sessions.resolveTask(taskId, this.nowSeconds());
    const session = binding.kind === 'bound' ? await this.ports.sessions.get(binding.sessionId) : undefined;
    if (session?.status !== 'ACTIVE' || session.expiresAt <= this.nowSeconds()) {
      const early = binding.kind === 'launching' || session?.status === 'LAUNCHING';
      const code = binding.kind === 'unknown' ? 'FOREIGN_SESSION' : early ? 'SESSION_NOT_READY' : 'SESSION_ENDED';
      return { v: 1, requestId: `list-${this.ports.randomHex(8)}`, status: 'denied', ...Denied.of(code).reply };
    }
    const visible = this.manifest.tools.filter((tool) => isVisible(tool.name, session));
    return { tools: [...builtInListings, ...visible.map(toListing)] };
  }

  /** Never rejects: a store that can't be reached is a denial like any other. */
  async handle(incoming: IncomingCall): Promise<GateReply> {
    const text = textOf(incoming.body);
    const unread: CallContext = {
      actor: `task/${incoming.taskId}`,
      stream: UNBOUND_STREAM,
      requestId: `m-${this.ports.randomHex(16)}`,
      argumentsText: (text ?? '').slice(0, MALFORMED_EVIDENCE_CHARACTERS),
      policyIds: [],
    };
    return this.orDeny(unread, async () => {
      const read = this.read(text);
      const binding = await this.ports.sessions.resolveTask(incoming.taskId, this.nowSeconds());
      if (binding.kind !== 'bound') {
        // While anything is launched, nobody knows yet whose task this is: the record holds it all the same.
        const code = binding.kind === 'launching' ? 'SESSION_NOT_READY' : 'FOREIGN_SESSION';
        return this.deny(unread, read instanceof Denied ? read : Denied.of(code));
      }
      const bound = { ...unread, stream: binding.sessionId };
      return this.orDeny(bound, () => this.decide(bound, read));
    });
  }

  /** What fails before the intent is a denial. Everything after it answers for itself, so nothing was executed. */
  private async orDeny(context: CallContext, work: () => Promise<GateReply>): Promise<GateReply> {
    try {
      return await work();
    } catch (error) {
      this.ports.log({ event: 'unavailable', requestId: context.requestId, error: String(error) });
      return this.deny(context, Denied.of('LEDGER_UNAVAILABLE'));
    }
  }

  private async decide(unread: CallContext, read: ReadCall | Denied): Promise<GateReply> {
    const sessionId = unread.stream;
    const { maxCallsPerSession } = this.manifest;
    // What only looks leaves no entry, so it takes no number: a number without an entry reads like a lost one.
    const looks = !(read instanceof Denied) && (read.tool === 'get_task' || read.tool === 'get_request');
    const called = read instanceof Denied || isBuiltIn(read.tool) ? undefined : read;
    const subject = called && this.subjectOf(called, sessionId);
    const [opening, finding, refusal] = await Promise.allSettled([
      looks
        ? this.ports.sessions.open(sessionId, this.nowSeconds(), 'look', LOOKS_PER_CALL * maxCallsPerSession)
        : this.ports.sessions.open(sessionId, this.nowSeconds(), 'call', maxCallsPerSession),
      called && this.ports.requests.get(sessionId, requestIdOf(sessionId, called.callId)),
      // Of such a tool a person may have been asked before, and isn't now. Beside the rest it costs no time.
      subject && mayAsk(subject.tool) ? this.ports.requests.isRefused(sessionId, subject.digest) : undefined,
    ]);
    const opened = settledValue(opening);
    if (opened.kind !== 'open') {
      if (opened.kind === 'spent') {
        return this.denyLate(unread, looks, read instanceof Denied ? read : spent(maxCallsPerSession, looks));
      }
      const code = opened.kind === 'ended' ? 'SESSION_ENDED' : 'SESSION_NOT_READY';
      return this.denyLate(unread, false, read instanceof Denied ? read : Denied.of(code));
    }
    const { session } = opened;
    const context: CallContext = { ...unread, session, ...(looks ? {} : { seq: session.seq }) };
    if (read instanceof Denied) return this.deny(context, read);

    const named: CallContext = {
      ...context,
      requestId: requestIdOf(session.sessionId, read.callId),
      call: read,
      argumentsText: read.canonicalArgs,
    };
    return this.orDeny(named, () => {
      const earlier = settledValue(finding);
      const refused = settledValue(refusal);
      if (earlier) return this.repeat(named, read, earlier);
      return this.pass({ ...named, ...(refused === undefined ? {} : { refused }) }, read, session, subject);
    });
  }

  /** The tool that a call names and what binds a person's word to the call. Undefined: there is no such tool. */
  private subjectOf({ tool: name, canonicalArgs }: ReadCall, sessionId: string): CallSubject | undefined {
    const tool = this.tools.get(name);
    if (!tool) return undefined;
    const { schemaHash, credentialName, policyVersion } = tool;
    const digest = approvalDigest({ tool: name, schemaHash, canonicalArgs, credentialName, sessionId, policyVersion });
    return { tool, digest };
  }

  /** Steps one and two of the reading: strict JSON, then the envelope. */
  private read(text: string | undefined): ReadCall | Denied {
    if (text === undefined) return Denied.of('MALFORMED', { reason: 'The call is not UTF-8 text.' });
    const parsed = parseStrict(text, { maxBytes: MAX_CALL_BYTES, maxDepth: MAX_CALL_DEPTH });
    if (!parsed.ok) return Denied.of(parsed.code, { reason: parsed.reason });
    const envelope = this.isToolCall(parsed.value);
    if (!envelope.ok) {
      return Denied.of('MALFORMED', {
        reason: `The call isn't {v: 1, callId, tool, arguments}: ${envelope.reason}.`,
      });
    }
    const call = parsed.value as unknown as ToolCall;
    return { ...call, canonicalArgs: canonicalize(call.arguments) };
  }

  private async pass(
    context: CallContext,
    call: ToolCall,
    session: SessionItem,
    subject: CallSubject | undefined,
  ): Promise<GateReply> {
    if (isBuiltIn(call.tool)) return this.answer(context, call.tool, call, session);
    if (!subject || !isVisible(subject.tool.name, session)) {
      const visible = this.manifest.tools.filter((each) => isVisible(each.name, session)).map((each) => each.name);
      return this.deny(
        context,
        Denied.of(subject ? 'OUT_OF_SCOPE' : 'UNKNOWN_TOOL', {
          reason: subject
            ? `The tool ${subject.tool.name} isn't granted to this session.`
            : 'No tool of that name exists here; names are exact.',
          allowed: `Tools of this session: ${visible.join(', ') || 'none'}.`,
        }),
      );
    }
    const { tool, digest } = subject;
    const known: CallContext = { ...context, tool };

    if (Buffer.byteLength(context.argumentsText) > tool.limits.maxArgumentBytes) {
      return this.deny(
        known,
        Denied.of('TOO_LARGE', {
          reason: `The arguments of ${tool.name} exceed ${tool.limits.maxArgumentBytes} bytes.`,
        }),
      );
    }
    const valid = this.schemas.validate(tool, call.arguments);
    if (!valid.ok) {
      return this.deny(
        known,
        Denied.of('INVALID_ARGUMENTS', {
          reason: `The arguments of ${tool.name} don't fit its schema: ${valid.reason}.`,
          allowed: `The input schema of ${tool.name}, as listed.`,
        }),
      );
    }

    const provenance = this.directory.provenanceOf(tool, call.arguments, session.taskText);
    const decision = this.authorizer.decide({
      sessionId: session.sessionId,
      tool,
      args: call.arguments,
      session: { taint: session.taint, calls: session.calls, denials: session.denials },
      provenance,
      probation: await this.isOnProbation(tool),
    });
    const { policyIds, would } = decision;
    const decided: CallContext = { ...known, policyIds, provenance, ...(would ? { would } : {}) };
    if (would) this.ports.log({ event: 'let_through', mode: LOG_ONLY, would, requestId: context.requestId });
    if (decision.decision === 'DENY') {
      return this.deny(
        decided,
        Denied.of(decision.code ?? 'POLICY_ERROR', { reason: decision.reason, allowed: decision.allowed }),
      );
    }

    const refused =
      context.refused ??
      (decision.decision === 'ASK' && (await this.ports.requests.isRefused(session.sessionId, digest)));
    if (refused) return this.deny(decided, Denied.of('RECENTLY_REFUSED'));

    const intended = await this.intend(decided, tool, session, digest, decision.decision);
    // The intent may stand in the ledger under its number: the denial takes another.
    if (intended instanceof Denied) return this.deny({ ...decided, seq: undefined }, intended);
    if (intended.created === 'exists') {
      // The same call came twice at once, and the other one was first.
      await this.closeTwin(tool, intended.request, intended.outcomeSeq);
      const first = await this.ports.requests.get(session.sessionId, context.requestId).catch(() => undefined);
      return first
        ? this.repeat(decided, call, first)
        : { v: 1, requestId: context.requestId, status: 'outcome_unknown', reason: 'The first call left no state.' };
    }
    return decision.decision === 'ASK'
      ? this.askPerson(decided, intended.request)
      : this.execute(decided, tool, intended.request, intended.outcomeSeq);
  }

  private async isOnProbation(tool: ToolManifest): Promise<boolean> {
    return tool.probation !== undefined && !(await this.ports.probation.isOver(tool.probation, this.nowSeconds()));
  }

  /** A call that ran by a person's word brings a new tool nearer to the end of its probation. */
  private async countTowardsProbation(tool: ToolManifest | undefined, request: RequestItem): Promise<void> {
    if (!tool?.probation || request.replyStatus !== 'succeeded') return;
    // Under other policies, or a gate that didn't enforce, nobody need have been asked.
    if (request.policyVersion !== tool.policyVersion || this.manifest.mode === LOG_ONLY) return;
    try {
      await this.ports.probation.countRun(tool.probation, request.requestId);
    } catch (error) {
      // One question more than needed.
      this.ports.log({ event: 'probation_not_counted', requestId: request.requestId, error: String(error) });
    }
  }

  /** Writes the evidence, the intent and the request. Nothing runs unless all of them stand. `outcomeSeq` 0: none yet. */
  private async intend(
    context: CallContext,
    tool: ToolManifest,
    session: SessionItem,
    digest: string,
    code: 'ALLOW' | 'ASK',
  ): Promise<{ request: RequestItem; created: 'created' | 'exists'; outcomeSeq: number } | Denied> {
    const seq = context.seq ?? (await this.ports.sessions.nextSeq(session.sessionId));
    const nowMs = this.ports.now();
    const windowMs = code === 'ASK' ? this.manifest.approvalExpirySeconds * 1000 : EXECUTION_WINDOW_MS;
    const salt = this.ports.randomHex(16);
    const argsRef = {
      s3Key: evidenceKey.args(session.sessionId, `${context.requestId}-${seq}`),
      sha256: sha256Hex(context.argumentsText),
    };
    const request: RequestItem = {
      sessionId: session.sessionId,
      requestId: context.requestId,
      status: code === 'ASK' ? 'PENDING' : 'ALLOWED',
      tool: tool.name,
      schemaHash: tool.schemaHash,
      policyVersion: tool.policyVersion,
      digest,
      argsRef,
      intentId: ledgerKey.entry(session.sessionId, seq),
      ...(tool.credentialName ? { credentialName: tool.credentialName } : {}),
      requestedAt: new Date(nowMs).toISOString(),
      expiresAt: Math.floor((nowMs + windowMs) / 1000),
    };
    const entry: LedgerEntry = {
      v: 1,
      seq,
      at: new Date(nowMs).toISOString(),
      sessionId: session.sessionId,
      requestId: context.requestId,
      type: 'intent',
      actor: context.actor,
      tool: tool.name,
      schemaHash: tool.schemaHash,
      argsHash: saltedHash(salt, context.argumentsText),
      argsRef: argsRef.s3Key,
      salt,
      ...(tool.credentialName ? { credential: { name: tool.credentialName } } : {}),
      decision: { code, policyIds: context.policyIds, taint: session.taint, ...circumstances(context) },
      policyVersion: tool.policyVersion,
    };
    try {
      const records = [
        this.ports.evidence.put(argsRef.s3Key, context.argumentsText),
        this.ledger.append(entry),
      ] as const;
      if (code === 'ASK') {
        // The desk shows a request as soon as it exists, so it must not exist before its records do.
        await Promise.all(records);
        return { request, created: await this.ports.requests.create(request), outcomeSeq: 0 };
      }
      const [created, outcomeSeq] = await Promise.all([
        this.ports.requests.create(request),
        // The outcome's number is taken now, beside the other writes: the short path waits for one round trip less.
        this.ports.sessions.nextSeq(session.sessionId),
        ...records,
      ]);
      return { request, created, outcomeSeq };
    } catch (error) {
      this.ports.log({ event: 'intent_failed', requestId: context.requestId, error: String(error) });
      return Denied.of('LEDGER_UNAVAILABLE');
    }
  }

  private async execute(
    context: CallContext,
    tool: ToolManifest,
    request: RequestItem,
    outcomeSeq: number,
  ): Promise<GateReply> {
    const startedAt = this.ports.now();
    let reply: ExecutorReply;
    try {
      reply = await this.ports.executors.invoke(tool.functionArnVariable, {
        v: 1,
        requestId: request.requestId,
        sessionId: request.sessionId,
        tool: tool.name,
        schemaHash: tool.schemaHash,
        canonicalArgs: context.argumentsText,
        digest: request.digest,
        policyVersion: tool.policyVersion,
        intentId: request.intentId,
        deadline: new Date(request.expiresAt * 1000).toISOString(),
      });
    } catch (error) {
      this.ports.log({ event: 'executor_lost', requestId: request.requestId, error: String(error) });
      reply = {
        v: 1,
        requestId: request.requestId,
        status: 'outcome_unknown',
        content: '',
        bytes: 0,
        durationMs: this.ports.now() - startedAt,
      };
    }
    return this.conclude(context, tool, request, outcomeSeq, reply);
  }

  /** Writes the outcome before the agent sees anything of it. */
  private async conclude(
    context: CallContext,
    tool: ToolManifest,
    request: RequestItem,
    outcomeSeq: number,
    reply: ExecutorReply,
  ): Promise<GateReply> {
    const outcome = outcomeOf(reply);
    const provenance: Provenance = { connector: tool.connector, tool: tool.name, trust: tool.trust };
    const salt = this.ports.randomHex(16);
    const resultRef = reply.content ? evidenceKey.result(request.sessionId, `${request.requestId}-${outcomeSeq}`) : '';
    const entry: LedgerEntry = {
      ...this.outcomeEntry(tool, request, outcomeSeq, salt),
      ...(tool.credentialName
        ? {
            credential: {
              name: tool.credentialName,
              ...(reply.credentialVersion ? { version: reply.credentialVersion } : {}),
            },
          }
        : {}),
      outcome: {
        status: outcome.status,
        bytes: reply.bytes,
        resultHash: reply.content ? saltedHash(salt, reply.content) : '',
        resultRef,
        durationMs: reply.durationMs,
      },
    };
    const tainting = tool.trust === 'untrusted' && reply.content !== '' && !context.session?.taint;
    const outcomeId = ledgerKey.entry(request.sessionId, outcomeSeq);
    const finish = (key: string, from?: readonly RequestStatus[]) =>
      this.ports.requests.finish(
        request.sessionId,
        request.requestId,
        outcome.status === 'outcome_unknown' ? 'UNKNOWN' : 'DONE',
        {
          ...(resultRef ? { resultRef: { s3Key: resultRef, sha256: sha256Hex(reply.content) } } : {}),
          outcomeId: key,
          replyStatus: outcome.status,
          ...(outcome.code ? { replyCode: outcome.code } : {}),
          ...(outcome.reason ? { replyReason: outcome.reason } : {}),
        },
        from,
      );
    const [logged, kept, tainted, finished] = await Promise.allSettled([
      this.appendSurely(entry),
      resultRef ? this.ports.evidence.put(resultRef, reply.content) : Promise.resolve(),
      tainting ? this.ports.sessions.taint(request.sessionId) : Promise.resolve(),
      // Beside the outcome, not after it: whoever asks for the result is shown none that isn't in the ledger.
      // A refusal must not end a run that somebody else claimed.
      finish(outcomeId, reply.status === 'refused' ? UNCLAIMED_STATUSES : undefined),
    ]);
    if (finished.status === 'rejected') {
      this.ports.log({ event: 'request_not_finished', requestId: request.requestId });
    }
    if (
      logged.status === 'fulfilled' &&
      logged.value !== outcomeId &&
      finished.status === 'fulfilled' &&
      finished.value
    ) {
      await finish(logged.value, ['DONE', 'UNKNOWN']).catch(() => undefined);
    }
    if ([logged, kept, tainted].some((step) => step.status === 'rejected')) {
      this.ports.log({ event: 'outcome_not_written', requestId: request.requestId, seq: outcomeSeq });
      return unrecorded(request);
    }
    return this.reply(request, outcome, reply.content, provenance);
  }

  /**
   * Closes an intent whose call turned out to be another one's twin: nothing ran by it. Left open it would read like a
   * lost outcome, and a hostile agent could leave as many as it likes.
   */
  private async closeTwin(tool: ToolManifest, request: RequestItem, outcomeSeq: number): Promise<void> {
    try {
      const seq = outcomeSeq || (await this.ports.sessions.nextSeq(request.sessionId));
      await this.appendSurely({
        ...this.outcomeEntry(tool, request, seq, this.ports.randomHex(16)),
        outcome: { status: 'denied', bytes: 0, resultHash: '', resultRef: '', durationMs: 0 },
      });
    } catch (error) {
      this.ports.log({ event: 'twin_not_closed', requestId: request.requestId, error: String(error) });
    }
  }

  private outcomeEntry(tool: ToolManifest, request: RequestItem, seq: number, salt: string): LedgerEntry {
    return {
      v: 1,
      seq,
      at: new Date(this.ports.now()).toISOString(),
      sessionId: request.sessionId,
      requestId: request.requestId,
      type: 'outcome',
      actor: 'gate',
      tool: tool.name,
      schemaHash: tool.schemaHash,
      argsHash: '',
      argsRef: '',
      salt,
      policyVersion: tool.policyVersion,
    };
  }

  private async askPerson(context: CallContext, request: RequestItem): Promise<GateReply> {
    try {
      await this.ports.approvals.start(request);
    } catch (error) {
      // Nobody was asked: the request ends here, or lapses by its own expiry where this write fails as well.
      this.ports.log({ event: 'approval_not_started', requestId: request.requestId, error: String(error) });
      await this.ports.requests.expire(request.sessionId, request.requestId).catch(() => undefined);
      return this.deny(
        { ...context, seq: undefined },
        Denied.of('TARGET_FAILED', {
          reason: 'This call needs a person’s approval, and the approval desk could not be reached. Nothing ran.',
        }),
      );
    }
    this.ports.log({ event: 'asked', requestId: request.requestId });
    return pendingReply(request);
  }

  /** The same `callId` again: the first call's state, and never a second run. */
  private async repeat(context: CallContext, call: ToolCall, first: RequestItem): Promise<GateReply> {
    if (first.tool !== call.tool || first.argsRef.sha256 !== sha256Hex(context.argumentsText)) {
      return this.deny(context, TAKEN);
    }
    return this.stateOf(first);
  }

  private async answer(
    context: CallContext,
    name: BuiltInTool,
    call: ToolCall,
    session: SessionItem,
  ): Promise<GateReply> {
    const valid = this.schemas.validate({ name, schema: builtInSchemas[name] }, call.arguments);
    if (!valid.ok) {
      return this.deny(
        context,
        Denied.of('INVALID_ARGUMENTS', {
          reason: `The arguments of ${name} don't fit its schema: ${valid.reason}.`,
        }),
      );
    }
    const own: Provenance = { connector: 'gate', tool: name, trust: 'trusted' };
    switch (name) {
      case 'get_task':
        return {
          v: 1,
          requestId: context.requestId,
          status: 'succeeded',
          content: session.taskText,
          provenance: own,
        };
      case 'get_request': {
        const request = await this.ports.requests.get(session.sessionId, String(call.arguments.requestId));
        if (!request) {
          return this.deny(
            context,
            Denied.of('OUT_OF_SCOPE', { reason: 'No request of that id belongs to this session.' }),
          );
        }
        return this.stateOf(request);
      }
      case 'respond':
        return this.respond(context, String(call.arguments.text), session, own);
    }
  }

  /** What the user sees leaves here, output-checked and logged like any outbound effect. */
  private async respond(
    context: CallContext,
    text: string,
    session: SessionItem,
    provenance: Provenance,
  ): Promise<GateReply> {
    const guarded = guardOutput({ content: text, secrets: [], maxBytes: MAX_CALL_BYTES });
    if (!guarded.ok) return this.deny(context, Denied.of('OUTPUT_BLOCKED', { reason: guarded.reason }));
    const delivered: GateReply = {
      v: 1,
      requestId: context.requestId,
      status: 'succeeded',
      content: 'Delivered to the user.',
      provenance,
    };
    const textSha256 = sha256Hex(text);
    const earlier = await this.ports.sessions.responseHash(session.sessionId, context.requestId);
    if (earlier !== undefined) return earlier === textSha256 ? delivered : this.deny(context, TAKEN);
    const seq = context.seq ?? (await this.ports.sessions.nextSeq(session.sessionId));
    const salt = this.ports.randomHex(16);
    const at = new Date(this.ports.now()).toISOString();
    const resultRef = evidenceKey.result(session.sessionId, `${context.requestId}-${seq}`);
    try {
      await this.ports.evidence.put(resultRef, guarded.content);
      await this.ledger.append({
        v: 1,
        seq,
        at,
        sessionId: session.sessionId,
        requestId: context.requestId,
        type: 'outcome',
        actor: context.actor,
        tool: 'respond',
        argsHash: saltedHash(salt, context.argumentsText),
        argsRef: '',
        salt,
        outcome: {
          status: 'succeeded',
          bytes: Buffer.byteLength(guarded.content),
          resultHash: saltedHash(salt, guarded.content),
          resultRef,
          durationMs: 0,
        },
        policyVersion: this.manifest.policyVersion,
      });
    } catch (error) {
      this.ports.log({ event: 'respond_failed', requestId: context.requestId, error: String(error) });
      return this.deny({ ...context, seq: undefined }, Denied.of('LEDGER_UNAVAILABLE'));
    }
    try {
      const response = { resultRef, textSha256, at };
      if (!(await this.ports.sessions.putResponse(session.sessionId, context.requestId, response))) {
        // Both came at once: the record says of this text that it was denied after all.
        return this.deny({ ...context, seq: undefined }, TAKEN);
      }
    } catch (error) {
      this.ports.log({ event: 'respond_undelivered', requestId: context.requestId, error: String(error) });
      return {
        v: 1,
        requestId: context.requestId,
        status: 'failed',
        code: 'TARGET_FAILED',
        reason: 'The answer was recorded but could not be delivered. Send it again.',
      };
    }
    return delivered;
  }

  /** What the agent may know of a request of its own session. */
  private async stateOf(request: RequestItem): Promise<GateReply> {
    const base = { v: 1, requestId: request.requestId } as const;
    switch (request.status) {
      case 'PENDING':
        return this.isOver(request, 0)
          ? { ...base, status: 'denied', ...Denied.of('APPROVAL_EXPIRED').reply }
          : pendingReply(request);
      case 'DENIED':
        return { ...base, status: 'denied', ...Denied.of('APPROVAL_DENIED').reply };
      case 'EXPIRED':
        return { ...base, status: 'denied', ...Denied.of('APPROVAL_EXPIRED').reply };
      case 'ALLOWED':
      case 'APPROVED':
        // A claim is refused once the window is over: it never ran, and never will.
        return this.isOver(request, 0)
          ? {
              ...base,
              status: 'denied',
              ...(request.status === 'APPROVED'
                ? Denied.of('APPROVAL_EXPIRED', {
                    reason: 'The call was approved but didn’t start in time. It never ran.',
                  })
                : Denied.of('TARGET_FAILED', { reason: 'The call didn’t start in time. It never ran; make it again.' })
              ).reply,
            }
          : { ...base, status: 'pending_execution', digest: request.digest };
      case 'EXECUTING':
        return this.isOver(request, OUTCOME_GRACE_SECONDS)
          ? { ...base, status: 'outcome_unknown', reason: OUTCOME_UNKNOWN, digest: request.digest }
          : { ...base, status: 'pending_execution', digest: request.digest };
      case 'DONE':
      case 'UNKNOWN': {
        if (!(await this.isRecorded(request))) {
          return this.isOver(request, OUTCOME_GRACE_SECONDS)
            ? unrecorded(request)
            : { ...base, status: 'pending_execution', digest: request.digest };
        }
        const tool = this.tools.get(request.tool);
        const provenance: Provenance = {
          connector: tool?.connector ?? 'unknown',
          tool: request.tool,
          trust: tool?.trust ?? 'untrusted',
        };
        let content = '';
        try {
          content = request.resultRef ? await this.ports.evidence.get(request.resultRef) : '';
          // Before the agent sees it: content that can't be marked isn't shown.
          if (content && provenance.trust === 'untrusted') await this.ports.sessions.taint(request.sessionId);
        } catch (error) {
          this.ports.log({ event: 'result_unreadable', requestId: request.requestId, error: String(error) });
          return {
            ...base,
            status: 'failed',
            code: 'LEDGER_UNAVAILABLE',
            reason: 'The call ended, and its result can’t be read now. Don’t repeat it; ask get_request later.',
          };
        }
        await this.countTowardsProbation(tool, request);
        return this.reply(
          request,
          {
            status: request.replyStatus ?? 'outcome_unknown',
            ...(request.replyCode ? { code: request.replyCode } : {}),
            ...(request.replyReason ? { reason: request.replyReason } : {}),
          },
          content,
          provenance,
        );
      }
    }
  }

  /** Whether the ledger holds the outcome that a result was stored beside. */
  private async isRecorded({ requestId, outcomeId }: RequestItem): Promise<boolean> {
    if (outcomeId === undefined) return true;
    try {
      const entry = await this.ledger.read(outcomeId);
      return entry.type === 'outcome' && entry.requestId === requestId;
    } catch (error) {
      this.ports.log({ event: 'outcome_not_found', requestId, error: String(error) });
      return false;
    }
  }

  /** What the agent sees of a result; evidence holds it as it came. */
  private reply(
    request: RequestItem,
    outcome: { status: GateReply['status']; code?: DenialCode; reason?: string },
    content: string,
    provenance: Provenance,
  ): GateReply {
    const { text, removed } = withoutInvisible(content);
    const shown = demarcate({ content: text, provenance, nonce: this.ports.randomHex(8) });
    const notice = removed > 0 ? `\n(${removed} invisible or direction-changing characters were removed.)` : '';
    return {
      v: 1,
      requestId: request.requestId,
      ...outcome,
      digest: request.digest,
      ...(outcome.status === 'succeeded' || content ? { content: shown + notice, provenance } : {}),
    };
  }

  /** Logs the denial where the ledger is up, counts it, and answers. Nothing was executed. */
  private async deny(context: CallContext, denied: Denied): Promise<GateReply> {
    const logged = await this.logDenial(context, denied.code).catch((error: unknown) => {
      this.ports.log({ event: 'denial_not_logged', requestId: context.requestId, error: String(error) });
      return false;
    });
    this.ports.log({ event: 'denied', code: denied.code, requestId: context.requestId, logged });
    return { v: 1, requestId: context.requestId, status: 'denied', ...denied.reply };
  }

  /**
   * Denies what comes after the end of a session or of its budget: never counted as a denial, which would end a session
   * for being used up, without evidence, and in the ledger a few times only. The log line and its metric go on.
   */
  private async denyLate(context: CallContext, looks: boolean, denied: Denied): Promise<GateReply> {
    const log = async () => {
      const seq = looks ? undefined : await this.ports.sessions.nextLateSeq(context.stream, MOST_LATE_ENTRIES);
      if (seq === undefined) return false;
      await this.append({
        ...this.denialEntry(context, denied.code, seq, this.ports.randomHex(16)),
        argsHash: '',
        argsRef: '',
      });
      return true;
    };
    const logged = await log().catch((error: unknown) => {
      this.ports.log({ event: 'denial_not_logged', requestId: context.requestId, error: String(error) });
      return false;
    });
    this.ports.log({ event: 'denied', code: denied.code, requestId: context.requestId, logged });
    return { v: 1, requestId: context.requestId, status: 'denied', ...denied.reply };
  }

  private async logDenial(context: CallContext, code: DenialCode): Promise<boolean> {
    const counted = context.session
      ? this.ports.sessions.countDenial(context.stream, this.manifest.maxDenialsPerSession)
      : undefined;
    const numbered = context.seq ?? this.ports.sessions.nextSeq(context.stream);
    const [seq, count] = await Promise.allSettled([numbered, counted]);
    if (count.status === 'rejected') this.ports.log({ event: 'denial_not_counted', requestId: context.requestId });
    else if (count.value === this.manifest.maxDenialsPerSession) {
      this.ports.log({ event: 'session_stopped', sessionId: context.stream, requestId: context.requestId });
    }
    if (seq.status === 'rejected') throw seq.reason;

    const salt = this.ports.randomHex(16);
    const argsRef = evidenceKey.args(context.stream, `${context.requestId}-${seq.value}`);
    const entry: LedgerEntry = {
      ...this.denialEntry(context, code, seq.value, salt),
      argsHash: saltedHash(salt, context.argumentsText),
      argsRef,
    };
    const [appended] = await Promise.allSettled([
      this.append(entry),
      this.ports.evidence.put(argsRef, context.argumentsText),
    ]);
    if (appended.status === 'rejected') throw appended.reason;
    return true;
  }

  private denialEntry(
    context: CallContext,
    code: DenialCode,
    seq: number,
    salt: string,
  ): Omit<LedgerEntry, 'argsHash' | 'argsRef'> {
    return {
      v: 1,
      seq,
      at: new Date(this.ports.now()).toISOString(),
      sessionId: context.stream,
      requestId: context.requestId,
      type: 'denial',
      actor: context.actor,
      // The name that was asked for, where no tool has it: a reader of the record wants to know what was tried.
      ...(context.call ? { tool: context.call.tool } : {}),
      ...(context.tool ? { schemaHash: context.tool.schemaHash } : {}),
      salt,
      decision: {
        code,
        policyIds: context.policyIds,
        taint: context.session?.taint ?? true,
        ...circumstances(context),
      },
      policyVersion: context.tool?.policyVersion ?? '',
    };
  }

  /** Another entry may hold the number already, the sealer's `void` for one: then the next number is taken. */
  private async append(entry: LedgerEntry): Promise<string> {
    try {
      return await this.ledger.append(entry);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'LEDGER_CONFLICT') throw error;
      return this.ledger.append({ ...entry, seq: await this.ports.sessions.nextSeq(entry.sessionId) });
    }
  }

  /** An outcome that can't be written at once is tried again: after the effect, losing it is the worse fault. */
  private async appendSurely(entry: LedgerEntry): Promise<string> {
    const attempts = 3;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.append(entry);
      } catch (error) {
        if (attempt === attempts) throw error;
      }
    }
  }

  private isOver(request: RequestItem, graceSeconds: number): boolean {
    return request.expiresAt + graceSeconds <= this.nowSeconds();
  }

  private nowSeconds(): number {
    return Math.floor(this.ports.now() / 1000);
  }
}

/** One call, one id: whoever sends the same `callId` again asks about the same request. */
export function requestIdOf(sessionId: string, callId: string): string {
  return `r-${sha256Hex(`${sessionId}\n${callId}`).slice(0, 32)}`;
}

/** Undefined: the bytes are no UTF-8, so two different bodies could read as the same text. */
function textOf(body: string | Uint8Array): string | undefined {
  if (typeof body === 'string') return body;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** What is recorded of a decision where it is known. */
function circumstances({ provenance, would }: CallContext): Pick<CallContext, 'provenance' | 'would'> {
  return { ...(provenance ? { provenance } : {}), ...(would ? { would } : {}) };
}

function isBuiltIn(name: string): name is BuiltInTool {
  return (BUILT_IN_TOOLS as readonly string[]).includes(name);
}

/** Whether a person may be asked for a call, whatever it holds. */
function mayAsk(tool: ToolManifest): boolean {
  return tool.effect === 'outbound' || tool.effect === 'destructive' || tool.probation !== undefined;
}

function isVisible(name: string, session: SessionItem): boolean {
  return session.tools === undefined || session.tools.includes(name);
}

const OUTCOME_UNKNOWN = 'The call may or may not have run. Don’t repeat it; a person must look.';

const TAKEN = Denied.of('MALFORMED', {
  reason: 'Another call of this session has this callId. Take a new one for each call.',
});

function spent(maxCalls: number, looks: boolean): Denied {
  return Denied.of('BUDGET_EXCEEDED', {
    reason: looks
      ? 'This session has asked get_task and get_request too often. Ask less often.'
      : `This session has used all its ${maxCalls} calls. Finish the task with what you have.`,
  });
}

/** @throws whatever it was rejected with */
function settledValue<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

function unrecorded({ requestId }: RequestItem): GateReply {
  return {
    v: 1,
    requestId,
    status: 'outcome_unknown',
    code: 'LEDGER_UNAVAILABLE',
    reason: 'The call may have run, but its outcome could not be recorded, so nothing of it is shown. Don’t repeat it.',
  };
}

function pendingReply(request: RequestItem): GateReply {
  return {
    v: 1,
    requestId: request.requestId,
    status: 'pending_approval',
    reason: `A person must approve this call. Poll get_request with this requestId; don’t send the call again.`,
    digest: request.digest,
    expiresAt: new Date(request.expiresAt * 1000).toISOString(),
  };
}

function toListing(tool: ToolManifest): ToolListing {
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: tool.schema,
    annotations: {
      readOnlyHint: tool.effect === 'read',
      destructiveHint: tool.effect === 'destructive',
      openWorldHint: tool.effect === 'outbound',
    },
  };
}

function outcomeOf(reply: ExecutorReply): { status: GateReply['status']; code?: DenialCode; reason?: string } {
  switch (reply.status) {
    case 'succeeded':
      return { status: 'succeeded' };
    case 'refused':
      return reply.code === 'DEFINITION_CHANGED'
        ? { status: 'denied', ...Denied.of('DEFINITION_CHANGED').reply }
        : { status: 'failed', code: 'TARGET_FAILED', reason: reply.reason ?? 'The executor refused the call.' };
    case 'target_failed':
      return { status: 'failed', code: 'TARGET_FAILED', reason: reply.reason ?? 'The target refused the call.' };
    case 'output_blocked':
      return { status: 'failed', code: 'OUTPUT_BLOCKED', reason: reply.reason ?? 'The result was withheld.' };
    case 'outcome_unknown':
      return {
        status: 'outcome_unknown',
        reason: reply.reason ?? OUTCOME_UNKNOWN,
      };
  }
}
