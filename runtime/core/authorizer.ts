import './cedar/keep-wasm-calls';
import { isDeepStrictEqual } from 'node:util';
import {
  type CedarValueJson,
  type EntityJson,
  preparsePolicySet,
  preparseSchema,
  type Schema,
  statefulIsAuthorized,
} from '#cedar';
import { cedarSchemaFor, claimsOf } from './cedar/cedar-schema';
import {
  type ContextReads,
  type ContextType,
  contextReads,
  readContext,
  readContextType,
  readsPart,
} from './cedar/context-reads';
import { mapArguments } from './cedar/map-arguments';
import { type NamedPolicy, storedPolicies } from './cedar/policies-by-id';
import { userEntity } from './cedar/user-entity';
import { concerns, POLICY_SETS, type PolicySetName } from './cedar/written-policies';
import {
  type ApprovalRule,
  type DenialCode,
  type JsonObject,
  LOG_ONLY,
  type Manifest,
  type SessionUser,
  type TargetProvenance,
  type ToolManifest,
} from './contracts';
import { isTrusted } from './target-provenance';

export interface ScopeInput {
  readonly sessionId: string;
  readonly tool: ToolManifest;
  /** They must fit the tool's schema: Cedar checks only what policies read. */
  readonly args: JsonObject;
  readonly session: { readonly taint: boolean; readonly calls: number; readonly denials: number };
  readonly provenance: TargetProvenance;
  /** Who the session runs for. Absent: a name that nobody verified. */
  readonly user?: SessionUser;
  /** The tool is new: a person is asked, even if its effect or an auto-approval would not require it. */
  readonly probation?: boolean;
}

export interface ScopeDecision {
  readonly decision: 'ALLOW' | 'ASK' | 'DENY';
  readonly code?: DenialCode;
  readonly reason?: string;
  readonly allowed?: string;
  readonly policyIds: string[];
  /** The decision of an enforcing gate, if this gate lets the call through. */
  readonly would?: DenialCode | 'ASK';
}

let instances = 0;

/**
 * Decides by three policy sets, one after the other: hard denials, scope, and calls that run without a person. Cedar skips a
 * policy that fails to evaluate, and a skipped forbid would let a call through: so any failure denies.
 *
 * Only the policies that can apply to a call's tool are evaluated. Cedar parses them at the tool's first call. Its time
 * grows with the number of policies and actions, even if they are for other tools.
 * @throws Error if two policies have the same name, or a policy for more than one tool can't be parsed
 */
export class Authorizer {
  private readonly name = `authorizer-${++instances}`;
  /** Whether a policy can require a person where the tool's effect doesn't. */
  private readonly asksByPolicy: boolean;

  private readonly logOnly: boolean;

  private readonly schema: JsonObject;
  private readonly claims: readonly string[];
  private readonly policies: Readonly<Record<PolicySetName, readonly NamedPolicy[]>>;
  private readonly ready = new Map<string, ReadyTool>();

  constructor({ mode, cedar }: Manifest) {
    this.logOnly = mode === LOG_ONLY;
    this.schema = cedar.schema;
    this.claims = claimsOf(cedar.schema);
    this.policies = {
      deny: storedPolicies(cedar.deny),
      allow: storedPolicies(cedar.allow),
      ask: storedPolicies(cedar.ask),
    };
    this.asksByPolicy = this.policies.ask.some(({ scope }) => scope.effect === 'forbid');
  }

  decide(input: ScopeInput): ScopeDecision {
    const decision = this.enforced(input);
    if (!this.logOnly) return decision;
    // Hard denials and errors deny in either mode.
    const { would, policyIds } = lenient(decision);
    return would === undefined ? decision : { decision: 'ALLOW', policyIds, would };
  }

  /** The approval rules that hold for a call. Undefined: they can't be evaluated, so nobody may approve it. */
  approvalRules(input: ScopeInput): readonly ApprovalRule[] | undefined {
    const { approvalRules = [] } = input.tool;
    if (approvalRules.every(({ policy }) => policy === undefined)) return approvalRules;
    const prepared = this.prepare(input);
    const held = 'problem' in prepared ? undefined : this.evaluate('rules', input, prepared.ready, prepared.request);
    return held && approvalRules.filter(({ id, policy }) => policy === undefined || held.policyIds.includes(id));
  }

  /** The policies that can apply to a call, and what they may read of it. */
  private prepare(input: ScopeInput): Prepared | { readonly problem: ScopeDecision } {
    const mapped = mapArguments(input.tool.schema, input.args);
    if (!mapped.ok) return { problem: policyError(`The arguments can't be decided on: ${mapped.reason}.`) };
    const ready = this.ready.get(input.tool.name) ?? this.makeReady(input.tool);
    if (ready === undefined) return { problem: policyError() };
    const user = userEntity(input.user, this.claims);
    const context = readContext(ready.reads, {
      args: mapped.record,
      session: { ...input.session },
      provenance: { trusted: isTrusted(input.tool, input.provenance), source: input.provenance },
      user: { __entity: user.uid as { type: string; id: string } },
    });
    return { ready, request: { context, entities: readsPart(ready.reads, 'user') ? [user] : [] } };
  }

  private enforced(input: ScopeInput): ScopeDecision {
    const prepared = this.prepare(input);
    if ('problem' in prepared) return prepared.problem;
    const { ready, request } = prepared;
    const denied = this.evaluate('deny', input, ready, request);
    if (denied === undefined) return policyError();
    if (denied.policyIds.length > 0) {
      const reason = `The policy ${denied.policyIds.join(', ')} forbids this call.`;
      return { decision: 'DENY', code: 'OUT_OF_SCOPE', reason, policyIds: denied.policyIds };
    }
    const allowed = this.evaluate('allow', input, ready, request);
    if (allowed === undefined) return policyError();
    if (!allowed.permitted) {
      return {
        decision: 'DENY',
        code: 'OUT_OF_SCOPE',
        reason: `No policy allows this call of ${input.tool.name} with these arguments.`,
        policyIds: [],
      };
    }
    return this.asked(input, ready, request, allowed.policyIds);
  }

  /** Whether a person is asked about a call in scope. In the ask set, a permit means "no person" and a forbid "ask one". */
  private asked(input: ScopeInput, ready: ReadyTool, request: ReadRequest, allowedBy: string[]): ScopeDecision {
    if (input.probation) return { decision: 'ASK', policyIds: [...allowedBy, `probation-${input.tool.name}`] };
    const harmless = input.tool.effect === 'read' || input.tool.effect === 'write';
    if (harmless && !this.asksByPolicy) return { decision: 'ALLOW', policyIds: allowedBy };
    const automatic = this.evaluate('ask', input, ready, request);
    if (automatic === undefined) return policyError();
    const policyIds = [...allowedBy, ...automatic.policyIds];
    // Not permitted, but with a policy as the reason: only a forbid does that.
    if (!automatic.permitted && automatic.policyIds.length > 0) return { decision: 'ASK', policyIds };
    if (harmless) return { decision: 'ALLOW', policyIds: allowedBy };
    // In a tainted session, a target that the user didn't name may be the attacker's.
    const suspicious = input.session.taint && !isTrusted(input.tool, input.provenance);
    return automatic.permitted && !suspicious
      ? { decision: 'ALLOW', policyIds }
      : { decision: 'ASK', policyIds: allowedBy };
  }

  /** Undefined: the set can't be evaluated. */
  private evaluate(
    set: EvaluatedSet,
    { sessionId, tool }: ScopeInput,
    ready: ReadyTool,
    request: ReadRequest,
  ): { permitted: boolean; policyIds: string[] } | undefined {
    // No policy can apply. The allow set is always evaluated, because that validates the request.
    if (set !== 'allow' && ready.empty.has(set)) return { permitted: false, policyIds: [] };
    const answer = answerOf({
      principal: { type: 'Session', id: sessionId },
      action: { type: 'Action', id: tool.name },
      resource: { type: 'Connector', id: tool.connector },
      ...request,
      preparsedSchemaName: ready.name,
      validateRequest: true,
      preparsedPolicySetId: `${ready.name}-${set}`,
    });
    if (answer?.type !== 'success' || answer.response.diagnostics.errors.length > 0) return undefined;
    return { permitted: answer.response.decision === 'allow', policyIds: answer.response.diagnostics.reason };
  }

  /** Passes the policies and the schema of a tool to Cedar, under a name. Undefined: Cedar doesn't accept them. */
  private makeReady(tool: ToolManifest): ReadyTool | undefined {
    const name = `${this.name}-${tool.name}`;
    const empty = new Set<EvaluatedSet>();
    const texts: string[] = [];
    for (const set of POLICY_SETS) {
      const concerning = this.policies[set].filter(({ scope }) => concerns(scope, tool));
      if (concerning.length === 0) empty.add(set);
      texts.push(...concerning.map(({ text }) => text));
      const staticPolicies = Object.fromEntries(concerning.map(({ id, text }) => [id, text]));
      if (preparsePolicySet(`${name}-${set}`, { staticPolicies }).type === 'failure') return undefined;
    }
    const rules = (tool.approvalRules ?? []).flatMap(({ id, policy }) => (policy === undefined ? [] : [[id, policy]]));
    texts.push(...rules.map(([, text = '']) => text));
    const staticPolicies = Object.fromEntries(rules) as Record<string, string>;
    if (preparsePolicySet(`${name}-rules`, { staticPolicies }).type === 'failure') return undefined;
    const reads = contextReads(texts);
    const schema = schemaOf(tool, this.schema, reads);
    if (schema === undefined || preparseSchema(name, schema).type === 'failure') return undefined;
    const ready = { name, empty, reads };
    this.ready.set(tool.name, ready);
    return ready;
  }
}

/** A policy set, or the conditions of a tool's approval rules. */
type EvaluatedSet = PolicySetName | 'rules';

interface Prepared {
  readonly ready: ReadyTool;
  readonly request: ReadRequest;
}

/** What policies read of a request beside its scope. */
interface ReadRequest {
  readonly context: Record<string, CedarValueJson>;
  readonly entities: EntityJson[];
}

/** A tool whose policies Cedar has parsed. */
interface ReadyTool {
  readonly name: string;
  /** The sets without a policy for this tool. */
  readonly empty: ReadonlySet<EvaluatedSet>;
  readonly reads: ContextReads;
}

/**
 * The Cedar schema for this tool alone, with the attributes of its context that policies read. Undefined: the action's
 * context differs from the tool's own schema. Attributes that aren't read are checked by the tool's schema only.
 */
function schemaOf(tool: ToolManifest, schema: JsonObject, reads: ContextReads): Schema | undefined {
  const { '': definitions, ...others } = schema as unknown as Partial<CedarSchema>;
  const action = definitions?.actions?.[tool.name];
  const own = (cedarSchemaFor([tool]) as unknown as CedarSchema)[''].actions[tool.name];
  if (!action || !own || Object.keys(others).length > 0) return undefined;
  if (!isDeepStrictEqual(action.appliesTo?.context, own.appliesTo.context)) return undefined;
  const context = readContextType(reads, own.appliesTo.context);
  const actions = { [tool.name]: { ...action, appliesTo: { ...action.appliesTo, context } } };
  return { '': { ...definitions, actions } } as unknown as Schema;
}

/** The part of the schema that is read here. */
interface CedarSchema {
  readonly '': {
    readonly actions: { readonly [name: string]: { readonly appliesTo: { readonly context: ContextType } } };
  };
}

/** Undefined: Cedar itself failed. */
function answerOf(call: Parameters<typeof statefulIsAuthorized>[0]) {
  try {
    return statefulIsAuthorized(call);
  } catch {
    return undefined;
  }
}

/** A gate that doesn't enforce lets through a call that needs a person and a call that no policy allows. */
function lenient({ decision, code, policyIds }: ScopeDecision): Pick<ScopeDecision, 'would' | 'policyIds'> {
  if (decision === 'ASK') return { would: 'ASK', policyIds };
  const unallowed = code === 'OUT_OF_SCOPE' && policyIds.length === 0;
  return { ...(unallowed ? { would: code } : {}), policyIds };
}

function policyError(reason?: string): ScopeDecision {
  return { decision: 'DENY', code: 'POLICY_ERROR', ...(reason ? { reason } : {}), policyIds: [] };
}
