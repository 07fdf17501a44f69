import { describe, piecesOf, Reference, type Template, type Value } from '../../template';
import type { Judge } from './shape';

/** Whether an ARN names something of the template's own account, as far as the template tells. */
export function isOfOwnAccount(arn: Value, { source }: Pick<Template, 'source'>): boolean {
  const pieces = piecesOf(arn);
  if (pieces === undefined) return false;
  const text = pieces.map((piece) => {
    if (!(piece instanceof Reference)) return String(piece);
    return piece.logicalId === 'AWS::AccountId' ? 'own' : '-';
  });
  const account = text.join('').split(':')[4];
  return account === 'own' || (account !== undefined && account !== '' && account === source.account);
}

/** A resource of the templates, or an ARN of the own account. */
export const ownAccount: Judge = (value, { assembly, resource }) =>
  value === undefined || assembly.find(value) !== undefined || isOfOwnAccount(value, resource.template)
    ? undefined
    : `can't be proven: ${describe(value)} may be of another account`;

/** The id of the template's own account. */
export const ownAccountId: Judge = (value, { resource }) =>
  (value instanceof Reference && value.logicalId === 'AWS::AccountId') || value === resource.template.source.account
    ? undefined
    : `can't be proven: ${describe(value)} may be another account`;
