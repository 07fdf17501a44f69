import { ApproverName } from '../approvals/approver-name';
import { PRINCIPAL } from '../private/props/cdk-shapes';
import { instanceOf, listOf, optional, struct, textOrToken } from '../private/props/shape';
import type { OperatorOptions } from './operator-options';

/** @internal */
export const OPERATOR_OPTIONS = struct<OperatorOptions>(
  {
    operatorGroups: optional(listOf(textOrToken('support-oncall'), "'support-oncall'")),
    operatorPrincipals: optional(listOf(PRINCIPAL, 'role')),
    operatorName: optional(instanceOf(ApproverName, "ApproverName.principalTag('operator-name')")),
  },
  "{ operatorGroups: ['support-oncall'] }",
);
