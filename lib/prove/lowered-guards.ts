import { type CheckResult, UNUSED_ACKNOWLEDGEMENT } from '../checks/check-assembly';
import { AUTO_APPROVALS_KEY } from '../private/metadata-keys';
import { type Assembly, listOf, memberOf, type Resource, type Value } from '../template';

/** A guard that was lowered, on purpose or by an escape hatch. */
export interface LoweredGuard {
  /** `auto-approval`: a call runs without a person. `acknowledged`: a broken rule with a reason. `broken`: one without. */
  readonly kind: 'auto-approval' | 'acknowledged' | 'broken';
  /** Rule or tool. */
  readonly what: string;
  readonly path: string;
  /** Why, or when. */
  readonly reason: string;
}

/**
 * Every lowered guard: auto-approvals, acknowledgements, and rules that an escape hatch (a property override, a raw resource)
 * broke.
 */
export function loweredGuards(assembly: Assembly, { acknowledged, findings }: CheckResult): readonly LoweredGuard[] {
  return [
    ...assembly.resources.flatMap(autoApprovalsOf),
    ...acknowledged.map(
      ({ ruleId, path, reason }): LoweredGuard => ({ kind: 'acknowledged', what: ruleId, path, reason }),
    ),
    ...findings
      .filter(({ ruleId }) => ruleId !== UNUSED_ACKNOWLEDGEMENT)
      .map(({ ruleId, path, property, message }): LoweredGuard => {
        return { kind: 'broken', what: ruleId, path, reason: `${property}: ${message}` };
      }),
  ];
}

function autoApprovalsOf({ metadata, path }: Resource): LoweredGuard[] {
  const listed: Value = metadata[AUTO_APPROVALS_KEY];
  return listOf(listed).map((entry): LoweredGuard => {
    const [tool, when] = [memberOf(entry, 'tool'), memberOf(entry, 'when')];
    return {
      kind: 'auto-approval',
      what: typeof tool === 'string' ? tool : "can't be read",
      path,
      reason: typeof when === 'string' ? `runs without a person when ${when}` : 'always runs without a person',
    };
  });
}
