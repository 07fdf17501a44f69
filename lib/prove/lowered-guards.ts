import type { CheckResult } from '../checks/check-assembly';
import { UNUSED_ACKNOWLEDGEMENT } from '../checks/check-assembly';
import { AUTO_APPROVALS_KEY } from '../private/metadata-keys';
import type { Assembly } from '../template';

/** A guard that somebody lowered, on purpose or by an escape hatch. */
export interface LoweredGuard {
  /** `auto-approval`: a call runs without a person. `acknowledged`: a broken rule that was answered for. `broken`: one that wasn't. */
  readonly kind: 'auto-approval' | 'acknowledged' | 'broken';
  /** Rule or tool. */
  readonly what: string;
  readonly path: string;
  /** Why, or when. */
  readonly reason: string;
}

/**
 * Every lowered guard: auto-approvals, acknowledgements, and what an escape hatch (a property override, a raw resource)
 * left broken.
 */
export function loweredGuards(assembly: Assembly, { acknowledged, findings }: CheckResult): readonly LoweredGuard[] {
  return [
    ...autoApprovals(assembly),
    ...acknowledged.map(
      ({ ruleId, path, reason }): LoweredGuard => ({ kind: 'acknowledged', what: ruleId, path, reason }),
    ),
    ...findings
      .filter(({ ruleId }) => ruleId !== UNUSED_ACKNOWLEDGEMENT)
      .map(
        ({ ruleId, path, property, message }): LoweredGuard => ({
          kind: 'broken',
          what: ruleId,
          path,
          reason: `${property}: ${message}`,
        }),
      ),
  ];
}

function autoApprovals(assembly: Assembly): LoweredGuard[] {
  return assembly.resources.flatMap((resource): LoweredGuard[] => {
    const listed = resource.metadata[AUTO_APPROVALS_KEY];
    if (listed === undefined) return [];
    return (Array.isArray(listed) ? listed : [listed]).map((entry): LoweredGuard => {
      const { tool, when } = (typeof entry === 'object' && entry !== null ? entry : {}) as {
        tool?: unknown;
        when?: unknown;
      };
      return {
        kind: 'auto-approval',
        what: typeof tool === 'string' ? tool : "can't be read",
        path: resource.path,
        reason: typeof when === 'string' ? `runs without a person when ${when}` : 'always runs without a person',
      };
    });
  });
}
