import { readId } from '../private/acknowledged-id';
import { ACKNOWLEDGEMENTS_KEY } from '../private/metadata-keys';
import { isObject, listOf, Resource, type Template } from '../template';

/** A finding that was acknowledged: which rule, why, and on which construct. */
export interface Acknowledgement {
  /** `Rule` or `Rule[detail]`. */
  readonly id: string;
  readonly reason: string;
  /** Path of the construct on which it was acknowledged; of the resource itself when it was written by hand. */
  readonly at: string;
}

/** The acknowledgements in the Metadata of a resource or of a template. Malformed ones don't count. */
export function acknowledgementsOf(holder: Resource | Template): readonly Acknowledgement[] {
  const list = holder.metadata[ACKNOWLEDGEMENTS_KEY];
  if (!Array.isArray(list)) return [];
  return listOf(list).flatMap((item): Acknowledgement[] => {
    const { id, reason, at } = isObject(item) ? item : {};
    if (typeof id !== 'string') return [];
    return [
      {
        id: readId(id).replaceAll(' ', '-'),
        reason: typeof reason === 'string' ? reason.trim() : '',
        at: typeof at === 'string' ? at : holder instanceof Resource ? holder.path : holder.name,
      },
    ];
  });
}
