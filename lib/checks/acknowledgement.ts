import type { JsonValue } from '../../runtime/core/contracts';
import type { Resource } from '../template';

/**
 * Where a resource's acknowledgements stand in its CloudFormation Metadata, a list of `{id, reason, at?}`. In a CDK app
 * `HardenedAgentChecks` writes them there from `Validations.of(construct).acknowledge(…)`; in plain CloudFormation they
 * are written by hand. So they are deployed with the stack, and whoever reads it sees them.
 */
export const ACKNOWLEDGEMENTS_KEY = 'hardened-agent:acknowledged';

/** A lowered guard: which rule, why, and where that was said. */
export interface Acknowledgement {
  /** `Rule` or `Rule[detail]`. */
  readonly id: string;
  readonly reason: string;
  /** Construct that it was said on; the resource itself when it is written by hand. */
  readonly at: string;
}

/** Acknowledgements that hold for a resource. One that isn't well-formed holds for nothing. */
export function acknowledgementsOf(resource: Resource): readonly Acknowledgement[] {
  const list = resource.metadata[ACKNOWLEDGEMENTS_KEY];
  if (!Array.isArray(list)) return [];
  return list.flatMap((item): Acknowledgement[] => {
    const { id, reason, at } = (item ?? {}) as { [member: string]: JsonValue };
    if (typeof id !== 'string') return [];
    return [
      {
        id: id.replaceAll(' ', '-'),
        reason: typeof reason === 'string' ? reason.trim() : '',
        at: typeof at === 'string' ? at : resource.path,
      },
    ];
  });
}
