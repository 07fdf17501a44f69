import { piecesOf, Reference, type TextPiece, textOf, type Value } from '../template';
import { spelled } from '../template/iam/access';
import type { Spelling } from '../template/iam/arn';
import { Context } from '../template/iam/condition';
import { evaluateRequest } from '../template/iam/evaluate';
import { type Policy, readPolicy, withValues } from '../template/iam/policy';
import { type Gap, gapIn } from './gap';

/** One request that a service of AWS sends in its own name. */
export interface ServiceRequest {
  /** `lambda.amazonaws.com` */
  readonly service: Value;
  readonly action: string;
  readonly resource: Value;
  /** The account of the resource. */
  readonly account: TextPiece;
  /** Condition keys that the service sends. An empty list: certainly absent. A key that isn't here may have any value. */
  readonly sends: { readonly [key: string]: Value | readonly Value[] };
}

/**
 * Why the policy of a resource doesn't certainly allow a service's request; none where it does. Only this policy counts: a
 * service has no identity policies.
 *
 * Source: IAM User Guide, "AWS JSON policy elements: Principal" and "AWS global condition context keys" (`aws:PrincipalArn`
 * and `aws:PrincipalAccount` are absent in requests of services).
 */
export function gapOfService(
  { service, action, resource, account, sends }: ServiceRequest,
  policy: Policy | undefined,
  spelling: Spelling,
  layer: string,
  source: string,
): Gap[] {
  const spell = (value: Value | readonly Value[]): Value | readonly Value[] =>
    Array.isArray(value) ? value.map((each: Value) => spelling.of(each)) : spelling.of(value as Value);
  const context = new Context({
    'aws:PrincipalIsAWSService': 'true',
    'aws:PrincipalArn': [],
    'aws:PrincipalAccount': [],
    'aws:SecureTransport': 'true',
    's3:TlsVersion': '1.3',
    ...Object.fromEntries(Object.entries(sends).map(([key, value]) => [key, spell(value)])),
  });
  const decision = evaluateRequest(
    {
      principal: { kind: 'service', service: withoutSuffix(service) },
      action,
      resource: spelling.of(resource),
      resourceAccount: account,
      context,
    },
    { identity: [], resource: policy === undefined ? NO_STATEMENTS : plain(policy, spelling) },
  );
  return gapIn(layer, source, decision);
}

const NO_STATEMENTS = readPolicy('none', '', [{ value: { Statement: [] }, assuming: [] }]);
const PLAIN = new WeakMap<Policy, Policy>();

/** A policy in the common spelling, with the names of services in one form. */
function plain(policy: Policy, spelling: Spelling): Policy {
  let known = PLAIN.get(policy);
  if (known === undefined) {
    known = withValues(spelled(policy, spelling), withoutSuffix);
    PLAIN.set(policy, known);
  }
  return known;
}

/** In China, services accept both suffixes. Source: IAM User Guide, "AWS service principals". */
function withoutSuffix(value: Value): Value {
  const pieces = piecesOf(value);
  const suffix = pieces?.at(-1);
  if (pieces === undefined || !(suffix instanceof Reference) || suffix.logicalId !== 'AWS::URLSuffix') return value;
  return textOf([...pieces.slice(0, -1), 'amazonaws.com']);
}
