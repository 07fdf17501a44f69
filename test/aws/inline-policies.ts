import { estimatePolicySize } from '../../lib/network/policy-size';
import type { MaskedTemplate } from '../guard/masked-template';
import { resourcesOf } from './templates';

/** The estimated characters of all inline policies of each role together, in the role and beside it. */
export function inlinePolicies(template: MaskedTemplate): [string, number][] {
  const policies = resourcesOf(template, 'AWS::IAM::Policy').map(([, { Properties }]) => Properties ?? {});
  return resourcesOf(template, 'AWS::IAM::Role').map(([id, { Properties }]) => {
    const own = (Properties?.Policies ?? []) as { PolicyDocument: unknown }[];
    const attached = policies.filter(({ Roles }) => JSON.stringify(Roles ?? []).includes(`{"Ref":"${id}"}`));
    const documents = [...own, ...attached].map(({ PolicyDocument }) => estimatePolicySize(PolicyDocument));
    return [id, documents.reduce((sum, size) => sum + size, 0)];
  });
}
