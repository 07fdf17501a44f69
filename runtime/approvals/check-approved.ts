import { isInGroups, isOneOf, isOwnRequest, ONE_APPROVER, strictest } from '../core/approvals/needed-approval';
import type {
  DecisionItem,
  DenialCode,
  EvidenceReference,
  JsonObject,
  NeededApproval,
  RequestItem,
  SessionItem,
  ToolManifest,
} from '../core/contracts';
import { Denied } from '../core/denied';
import { approvalDigest } from '../core/digest';
import { isObject } from '../core/json/is-object';
import { parseCanonical } from '../core/json/parse-canonical';
import { compileSchema } from '../core/schema/compile-schema';
import { isRefusedByNow, type RefusedPorts } from './refused-by-now';

export interface CheckApprovedPorts {
  readonly requests: RefusedPorts['requests'] & {
    decisionOf(requestId: string, subject: string): Promise<DecisionItem | undefined>;
  };
  readonly sessions: { get(sessionId: string): Promise<SessionItem | undefined> };
  readonly evidence: {
    /** Rejects with the code `EVIDENCE_MISMATCH` if the stored bytes have another hash. */
    get(reference: EvidenceReference): Promise<string>;
  };
  /** The decision of this deployment's policies, in the session's present state. */
  readonly authorize: (
    tool: ToolManifest,
    args: JsonObject,
    session: SessionItem,
  ) => { readonly decision: 'ALLOW' | 'ASK' | 'DENY'; readonly code?: DenialCode; readonly reason?: string };
  /** What it takes to approve the call by this deployment's rules, in the session's present state. Undefined: the rules can't be evaluated. */
  readonly needed: (tool: ToolManifest, args: JsonObject, session: SessionItem) => NeededApproval | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** A call that a person approved and that may run now. */
export interface ApprovedCall {
  readonly tool: ToolManifest;
  readonly args: JsonObject;
  readonly session: SessionItem;
}

/**
 * Checks an approved request again, with the definitions, policies and session of this moment.
 * @throws Denied if the call must not run any more
 */
export async function checkApproved(
  request: RequestItem,
  tools: ReadonlyMap<string, ToolManifest>,
  ports: CheckApprovedPorts,
): Promise<ApprovedCall> {
  const approvals = await checkApprovals(request, ports);
  const call = await checkPresent(request, tools, ports);
  const authorized = ports.authorize(call.tool, call.args, call.session);
  if (authorized.decision === 'DENY') {
    throw denied(authorized.code ?? 'POLICY_ERROR', authorized.reason ?? 'The present policies deny the call.');
  }
  checkPeople(request, approvals, call.session, ports.needed(call.tool, call.args, call.session));
  return call;
}

/**
 * Checks a request that the gate allowed a moment ago without a person. The policies aren't asked again: their decision is in the ledger,
 * and a gate that doesn't enforce decides otherwise.
 * @throws Denied if the call must not run any more
 */
export async function checkAllowed(
  request: RequestItem,
  tools: ReadonlyMap<string, ToolManifest>,
  ports: Pick<CheckApprovedPorts, 'sessions' | 'evidence' | 'now'>,
): Promise<ApprovedCall> {
  if (request.expiresAt <= Math.floor(ports.now() / 1000)) {
    throw denied('TARGET_FAILED', 'The call didn’t start in time and never ran. Make it again.');
  }
  return checkPresent(request, tools, ports);
}

/** The session is still open, the definitions are still those of the request, and the arguments are its bytes. */
async function checkPresent(
  request: RequestItem,
  tools: ReadonlyMap<string, ToolManifest>,
  ports: Pick<CheckApprovedPorts, 'sessions' | 'evidence' | 'now'>,
): Promise<ApprovedCall> {
  const session = await ports.sessions.get(request.sessionId);
  if (session?.status !== 'ACTIVE' || session.expiresAt * 1000 <= ports.now()) {
    throw denied('SESSION_ENDED', `The session ended before the ${kindOf(request)} call could run.`);
  }
  const tool = tools.get(request.tool);
  if (
    tool?.schemaHash !== request.schemaHash ||
    tool.policyVersion !== request.policyVersion ||
    tool.credentialName !== request.credentialName
  ) {
    throw denied('DEFINITION_CHANGED', `The tool or its policies changed since the call was ${kindOf(request)}.`);
  }
  if (session.tools && !session.tools.includes(tool.name)) {
    throw denied('OUT_OF_SCOPE', 'The tool isn’t granted to this session.');
  }
  return { tool, args: await checkArguments(request, tool, ports), session };
}

/** The approvals of this digest that are on record, if they are still valid and no person refused the same call since. */
async function checkApprovals(request: RequestItem, ports: CheckApprovedPorts): Promise<DecisionItem[]> {
  const { requests, now } = ports;
  if (request.expiresAt <= Math.floor(now() / 1000)) {
    throw denied('APPROVAL_EXPIRED', 'The approval expired before the call could run.');
  }
  const { requestId, approvedBy = [], digest } = request;
  const decisions = await Promise.all(approvedBy.map((subject) => requests.decisionOf(requestId, subject)));
  const approvals = decisions.flatMap((each) =>
    each?.decision === 'APPROVED' && each.digest === digest ? [each] : [],
  );
  if (approvals.length === 0 || approvals.length < approvedBy.length) {
    throw denied('APPROVAL_DENIED', 'No person’s approval of this digest is on record.');
  }
  // A person who denied the same call under another request id was told that it never runs.
  if (await isRefusedByNow(request, ports)) {
    throw denied('APPROVAL_DENIED', 'A person denied this same call, or all calls like it, in this session.');
  }
  return approvals;
}

/**
 * The approvals are those of enough different people in the right groups, and none of them is the session's own. It meets the rules
 * of when the call was made and those of now.
 */
function checkPeople(
  { approval = ONE_APPROVER }: RequestItem,
  approvals: readonly DecisionItem[],
  session: SessionItem,
  present: NeededApproval | undefined,
): void {
  if (!present) throw denied('POLICY_ERROR', 'The approval rules could not be evaluated.');
  const needed = strictest(approval, present);
  if (approvals.some((each) => isOwnRequest(each, session, needed))) {
    throw denied(
      'APPROVAL_DENIED',
      'The person whom the session runs for, or who wrote its task, can’t approve its calls.',
    );
  }
  const people = approvals.filter((each, index) => !isOneOf(each, approvals.slice(0, index), needed));
  if (people.length < needed.people) {
    throw denied('APPROVAL_DENIED', `The call needs the approval of ${needed.people} different people.`);
  }
  if (!people.every(({ groups }) => isInGroups(needed, groups))) {
    throw denied('APPROVAL_DENIED', 'An approval is of a person outside the groups that the rules ask for.');
  }
}

/** The arguments, if they are the approved bytes and fit the tool's schema. */
async function checkArguments(
  request: RequestItem,
  tool: ToolManifest,
  { evidence }: Pick<CheckApprovedPorts, 'evidence'>,
): Promise<JsonObject> {
  const text = await argumentsOf(request, evidence);
  const parsed = text === undefined ? undefined : parseCanonical(text);
  if (!parsed || !isObject(parsed.value)) {
    throw denied('INVALID_ARGUMENTS', 'The stored arguments are no longer the bytes that were approved.');
  }
  const { value: args, canonical: canonicalArgs } = parsed;
  if (!compileSchema(tool.schema)(args).ok) throw new Denied('INVALID_ARGUMENTS');
  const { name, schemaHash, policyVersion, credentialName } = tool;
  const { sessionId } = request;
  const digest = approvalDigest({ tool: name, schemaHash, canonicalArgs, credentialName, sessionId, policyVersion });
  if (digest !== request.digest) {
    throw denied('INVALID_ARGUMENTS', 'The call no longer has the digest that was approved.');
  }
  return args;
}

async function argumentsOf(
  { argsRef }: RequestItem,
  evidence: CheckApprovedPorts['evidence'],
): Promise<string | undefined> {
  try {
    return await evidence.get(argsRef);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EVIDENCE_MISMATCH') return undefined;
    throw error;
  }
}

function kindOf(request: RequestItem): string {
  return request.approvedBy ? 'approved' : 'allowed';
}

function denied(code: DenialCode, reason: string): Denied {
  return new Denied(code, { reason });
}
