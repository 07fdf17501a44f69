import { ACKNOWLEDGEMENTS_KEY } from '../private/metadata-keys';
import { isObject, listOf, type Resource } from '../template';

/** A finding that was acknowledged: which rule, why, and on which construct. */
export interface Acknowledgement {
  /** `Rule` or `Rule[detail]`. */
  readonly id: string;
  readonly reason: string;
  /** Path of the construct on which it was acknowledged; of the resource itself when it was written by hand. */
  readonly at: string;
}

/** The acknowledgements in a resource's Metadata. Malformed ones don't count. */
export function acknowledgementsOf(resource: Resource): readonly Acknowledgement[] {
  const list = resource.metadata[ACKNOWLEDGEMENTS_KEY];
  if (!Array.isArray(list)) return [];
  return listOf(list).flatMap((item): Acknowledgement[] => {
    const { id, reason, at } = isObject(item) ? item : {};
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
