import {
  type CedarValueJson,
  policySetTextToParts,
  policyToJson,
  preparsePolicySet,
  preparseSchema,
  type Schema,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import { mapArguments } from './cedar/map-arguments';
import type { DenialCode, JsonObject, Manifest, ToolManifest } from './contracts';
import type { TargetProvenance } from './risk';

export interface ScopeInput {
  readonly sessionId: string;
  readonly tool: ToolManifest;
  readonly args: JsonObject;
  readonly session: { readonly taint: boolean; readonly calls: number; readonly denials: number };
  readonly provenance: TargetProvenance;
}

export interface ScopeDecision {
  readonly decision: 'ALLOW' | 'ASK' | 'DENY';
  readonly code?: DenialCode;
  readonly reason?: string;
  readonly allowed?: string;
  readonly policyIds: string[];
}

type PolicySetName = 'deny' | 'allow' | 'ask';

let instances = 0;

/**
 * Decides by three sets that are evaluated apart: hard denials, scope, and what runs without a person. Policies are
 * parsed once. Cedar skips a policy that errors, which would open a forbid: any error denies.
 * @throws Error when a policy or the schema can't be parsed
 */
export class Authorizer {
  private readonly name = `authorizer-${++instances}`;

  constructor(manifest: Manifest) {
    const schema = preparseSchema(this.name, manifest.cedar.schema as unknown as Schema);
    if (schema.type === 'failure') throw new Error(`The Cedar schema is wrong: ${schema.errors[0]?.message}`);
    for (const set of ['deny', 'allow', 'ask'] as const) {
      const parsed = preparsePolicySet(`${this.name}-${set}`, { staticPolicies: byId(manifest.cedar[set]) });
      if (parsed.type === 'failure') throw new Error(`The Cedar set "${set}" is wrong: ${parsed.errors[0]?.message}`);
    }
  }

  decide(input: ScopeInput): ScopeDecision {
    const mapped = mapArguments(input.tool.schema, input.args);
    if (!mapped.ok) return policyError(`The arguments can't be decided on: ${mapped.reason}.`);
    const context = {
      args: mapped.record,
      session: { ...input.session },
      provenance: { trusted: input.provenance !== 'unknown' },
    };
    const denied = this.evaluate('deny', input, context);
    if (denied === undefined) return policyError();
    if (denied.policyIds.length > 0) {
      const reason = `The policy ${denied.policyIds.join(', ')} forbids this call.`;
      return { decision: 'DENY', code: 'OUT_OF_SCOPE', reason, policyIds: denied.policyIds };
    }
    const allowed = this.evaluate('allow', input, context);
    if (allowed === undefined) return policyError();
    if (!allowed.permitted) {
      return {
        decision: 'DENY',
        code: 'OUT_OF_SCOPE',
        reason: `No policy allows this call of ${input.tool.name} with these arguments.`,
        policyIds: [],
      };
    }
    if (input.tool.effect === 'read' || input.tool.effect === 'write') {
      return { decision: 'ALLOW', policyIds: allowed.policyIds };
    }
    const automatic = this.evaluate('ask', input, context);
    if (automatic === undefined) return policyError();
    // After untrusted content, a target that the user never named may be the attacker's.
    const suspicious = input.session.taint && input.provenance === 'unknown';
    return automatic.permitted && !suspicious
      ? { decision: 'ALLOW', policyIds: [...allowed.policyIds, ...automatic.policyIds] }
      : { decision: 'ASK', policyIds: allowed.policyIds };
  }

  /** Undefined: the set couldn't be evaluated. */
  private evaluate(
    set: PolicySetName,
    input: ScopeInput,
    context: Record<string, CedarValueJson>,
  ): { permitted: boolean; policyIds: string[] } | undefined {
    const answer = answerOf({
      principal: { type: 'Session', id: input.sessionId },
      action: { type: 'Action', id: input.tool.name },
      resource: { type: 'Connector', id: input.tool.connector },
      context,
      preparsedSchemaName: this.name,
      validateRequest: true,
      preparsedPolicySetId: `${this.name}-${set}`,
      entities: [],
    });
    if (answer?.type !== 'success' || answer.response.diagnostics.errors.length > 0) return undefined;
    return { permitted: answer.response.decision === 'allow', policyIds: answer.response.diagnostics.reason };
  }
}

/** Undefined where Cedar itself breaks down. */
function answerOf(call: Parameters<typeof statefulIsAuthorized>[0]) {
  try {
    return statefulIsAuthorized(call);
  } catch {
    return undefined;
  }
}

/** Policies under the names that their `@id` annotations give. */
function byId(text: string): Record<string, string> {
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') throw new Error(`A Cedar policy is wrong: ${parts.errors[0]?.message}`);
  const named = parts.policies.map((policy, index) => {
    const json = policyToJson(policy);
    return [(json.type === 'success' && json.json.annotations?.id) || `policy-${index}`, policy] as const;
  });
  if (new Set(named.map(([id]) => id)).size !== named.length) throw new Error('Two Cedar policies share an @id.');
  return Object.fromEntries(named);
}

function policyError(reason?: string): ScopeDecision {
  return { decision: 'DENY', code: 'POLICY_ERROR', ...(reason ? { reason } : {}), policyIds: [] };
}
