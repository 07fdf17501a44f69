import { type Assembly, describe, piecesOf, Unresolved, type Value } from '../../template';
import { unproven } from './offences';

/** Anyone can create a bucket with a free name. A name without the account may belong to another account. */
export function bucketFault(assembly: Assembly, bucket: Value): string | undefined {
  if (bucket === undefined || assembly.find(bucket) !== undefined) return undefined;
  if (bucket instanceof Unresolved) return unproven(bucket);
  const text = describe(bucket);
  const ofAccount = /\d{12}|\$\{AWS::AccountId\}/.test(text) && piecesOf(bucket) !== undefined;
  return ofAccount ? undefined : `can't be proven: which account owns the bucket ${text} with the code`;
}
