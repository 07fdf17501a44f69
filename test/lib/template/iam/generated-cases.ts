import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { Context } from '../../../../lib/template/iam/condition';
import { evaluateRequest, type PolicySet, type Principal } from '../../../../lib/template/iam/evaluate';
import { type Policy, readPolicy } from '../../../../lib/template/iam/policy';
import type { Truth } from '../../../../lib/template/iam/truth';
import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { fc } from '../../../seed';

/** Generated requests with concrete policies, for our evaluator and for the oracle. */
export interface GeneratedCase {
  readonly principal: 'role' | 'session';
  readonly principalAccount: string;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  readonly context: { readonly [key: string]: string | string[] };
  readonly identity: JsonObject[];
  readonly boundary: JsonObject | undefined;
  readonly session: JsonObject | undefined;
  readonly resourcePolicy: JsonObject | undefined;
  readonly endpoint: JsonObject | undefined;
}

const HOME = '111122223333';
const AWAY = '444455556666';
const ROLE = `arn:aws:iam::${HOME}:role/agent`;
const SESSION = `arn:aws:sts::${HOME}:assumed-role/agent/task-1`;

interface Target {
  readonly action: string;
  readonly arn: (account: string) => string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

const TARGETS: readonly Target[] = [
  {
    action: 's3:GetObject',
    arn: () => 'arn:aws:s3:::data/reports/1.txt',
    actions: ['s3:GetObject', 's3:getobject', 's3:Get*', 's3:PutObject', 's3:*', '*', 's3:Get?bject'],
    resources: [
      '*',
      'arn:aws:s3:::data/*',
      'arn:aws:s3:::data/reports/?.txt',
      'arn:aws:s3:::other/*',
      'arn:aws:s3:::data',
      'arn:aws:s3:::*/1.txt',
      `arn:aws:s3:::data/\${aws:PrincipalTag/team}/*`,
    ],
  },
  {
    action: 'lambda:InvokeFunction',
    arn: (account) => `arn:aws:lambda:eu-west-1:${account}:function:pay`,
    actions: ['lambda:InvokeFunction', 'lambda:Invoke*', 'lambda:*', '*', 'lambda:GetFunction'],
    resources: [
      '*',
      `arn:aws:lambda:eu-west-1:${HOME}:function:pay`,
      `arn:aws:lambda:*:*:function:p*`,
      `arn:aws:lambda:eu-west-1:${AWAY}:function:*`,
    ],
  },
  {
    action: 'kms:Decrypt',
    arn: (account) => `arn:aws:kms:eu-west-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
    actions: ['kms:Decrypt', 'kms:*', 'kms:Encrypt', '*'],
    resources: ['*', 'arn:aws:kms:eu-west-1:*:key/*', `arn:aws:kms:us-east-1:${HOME}:key/*`],
  },
  {
    action: 'secretsmanager:GetSecretValue',
    arn: (account) => `arn:aws:secretsmanager:eu-west-1:${account}:secret:tickets-AbCdEf`,
    actions: ['secretsmanager:GetSecretValue', 'secretsmanager:Get*', 'secretsmanager:DescribeSecret', '*'],
    resources: [
      '*',
      `arn:aws:secretsmanager:eu-west-1:*:secret:tickets-??????`,
      `arn:aws:secretsmanager:eu-west-1:*:secret:other-*`,
    ],
  },
];

const CONDITIONS: readonly JsonObject[] = [
  { StringEquals: { 'aws:PrincipalTag/team': 'reports' } },
  { StringNotEquals: { 'aws:PrincipalTag/team': ['reports', 'x'] } },
  { StringEqualsIgnoreCase: { 'aws:PrincipalTag/team': 'REPORTS' } },
  { StringLike: { 'aws:PrincipalTag/team': ['rep*', 'y'] } },
  { StringNotLike: { 'aws:PrincipalTag/team': 'r*' } },
  { StringEqualsIfExists: { 'aws:PrincipalTag/team': 'reports' } },
  { StringEquals: { 'aws:SourceVpce': 'vpce-1' } },
  { StringNotEqualsIfExists: { 'aws:SourceVpce': 'vpce-1' } },
  { Null: { 'aws:SourceVpce': 'true' } },
  { Null: { 'aws:SourceVpce': 'false' } },
  { Bool: { 'aws:SecureTransport': 'true' } },
  { Bool: { 'aws:SecureTransport': 'false' } },
  { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } },
  { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '2001:db8::/32'] } },
  { NotIpAddress: { 'aws:SourceIp': '10.1.0.0/16' } },
  { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::*:role/a*` } },
  { ArnNotLike: { 'aws:PrincipalArn': ROLE } },
  { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${HOME}:role/other` } },
  { NumericLessThan: { 'aws:MultiFactorAuthAge': '300' } },
  { NumericGreaterThanEquals: { 'aws:MultiFactorAuthAge': '300' } },
  { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
  { DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
  { 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['athena.amazonaws.com', 'cloudformation.amazonaws.com'] } },
  { 'ForAllValues:StringEquals': { 'aws:CalledVia': ['athena.amazonaws.com'] } },
  { 'ForAllValues:StringLike': { 'aws:CalledVia': ['*.amazonaws.com'] } },
  { 'ForAnyValue:StringNotEquals': { 'aws:CalledVia': ['athena.amazonaws.com'] } },
  { StringEquals: { 'aws:PrincipalTag/team': 'reports' }, Bool: { 'aws:SecureTransport': 'true' } },
];

const CONTEXT = fc.record(
  {
    'aws:PrincipalTag/team': fc.constantFrom('reports', 'other'),
    'aws:SourceVpce': fc.constantFrom('vpce-1', 'vpce-2'),
    'aws:SecureTransport': fc.constantFrom('true', 'false'),
    'aws:MultiFactorAuthPresent': fc.constantFrom('true', 'false'),
    'aws:SourceIp': fc.constantFrom('10.1.2.3', '10.2.0.1', '192.0.2.1', '2001:db8::1'),
    'aws:PrincipalArn': fc.constantFrom(ROLE),
    'aws:MultiFactorAuthAge': fc.constantFrom('10', '300', '1000'),
    'aws:CurrentTime': fc.constantFrom('2025-06-01T00:00:00Z', '2026-06-01T00:00:00Z'),
    'aws:CalledVia': fc.constantFrom(
      ['athena.amazonaws.com'],
      ['athena.amazonaws.com', 'cloudformation.amazonaws.com'],
      ['dynamodb.amazonaws.com'],
    ),
  },
  { requiredKeys: [] },
);

const someOf = (values: readonly string[]): fc.Arbitrary<JsonValue> =>
  fc.oneof(fc.constantFrom(...values), fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 }));

function statement(target: Target, principals: fc.Arbitrary<JsonObject> | undefined): fc.Arbitrary<JsonObject> {
  return fc
    .record({
      effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
      notAction: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
      actions: someOf(target.actions),
      notResource: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
      resources: someOf(target.resources),
      condition: fc.option(fc.constantFrom(...CONDITIONS), { nil: undefined, freq: 1 }),
      principal: principals ?? fc.constant<JsonObject>({}),
    })
    .map(({ effect, notAction, actions, notResource, resources, condition, principal }) => {
      // NotPrincipal with Allow is refused by AWS.
      const named =
        effect === 'Allow' && principal.NotPrincipal !== undefined ? { Principal: principal.NotPrincipal } : principal;
      return {
        Effect: effect,
        ...named,
        [notAction ? 'NotAction' : 'Action']: actions,
        [notResource ? 'NotResource' : 'Resource']: resources,
        ...(condition === undefined ? {} : { Condition: condition }),
      } as JsonObject;
    });
}

const PRINCIPALS: fc.Arbitrary<JsonObject> = fc.constantFrom<JsonObject>(
  { Principal: '*' },
  { Principal: { AWS: '*' } },
  { Principal: { AWS: HOME } },
  { Principal: { AWS: `arn:aws:iam::${HOME}:root` } },
  { Principal: { AWS: [`arn:aws:iam::${AWAY}:root`, ROLE] } },
  { Principal: { AWS: ROLE } },
  { Principal: { AWS: SESSION } },
  { Principal: { AWS: `arn:aws:iam::${HOME}:role/other` } },
  { Principal: { Service: 'lambda.amazonaws.com' } },
  { NotPrincipal: { AWS: [ROLE, SESSION, `arn:aws:iam::${HOME}:root`] } },
  { NotPrincipal: { AWS: `arn:aws:iam::${HOME}:role/other` } },
);

function document(target: Target, principals?: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> {
  return fc
    .array(statement(target, principals), { minLength: 1, maxLength: 3 })
    .map((statements) => ({ Version: '2012-10-17', Statement: statements }));
}

/** Cases of every service in `TARGETS`, in one account and across two. */
export const CASES: fc.Arbitrary<GeneratedCase> = fc.constantFrom(...TARGETS).chain((target) =>
  fc
    .record({
      principal: fc.constantFrom<'role' | 'session'>('role', 'session'),
      resourceAccount: fc.constantFrom(HOME, HOME, HOME, AWAY),
      context: CONTEXT,
      identity: fc.array(document(target), { maxLength: 2 }),
      boundary: fc.option(document(target), { nil: undefined, freq: 1 }),
      session: fc.option(document(target), { nil: undefined, freq: 1 }),
      resourcePolicy: fc.option(document(target, PRINCIPALS), { nil: undefined, freq: 3 }),
      endpoint: fc.option(document(target, fc.constant({ Principal: '*' })), { nil: undefined, freq: 1 }),
    })
    .map(
      (generated): GeneratedCase => ({
        ...generated,
        principalAccount: HOME,
        action: target.action,
        resource: target.arn(generated.resourceAccount),
        context: generated.context as GeneratedCase['context'],
      }),
    ),
);

/** What our evaluator says. */
export function ours(generated: GeneratedCase): Truth {
  const policy = (name: string, body: JsonObject): Policy => readPolicy(name, name, [{ value: body, assuming: [] }]);
  const optional = (name: string, body: JsonObject | undefined): Policy | undefined =>
    body === undefined ? undefined : policy(name, body);
  const principal: Principal = {
    kind: 'role',
    roleArn: ROLE,
    account: generated.principalAccount,
    sessionArn: generated.principal === 'session' ? SESSION : 'none',
  };
  const policies: PolicySet = {
    identity: generated.identity.map((body, i) => policy(`identity-${i}`, body)),
    boundary: optional('boundary', generated.boundary),
    session: generated.principal === 'session' ? optional('session', generated.session) : undefined,
    resource: optional('resource', generated.resourcePolicy),
    endpoint: optional('endpoint', generated.endpoint),
  };
  const { action, resource, resourceAccount, context } = generated;
  const request = { principal, action, resource, resourceAccount, context: new Context(context, 'absent') };
  return evaluateRequest(request, policies).allowed;
}

/** What the oracle says; an error is a message. */
export async function oracle(generated: GeneratedCase): Promise<{ allowed: boolean; why: string } | { error: string }> {
  const named = (name: string, policy: JsonObject | undefined) =>
    policy === undefined ? undefined : [{ name, policy }];
  const simulation: Simulation = {
    request: {
      principal: generated.principal === 'role' ? ROLE : SESSION,
      action: generated.action,
      resource: { resource: generated.resource, accountId: generated.resourceAccount },
      contextVariables: generated.context as Record<string, string | string[]>,
    },
    identityPolicies: generated.identity.map((policy, i) => ({ name: `identity-${i}`, policy })),
    sessionPolicy: generated.principal === 'session' ? generated.session : undefined,
    permissionBoundaryPolicies: named('boundary', generated.boundary),
    resourcePolicy: generated.resourcePolicy,
    vpcEndpointPolicies: named('endpoint', generated.endpoint),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  };
  const result = await runSimulation(simulation, {});
  if (result.resultType === 'error') return { error: JSON.stringify(result.errors) };
  const analysis = result.resultType === 'single' ? result.result.analysis : undefined;
  return {
    allowed: result.overallResult === 'Allowed',
    why: JSON.stringify({
      id: analysis?.identityAnalysis?.result,
      pb: analysis?.permissionBoundaryAnalysis?.result,
      session: analysis?.sessionAnalysis?.result,
      resource: analysis?.resourceAnalysis?.result,
      endpoint: analysis?.endpointAnalysis?.result,
    }),
  };
}

/** AWS doesn't document whether NotResource with a policy variable that has no value matches: ours won't decide. */
export function isExplained(generated: GeneratedCase): boolean {
  const { identity, boundary, session, resourcePolicy, endpoint, context } = generated;
  const policies = JSON.stringify([identity, boundary, session, resourcePolicy, endpoint]);
  const variable = 'aws:PrincipalTag/team';
  return context[variable] === undefined && policies.includes('NotResource') && policies.includes(`\${${variable}}`);
}
