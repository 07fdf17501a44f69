import {
  type ExecutorReply,
  type ExecutorRequest,
  type ExecutorStatus,
  executorRequestSchema,
  type JsonObject,
  type LedgerEntry,
  type RequestItem,
} from '../core/contracts';
import { approvalDigest, saltedHash, sha256Hex } from '../core/digest';
import type { ExecutorConfig, ExecutorTool } from '../core/executor-config';
import { parseCanonical } from '../core/json/parse-canonical';
import { guardOutput, SHORTEST_SECRET } from '../core/output-guard';
import { compileSchema } from '../core/schema/compile-schema';
import { ToolSchemas } from '../core/schema/tool-schemas';

/** What a target answered. */
export interface TargetAnswer {
  readonly ok: boolean;
  readonly content: string;
  readonly targetStatus?: number;
  /** Why it isn't ok: a sentence without the target's own words. */
  readonly reason?: string;
  /** Of an answer that isn't ok: whether the call may have taken effect nevertheless. @default false */
  readonly mayHaveRun?: boolean;
}

/** A credential's value and version, read when the tool runs. */
export interface CredentialValue {
  readonly value: string;
  readonly version: string;
}

/** The call left this process, and what it did there can't be told. */
export class OutcomeUnknownError extends Error {
  override readonly name = 'OutcomeUnknownError';
}

/** Nothing left this process. The message reaches the agent, so it repeats no value. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
}

/** What an executor needs of the world. */
export interface ExecutorPorts {
  readonly ledger: { read(key: string): Promise<LedgerEntry> };
  readonly evidence: { get(reference: { s3Key: string; sha256: string }): Promise<string> };
  readonly requests: {
    get(sessionId: string, requestId: string): Promise<RequestItem | undefined>;
    claim(
      sessionId: string,
      requestId: string,
      from: 'ALLOWED' | 'APPROVED',
      claimedBy: string,
      nowEpoch: number,
    ): Promise<boolean>;
  };
  readonly credential: () => Promise<CredentialValue | undefined>;
  readonly target: (
    tool: ExecutorTool,
    args: JsonObject,
    credential: CredentialValue | undefined,
  ) => Promise<TargetAnswer>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: (record: Record<string, unknown>) => void;
}

/** Nothing ran: a direct invoke, a replay, or a request whose parts don't agree. */
class Refused extends Error {
  constructor(
    message: string,
    readonly code?: 'DEFINITION_CHANGED',
  ) {
    super(message);
  }
}

/**
 * Runs one tool call with the connector's own credential, once. It believes its caller nothing: the arguments are
 * hashed again, the intent is read from the ledger, a person's approval is demanded where the intent asked for one,
 * and the request is claimed by one conditional write before the target is touched.
 */
export class Executor {
  private readonly tools: ReadonlyMap<string, ExecutorTool>;
  private readonly schemas = new ToolSchemas();
  private readonly isRequest = compileSchema(executorRequestSchema as unknown as JsonObject);

  constructor(
    private readonly config: ExecutorConfig,
    private readonly ports: ExecutorPorts,
  ) {
    this.tools = new Map(config.tools.map((tool) => [tool.name, tool]));
  }

  async run(event: unknown, invocationId: string): Promise<ExecutorReply> {
    const startedAt = this.ports.now();
    const valid = this.isRequest(event as JsonObject);
    if (!valid.ok) return this.reply('invalid', startedAt, 'refused', { reason: 'Not a request of the gate.' });
    const request = event as ExecutorRequest;
    let admitted: { tool: ExecutorTool; args: JsonObject; credential: CredentialValue | undefined };
    try {
      admitted = await this.admit(request, invocationId);
    } catch (error) {
      if (error instanceof Refused) {
        const code = error.code ? { code: error.code } : {};
        return this.reply(request.requestId, startedAt, 'refused', { reason: error.message, ...code });
      }
      this.ports.log({ event: 'not_checked', requestId: request.requestId, error: String(error) });
      return this.reply(request.requestId, startedAt, 'refused', {
        reason: 'The call could not be checked, so it was not run.',
      });
    }
    return this.call(request, admitted.tool, admitted.args, admitted.credential, startedAt);
  }

  /** Everything before the target is touched. Whatever fails in here, nothing ran. */
  private async admit(request: ExecutorRequest, invocationId: string) {
    const { tool, args, intent } = await this.check(request);
    // Read before the claim: a missing credential must not leave a request that nobody can ever run.
    const credential = tool.credentialName ? await this.ports.credential() : undefined;
    if (tool.credentialName && !credential) throw new Refused('The connector’s credential holds no value yet.');
    if (credential) this.assertGuardable(credential.value);
    await this.claim(request, intent, invocationId);
    return { tool, args, credential };
  }

  private async check(
    request: ExecutorRequest,
  ): Promise<{ tool: ExecutorTool; args: JsonObject; intent: LedgerEntry }> {
    const tool = this.tools.get(request.tool);
    if (!tool) throw new Refused('This connector has no such tool.');
    if (tool.schemaHash !== request.schemaHash || tool.policyVersion !== request.policyVersion) {
      throw new Refused('The tool’s definition changed since the call was made.', 'DEFINITION_CHANGED');
    }
    const text = request.argsRef ? await this.ports.evidence.get(request.argsRef) : (request.canonicalArgs as string);
    const parsed = parseCanonical(text);
    if (!parsed) throw new Refused('The arguments are not canonical.');
    const args = parsed.value as JsonObject;
    if (!this.schemas.validate(tool, args).ok) throw new Refused('The arguments don’t fit the tool’s schema.');
    const digest = approvalDigest({
      tool: tool.name,
      schemaHash: tool.schemaHash,
      canonicalArgs: parsed.canonical,
      credentialName: tool.credentialName,
      sessionId: request.sessionId,
      policyVersion: tool.policyVersion,
    });
    if (digest !== request.digest) throw new Refused('The digest doesn’t belong to these arguments.');

    const intent = await this.intent(request, tool, text);
    const item = await this.ports.requests.get(request.sessionId, request.requestId);
    if (
      !item ||
      item.digest !== digest ||
      item.intentId !== request.intentId ||
      item.argsRef.sha256 !== sha256Hex(text)
    ) {
      throw new Refused('No request of the gate stands behind this call.');
    }
    if (Date.parse(request.deadline) <= this.ports.now()) throw new Refused('The request’s deadline has passed.');
    return { tool, args, intent };
  }

  /** The intent in the ledger, and that it speaks of this very call. */
  private async intent(request: ExecutorRequest, tool: ExecutorTool, text: string): Promise<LedgerEntry> {
    let intent: LedgerEntry;
    try {
      intent = await this.ports.ledger.read(request.intentId);
    } catch {
      throw new Refused('No intent of this call is in the ledger.');
    }
    const agrees =
      intent.type === 'intent' &&
      intent.sessionId === request.sessionId &&
      intent.requestId === request.requestId &&
      intent.tool === tool.name &&
      intent.schemaHash === tool.schemaHash &&
      intent.policyVersion === tool.policyVersion &&
      intent.argsHash === saltedHash(intent.salt, text) &&
      (intent.decision?.code === 'ALLOW' || intent.decision?.code === 'ASK');
    if (!agrees) throw new Refused('The intent in the ledger is not of this call.');
    return intent;
  }

  /** The one claim. Whether a person had to approve is read from the ledger, not from the caller. */
  private async claim(request: ExecutorRequest, intent: LedgerEntry, invocationId: string): Promise<void> {
    const from = intent.decision?.code === 'ASK' ? 'APPROVED' : 'ALLOWED';
    if (from === 'APPROVED' && request.approvalId === undefined) {
      throw new Refused('This call needs a person’s approval.');
    }
    const claimed = await this.ports.requests.claim(
      request.sessionId,
      request.requestId,
      from,
      invocationId,
      Math.floor(this.ports.now() / 1000),
    );
    if (!claimed) {
      throw new Refused(
        from === 'APPROVED'
          ? 'The request isn’t approved, has expired, or ran already.'
          : 'The request has expired or ran already.',
      );
    }
  }

  private async call(
    request: ExecutorRequest,
    tool: ExecutorTool,
    args: JsonObject,
    credential: CredentialValue | undefined,
    startedAt: number,
  ): Promise<ExecutorReply> {
    const version = credential ? { credentialVersion: credential.version } : {};
    let answer: TargetAnswer;
    try {
      answer = await this.ports.target(tool, args, credential);
    } catch (error) {
      if (error instanceof NotSentError) {
        return this.reply(request.requestId, startedAt, 'target_failed', { ...version, reason: error.message });
      }
      // Never the message: a failed request may be described by its headers.
      this.ports.log({ event: 'target_lost', requestId: request.requestId, error: (error as Error).name });
      // Whatever isn't known to have been kept back may have run.
      const unknown = tool.effect !== 'read';
      return this.reply(request.requestId, startedAt, unknown ? 'outcome_unknown' : 'target_failed', {
        ...version,
        reason: unknown
          ? 'The target didn’t answer in time; the call may have taken effect. Don’t repeat it; a person must look.'
          : 'The target didn’t answer in time, or not in a way that can be read. Reading changes nothing: try again later.',
      });
    }
    const guarded = guardOutput({
      content: answer.content,
      secrets: credential ? this.secretParts(credential.value) : [],
      maxBytes: tool.maxResultBytes,
    });
    const status = answer.targetStatus === undefined ? {} : { targetStatus: answer.targetStatus };
    if (!guarded.ok) {
      return this.reply(request.requestId, startedAt, 'output_blocked', {
        ...version,
        ...status,
        reason: guarded.reason,
      });
    }
    // Asked again after a failure that was none, it would run twice.
    const unknown = !answer.ok && (answer.mayHaveRun ?? false) && tool.effect !== 'read';
    const reason = unknown
      ? `${answer.reason ?? 'The target failed.'} The call may have taken effect. Don’t repeat it; a person must look.`
      : answer.reason;
    const failed = unknown ? 'outcome_unknown' : 'target_failed';
    return this.reply(request.requestId, startedAt, answer.ok ? 'succeeded' : failed, {
      ...version,
      ...status,
      // As it came: evidence keeps the bytes, and the gate takes out what hides before the model reads it.
      content: answer.content,
      ...(reason ? { reason } : {}),
    });
  }

  /** A credential that the output check couldn't find in a result isn't used. */
  private assertGuardable(value: string): void {
    if (value.trim() !== value) {
      throw new Refused(
        'The connector’s credential begins or ends with white space: store it without, line break included.',
      );
    }
    if (this.secretParts(value).some((part) => part.length < SHORTEST_SECRET)) {
      throw new Refused(
        `The connector’s credential has fewer than ${SHORTEST_SECRET} characters: no check could tell it from other text. Store a longer one.`,
      );
    }
  }

  /** What must not come back: the value, and of `user:password` the password alone. */
  private secretParts(value: string): string[] {
    const colon = this.config.credential?.kind === 'basic' ? value.indexOf(':') : -1;
    return colon >= 0 ? [value, value.slice(colon + 1)] : [value];
  }

  private reply(
    requestId: string,
    startedAt: number,
    status: ExecutorStatus,
    rest: Partial<ExecutorReply>,
  ): ExecutorReply {
    const content = rest.content ?? '';
    return {
      v: 1,
      requestId,
      status,
      ...rest,
      content,
      bytes: Buffer.byteLength(content),
      durationMs: this.ports.now() - startedAt,
    };
  }
}
