import type { ConditionEntry } from '../../template/iam/condition';
import type { Statement } from '../../template/iam/policy';
import { Unresolved, type Value } from '../../template/index';
import { unproven } from './offences';

/** What is wrong where a resource's own policy admits principals of any account; undefined where it names them. */
export function strangersFault({ effect, principal, conditions, unknown }: Statement): string | undefined {
  if (effect === 'Deny') return undefined;
  const [first] = unknown;
  if (first !== undefined) return unproven(first);
  if (principal === undefined || conditions.some(namesCallers)) return undefined;
  if (principal.negated) return 'every AWS account except those it names';
  if (principal.patterns.some(({ kind, value }) => kind === '*' || (kind === 'AWS' && value === '*'))) {
    return 'every AWS account';
  }
  const hidden = principal.patterns.map(({ value }) => value).find((value) => value instanceof Unresolved);
  return hidden instanceof Unresolved ? unproven(hidden) : undefined;
}

/**
 * Keys that say whose request it is, or whence it comes. Others, such as aws:SecureTransport or aws:UserAgent, anybody can satisfy.
 *
 * Source: IAM User Guide, "AWS global condition context keys"; AWS KMS Developer Guide, "AWS KMS condition keys"; Amazon SNS Developer
 * Guide, "Example cases for Amazon SNS access control"
 */
const CALLER_KEYS =
  /^(aws:(Source(Arn|Account|Owner|OrgID|OrgPaths|Vpc|Vpce|VpcArn|Ip)|VpcSourceIp|Vpce(Account|OrgID|OrgPaths)|Principal(Arn|Account|OrgID|OrgPaths|ServiceName|ServiceNamesList|Tag\/.*|IsAWSService)|userid|FederatedProvider)|kms:CallerAccount)$/i;

/** A condition that holds where its key is missing, or for `*`, names nobody. */
function namesCallers({ operator, key, values }: ConditionEntry): boolean {
  return (
    /^((ForAnyValue:)?(String|Arn)(Equals|Like|EqualsIgnoreCase)|IpAddress|Bool)$/i.test(operator) &&
    CALLER_KEYS.test(key) &&
    values.length > 0 &&
    values.every((value) => !isEverybody(value))
  );
}

function isEverybody(value: Value): boolean {
  return typeof value === 'string' && /^(\*|arn:\*|0\.0\.0\.0\/0|::\/0|false)$/i.test(value);
}
