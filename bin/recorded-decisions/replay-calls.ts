import { Authorizer } from '../../runtime/core/authorizer';
import type { JsonValue, Manifest } from '../../runtime/core/contracts';
import { limitName } from '../../runtime/core/limits/limit-name';
import { compileSchema } from '../../runtime/core/schema/compile-schema';
import type { KnownCall, Verdict } from './recorded-calls';

/** The decision that other policies make. */
export interface Replayed {
  readonly verdict: Verdict;
  /** Why it is denied. */
  readonly reason?: string;
  readonly policyIds: readonly string[];
}

/** Decides recorded calls with the tools and policies of a manifest, as an enforcing gate would. */
export class Replay {
  private readonly authorizer: Authorizer;
  private readonly tools: ReadonlyMap<string, Manifest['tools'][number]>;
  private readonly validators: ReadonlyMap<string, (args: JsonValue) => { readonly ok: boolean }>;

  /** @throws Error when a policy can't be parsed */
  constructor({ mode: _, ...manifest }: Manifest) {
    this.authorizer = new Authorizer(manifest);
    this.tools = new Map(manifest.tools.map((tool) => [tool.name, tool]));
    this.validators = new Map(manifest.tools.map((tool) => [tool.name, compileSchema(tool.schema)]));
  }

  decide(call: KnownCall): Replayed {
    const tool = this.tools.get(call.tool);
    if (!tool) return { verdict: 'DENY', reason: 'no such tool', policyIds: [] };
    if (!this.validators.get(tool.name)?.(call.args).ok) {
      return { verdict: 'DENY', reason: 'the arguments don’t fit the schema', policyIds: [] };
    }
    const { decision, reason, policyIds } = this.authorizer.decide({
      sessionId: call.sessionId,
      tool,
      args: call.args,
      session: { taint: call.taint, calls: call.calls, denials: call.denials },
      provenance: call.provenance,
      ...(call.user ? { user: call.user } : {}),
      // The ledger doesn't record how far a probation was, but it records whether the probation asked.
      probation: tool.probation !== undefined && call.policyIds.includes(`probation-${tool.name}`),
    });
    // Nor how far a limit was, but it records which limit asked. A limit that is declared no more asks nobody.
    const limits = (tool.callLimits ?? []).map(limitName).filter((name) => call.policyIds.includes(name));
    if (decision === 'ALLOW' && limits.length > 0) return { verdict: 'ASK', policyIds: [...policyIds, ...limits] };
    return { verdict: decision, ...(reason ? { reason } : {}), policyIds };
  }
}
