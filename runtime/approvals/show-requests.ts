import { ONE_APPROVER } from '../core/approvals/needed-approval';
import { shapePolicy } from '../core/cedar/shape-of-call';
import {
  agentOf,
  type DecisionItem,
  type EvidenceReference,
  type JsonObject,
  type LastApproved,
  type Manifest,
  type RequestItem,
  type SessionItem,
  sessionUserOf,
  type ToolManifest,
} from '../core/contracts';
import { approvalDigest } from '../core/digest';
import { isObject } from '../core/json/is-object';
import { parseCanonical } from '../core/json/parse-canonical';
import { type TargetOrigin, TrustedDirectory } from '../core/target-provenance';
import {
  type ApprovalCard,
  type ComparedCall,
  describeArguments,
  describeDifferences,
  type EarlierCall,
  MOST_LISTED,
  type WaitingList,
} from './approval-card';
import { isRefusedByNow, type RefusedPorts } from './refused-by-now';

export interface ShowRequestsPorts {
  readonly requests: RefusedPorts['requests'] & {
    /** The most urgent first, and no more than `most`. */
    listPending(now: number, most: number): Promise<RequestItem[]>;
    sessionOf(requestId: string): Promise<string | undefined>;
    get(sessionId: string, requestId: string): Promise<RequestItem | undefined>;
    lastApproved(agentId: string, tool: string): Promise<LastApproved | undefined>;
    decisionOf(requestId: string, subject: string): Promise<DecisionItem | undefined>;
    /** In the order in which they were made. */
    listOfSession(sessionId: string): Promise<RequestItem[]>;
  };
  readonly sessions: { get(sessionId: string): Promise<SessionItem | undefined> };
  readonly evidence: { get(reference: EvidenceReference): Promise<string> };
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Lists the requests that wait for a decision, and shows one in full. It changes nothing: none of its ports can write.
 */
export class RequestViewer {
  private readonly directories: ReadonlyMap<string, TrustedDirectory>;

  /** @param manifests of the agents, by their ids */
  constructor(
    private readonly manifests: ReadonlyMap<string, Manifest>,
    private readonly ports: ShowRequestsPorts,
  ) {
    this.directories = new Map([...manifests].map(([agent, manifest]) => [agent, new TrustedDirectory(manifest)]));
  }

  /** The most urgent requests. However many wait, the answer stays short and as fast as ever. */
  async list(): Promise<WaitingList> {
    const pending = await this.ports.requests.listPending(Math.floor(this.ports.now() / 1000), MOST_LISTED + 1);
    const listed = pending.slice(0, MOST_LISTED);
    return {
      v: 1,
      requests: listed.map(({ requestId, sessionId, tool, digest, requestedAt, expiresAt }) => ({
        requestId,
        sessionId,
        tool,
        digest,
        requestedAt,
        expiresAt: isoOf(expiresAt),
      })),
      more: pending.length > listed.length,
    };
  }

  /** Undefined: no request of that id has waited for a person. */
  async show(requestId: string): Promise<ApprovalCard | undefined> {
    const sessionId = await this.ports.requests.sessionOf(requestId);
    const request = sessionId === undefined ? undefined : await this.ports.requests.get(sessionId, requestId);
    if (!request) return undefined;
    const session = await this.ports.sessions.get(request.sessionId);
    const agent = agentOf(request.sessionId) ?? '';
    const tool = this.manifests.get(agent)?.tools.find(({ name }) => name === request.tool);
    const argumentsText = await this.argumentsOf(request);
    const targets = (tool?.targets ?? []).map(({ pointer }) => pointer);
    const origins = this.originsOf(argumentsText, agent, tool, session);
    const refused = await isRefusedByNow(request, this.ports);
    const surroundings = await this.surroundingsOf(request, argumentsText);
    return {
      v: 1,
      requestId: request.requestId,
      sessionId: request.sessionId,
      status: this.isOver(request) ? 'EXPIRED' : request.status,
      tool: request.tool,
      connector: tool?.connector ?? 'unknown',
      // An undeclared effect counts as destructive.
      effect: tool?.effect ?? 'destructive',
      ...askerOf(session),
      ...surroundings,
      requestedAt: request.requestedAt,
      expiresAt: isoOf(request.expiresAt),
      digest: request.digest,
      schemaHash: request.schemaHash,
      policyVersion: request.policyVersion,
      ...(request.credentialName ? { credentialName: request.credentialName } : {}),
      targets,
      ...(request.reachedLimits ? { reachedLimits: request.reachedLimits } : {}),
      problems: [
        ...this.problemsOf(request, tool, session),
        ...(refused
          ? [
              'A person denied this same call, or denied all calls like this one, in this session: an approval is refused.',
            ]
          : []),
        ...(argumentsText === undefined ? [NOT_THE_BYTES] : []),
      ],
      ...(argumentsText === undefined
        ? {}
        : { argumentsText, view: describeArguments(argumentsText, targets, origins), origins }),
      ...proposalFor(request, tool, argumentsText, session),
    };
  }

  /** What else a person should know of: earlier calls, who approved, and the calls to compare this one with. */
  private async surroundingsOf(
    request: RequestItem,
    text: string | undefined,
  ): Promise<Pick<ApprovalCard, 'earlierCalls' | 'needed' | 'approvals' | 'refusedAlike' | 'lastApproved'>> {
    const { requests } = this.ports;
    const { sessionId, requestId, alikeKey, tool, approvedBy = [] } = request;
    const agent = agentOf(sessionId);
    const [calls, decisions, refused, last] = await Promise.all([
      requests.listOfSession(sessionId),
      Promise.all(approvedBy.map((subject) => requests.decisionOf(requestId, subject))),
      alikeKey === undefined ? undefined : requests.refusedAlike(sessionId, alikeKey),
      agent === undefined ? undefined : requests.lastApproved(agent, tool),
    ]);
    const { people, groups } = request.approval ?? ONE_APPROVER;
    const other = last?.requestId === requestId ? undefined : last;
    return {
      earlierCalls: earlierCalls(calls, request),
      needed: { people, groups },
      approvals: decisions.flatMap((each) => (each ? [{ name: each.name, groups: each.groups, at: each.at }] : [])),
      ...(refused
        ? {
            refusedAlike: {
              refusals: refused.refusals,
              reason: refused.reason,
              ...(await this.comparedWith(refused, text)),
            },
          }
        : {}),
      ...(other ? { lastApproved: await this.comparedWith(other, text) } : {}),
    };
  }

  private async comparedWith(
    { at, argsRef }: { readonly at: string; readonly argsRef: EvidenceReference },
    text: string | undefined,
  ): Promise<ComparedCall> {
    // The other call's arguments may be erased. That must not keep anybody from deciding about this one.
    const before = text === undefined ? undefined : await this.ports.evidence.get(argsRef).catch(() => undefined);
    const readable = before !== undefined && parseCanonical(before) !== undefined;
    return { at, ...(readable && text !== undefined ? describeDifferences(before, text) : {}) };
  }

  /** Where each target is found now: a person decides about what the task and the directories say at this moment. */
  private originsOf(
    text: string | undefined,
    agent: string,
    tool?: ToolManifest,
    session?: SessionItem,
  ): TargetOrigin[] {
    const args = text === undefined ? undefined : parseCanonical(text)?.value;
    if (!tool || !session || !isObject(args)) return [];
    return this.directories.get(agent)?.originsOf(tool, args as JsonObject, session) ?? [];
  }

  private isOver(request: RequestItem): boolean {
    return request.status === 'PENDING' && request.expiresAt * 1000 <= this.ports.now();
  }

  private problemsOf(request: RequestItem, tool?: ToolManifest, session?: SessionItem): string[] {
    const changed = tool?.schemaHash !== request.schemaHash || tool.policyVersion !== request.policyVersion;
    return [
      ...(changed ? ['The tool or its policies changed since this call was made: an approval will run nothing.'] : []),
      ...(session?.status === 'ACTIVE' ? [] : ['The session has ended: an approval will run nothing.']),
    ];
  }

  /** The canonical arguments, if they are the bytes of the request's digest. */
  private async argumentsOf(request: RequestItem): Promise<string | undefined> {
    let text: string;
    try {
      text = await this.ports.evidence.get(request.argsRef);
    } catch (error) {
      if ((error as { code?: unknown }).code === 'EVIDENCE_MISMATCH') return undefined;
      throw error;
    }
    return digestOf(request, text) === request.digest ? text : undefined;
  }
}

/** Who asks. What isn't known counts as the worse. */
function askerOf(
  session: SessionItem | undefined,
): Pick<ApprovalCard, 'user' | 'userKind' | 'taskAuthor' | 'taskText' | 'taint'> {
  if (!session) return { user: 'unknown', userKind: 'unverified', taskText: '', taint: true };
  const { user, taskAuthor, taskText, taint } = session;
  return {
    user,
    userKind: sessionUserOf(session).kind,
    ...(taskAuthor ? { taskAuthor: taskAuthor.name } : {}),
    taskText,
    taint,
  };
}

const MOST_EARLIER_CALLS = 10;

function earlierCalls(calls: readonly RequestItem[], { requestId, requestedAt }: RequestItem): EarlierCall[] {
  return calls
    .filter((call) => call.requestId !== requestId && call.requestedAt <= requestedAt)
    .slice(-MOST_EARLIER_CALLS)
    .map(({ tool, status, replyStatus, requestedAt: at }) => ({ tool, outcome: replyStatus ?? status, at }));
}

/** The policy that a person may propose. It is made here, because the desk's page doesn't have the tool's schema. */
function proposalFor(
  { requestId, status, schemaHash }: RequestItem,
  tool: ToolManifest | undefined,
  text: string | undefined,
  session: SessionItem | undefined,
): Pick<ApprovalCard, 'proposal'> {
  const args = text === undefined ? undefined : parseCanonical(text)?.value;
  if (tool?.schemaHash !== schemaHash || status === 'DENIED' || !isObject(args)) return {};
  return { proposal: shapePolicy({ requestId, tool, args: args as JsonObject, taint: session?.taint ?? true }) };
}

const NOT_THE_BYTES = 'The stored arguments are not the bytes of this digest: deny it and tell the platform’s owners.';

/**
 * The digest of a request with this text as arguments. Undefined: the text isn't canonical. The command line computes it
 * too, so that a person doesn't have to trust the API.
 */
export function digestOf(
  request: Pick<RequestItem, 'tool' | 'schemaHash' | 'credentialName' | 'sessionId' | 'policyVersion'>,
  text: string,
): string | undefined {
  const canonicalArgs = parseCanonical(text)?.canonical;
  if (canonicalArgs === undefined) return undefined;
  const { tool, schemaHash, credentialName, sessionId, policyVersion } = request;
  return approvalDigest({
    tool,
    schemaHash,
    canonicalArgs,
    credentialName,
    sessionId,
    policyVersion,
  });
}

function isoOf(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString();
}
