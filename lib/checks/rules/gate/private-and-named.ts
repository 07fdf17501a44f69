import { describe, isTextual, Reference, type Resource, Unresolved } from '../../../template';
import type { ConditionEntry } from '../../../template/iam/condition';
import { readPolicy, type Statement, statementsOf } from '../../../template/iam/policy';
import { guardedApisOf } from '../../facts/behind-the-gate';
import { gateApisOf, modelCallersApisOf } from '../../facts/gate-apis';
import { listOf, offencesAt, unproven } from '../../judge/branches';
import { type Denial, denialsOf, sparedByAll } from '../../judge/denials';
import { statementPath } from '../../judge/statement-width';
import type { Offence, Rule } from '../../rule';

/** The one door out of the sandbox opens for one role, from one network. */
export const privateAndNamed: Rule = {
  id: 'GatePrivateAndNamed',
  pillar: 'gate',
  severity: 'fatal',
  holds:
    "Every API has methods that need a signature, and a resource policy that names who may call; the one that a model's caller uses is private and denied from other networks, and it and the one that people decide at are denied to everybody else.",
  source:
    'API Gateway Developer Guide, "Private REST APIs" and "How API Gateway resource policies affect authorization workflow"; OWASP API Security API2:2023, API5:2023',
  fix: 'Set EndpointConfiguration.Types: [PRIVATE], AuthorizationType: AWS_IAM on each method, and a Policy that allows execute-api:Invoke to the agent’s role by its ARN, not to "*", and denies it to "*" with ArnNotLike aws:PrincipalArn = that role and its sessions, and with StringNotEquals aws:SourceVpc.',
  *check(assembly) {
    const gates = gateApisOf(assembly);
    const callers = modelCallersApisOf(assembly);
    for (const api of assembly.ofType('AWS::ApiGateway::RestApi')) {
      if (gates.has(api)) {
        yield* offencesAt(api, ['EndpointConfiguration', 'Types'], (types) => {
          const unknown = listOf(types).find((type) => type instanceof Unresolved);
          if (unknown instanceof Unresolved) return unproven(unknown);
          return listOf(types).length > 0 && listOf(types).every((type) => type === 'PRIVATE')
            ? undefined
            : 'the gate is not a private API';
        });
      }
      yield* policyOffences(api);
    }
    for (const api of guardedApisOf(assembly)) yield* denialOffences(api, callers.has(api));
    for (const method of assembly.ofType('AWS::ApiGateway::Method')) {
      const gate = method.property('RestApiId').some(({ value }) => gates.has(assembly.find(value) as Resource));
      yield* offencesAt(method, ['AuthorizationType'], (type) => {
        if (type === 'AWS_IAM') return undefined;
        if (!gate && (type === 'COGNITO_USER_POOLS' || type === 'CUSTOM')) return undefined;
        return gate ? 'a method of the gate takes calls that are not signed' : 'a method takes calls from anybody';
      });
    }
    // Neither has a resource policy that could name its caller.
    for (const api of assembly.ofType('AWS::ApiGatewayV2::Api')) {
      if (gates.has(api))
        yield { resource: api, property: 'Properties', message: 'the gate is not a private REST API' };
    }
    for (const url of assembly.ofType('AWS::Lambda::Url')) {
      yield* offencesAt(url, ['AuthType'], (type) =>
        type === 'AWS_IAM' ? undefined : 'the function can be called from the internet without a signature',
      );
    }
  },
};

function* policyOffences(api: Resource): Generator<Offence> {
  const property = 'Properties.Policy';
  const document = api.property('Policy');
  if (document.some(({ value }) => value === undefined)) {
    yield { resource: api, property, message: 'has no resource policy: who may call is left to every identity policy' };
  }
  for (const statement of statementsOf(readPolicy(api.logicalId, api.path, document))) {
    if (statement.effect === 'Deny') continue;
    const at = statementPath(property, statement);
    for (const unknown of statement.unknown) yield { resource: api, property: at, message: unproven(unknown) };
    if (statement.unknown.length > 0) continue;
    const message = principalFault(statement);
    if (message !== undefined) yield { resource: api, property: `${at}.Principal`, message };
  }
}

const INVOKE = 'execute-api:Invoke';

/**
 * In one account an identity policy alone lets its holder in, whatever the API's own policy allows: only a deny keeps
 * everybody else out. Source: API Gateway Developer Guide, "How API Gateway resource policies affect authorization workflow".
 */
function* denialOffences(api: Resource, ofModelCaller: boolean): Generator<Offence> {
  if (api.type !== 'AWS::ApiGateway::RestApi') return;
  const property = 'Properties.Policy';
  const policy = readPolicy(api.logicalId, api.path, api.property('Policy'));
  const wholly = ({ statement }: Denial): boolean =>
    statement.resource?.negated === false &&
    statement.resource.patterns.some((pattern) => isWholeApi(describe(pattern)));
  const spared = sparedByAll(denialsOf(policy, INVOKE).filter(wholly));
  if (spared === undefined) {
    const message =
      "isn't denied to everybody but named callers, or that can't be proven: every role whose own policy says execute-api:Invoke gets in";
    yield { resource: api, property, message };
  }
  if (!ofModelCaller) return;
  const elsewhere = denialsOf(policy, INVOKE, isFromElsewhere)
    .filter(wholly)
    .some(({ statement: { conditions } }) => conditions.length > 0 && conditions.every(isFromElsewhere));
  if (elsewhere) return;
  const message = "isn't denied from other networks, or that can't be proven: stolen credentials work from anywhere";
  yield { resource: api, property, message };
}

/** `execute-api:/*`, or the same spelled out. */
function isWholeApi(resource: string): boolean {
  return /^(\*|execute-api:\/\*(\/\*)*|arn:[^/]*\/\*(\/\*)*)$/.test(resource);
}

/** Holds for every network but those named; where the key is missing, too. */
function isFromElsewhere({ operator, key, values }: ConditionEntry): boolean {
  return (
    /^StringNot(Equals|Like)$/i.test(operator) &&
    /^aws:source(vpc|vpce)$/i.test(key) &&
    values.length > 0 &&
    values.every((value) => isTextual(value) && !String(value).includes('*'))
  );
}

function principalFault({ principal }: Statement): string | undefined {
  if (principal === undefined) return 'names no principal';
  if (principal.negated) return 'takes every principal but those it names';
  for (const { kind, value } of principal.patterns) {
    if (value instanceof Unresolved) return unproven(value);
    if (value === '*' || kind === '*') return 'takes every principal of the account, whatever its own policies say';
    if (kind === 'AWS' && !isRole(value)) return `takes ${describe(value)}: name a role`;
  }
  return undefined;
}

function isRole(value: unknown): boolean {
  if (value instanceof Reference) return !value.isPseudo;
  return isTextual(value as string) && /:(role|assumed-role)\/[^*]+$/.test(String(value));
}
