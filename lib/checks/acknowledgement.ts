import { readId } from '../private/acknowledged-id';
import { ACKNOWLEDGEMENTS_KEY } from '../private/metadata-keys';
import { describe, isObject, listOf, Resource, type Template } from '../template';

/** A finding that was acknowledged: which rule, why, and on which construct. */
export interface Acknowledgement {
  /** `Rule` or `Rule[detail]`. */
  readonly id: string;
  readonly reason: string;
  /** The last day on which it counts, as YYYY-MM-DD, or what was written there instead. @default - it counts for good */
  readonly until?: string;
  /** Path of the construct on which it was acknowledged; of the resource itself when it was written by hand. */
  readonly at: string;
}

/** The acknowledgements in the Metadata of a resource or of a template. Malformed ones don't count. */
export function acknowledgementsOf(holder: Resource | Template): readonly Acknowledgement[] {
  const list = holder.metadata[ACKNOWLEDGEMENTS_KEY];
  if (!Array.isArray(list)) return [];
  return listOf(list).flatMap((item): Acknowledgement[] => {
    const { id, reason, at, until } = isObject(item) ? item : {};
    if (typeof id !== 'string') return [];
    const acknowledgement = {
      id: readId(id).replaceAll(' ', '-'),
      reason: typeof reason === 'string' ? reason.trim() : '',
      at: typeof at === 'string' ? at : placeOf(holder),
    };
    return [until === undefined ? acknowledgement : { ...acknowledgement, until: describe(until) }];
  });
}

function placeOf(holder: Resource | Template): string {
  return holder instanceof Resource ? holder.path : holder.name;
}
