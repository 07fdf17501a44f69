import {
  type Assembly,
  describe,
  isTextual,
  listOf,
  Reference,
  type Resource,
  referencesIn,
  Unresolved,
  unknownIn,
  type Value,
} from '../../../template';
import type { ConditionEntry } from '../../../template/iam/condition';
import { readPolicy, type Statement, statementsOf } from '../../../template/iam/policy';
import { functionsThatMayBeCalledBy, guardedApisOf } from '../../facts/behind-the-gate';
import { isBoundedMethod } from '../../facts/entrances/rest-apis';
import { functionsCalledBy, gateApisOf, modelCallersApisOf } from '../../facts/gate-apis';
import { hasOwnRuntime } from '../../facts/own-runtime';
import { isOfRuntime } from '../../facts/runtime-resources';
import { webDeskApisOf } from '../../facts/web-desks';
import { agentsOf } from '../../facts/workloads';
import { denialsOf, sparedByAll } from '../../judge/denials';
import { offencesAt, unproven } from '../../judge/offences';
import { statementPath } from '../../judge/statement-width';
import type { Offence, Rule } from '../../rule';

/** The sandbox has one way out: the gate. Only the agent's role may use it, from its own network. */
export const privateAndNamed: Rule = {
  id: 'GatePrivateAndNamed',
  pillar: 'gate',
  severity: 'fatal',
  holds:
    'In an app with a gate, the methods of every API that calls the runtime need a signature, and its resource policy names who may call; those of an API whose functions may call the runtime need one too. Without a gate, no API and no function URL of an agent answers everybody. A model caller’s API is private and denied from other networks. That API and the approval desk are denied to everybody except named callers. A web desk, whose function checks who signed in, is private too, or behind AWS WAF.',
  source:
    'API Gateway Developer Guide, "Private REST APIs" and "How API Gateway resource policies affect authorization workflow"; OWASP API Security API2:2023, API5:2023',
  fix: 'Set EndpointConfiguration.Types: [PRIVATE] and, on each method, AuthorizationType: AWS_IAM. Write a Policy that allows execute-api:Invoke to the agent’s role by its ARN, not to "*". Deny it to "*" with ArnNotLike aws:PrincipalArn = that role and its sessions, and with StringNotEquals aws:SourceVpc.',
  lists: ['ASI03', 'MCP07:2025', 'NIST SP 800-53 AC-3', 'NIST SP 800-53 SC-7'],
  insecure: template('NONE'),
  secure: template('AWS_IAM'),
  *check(assembly) {
    yield* hasOwnRuntime(assembly) ? gateOffences(assembly) : entranceOffences(assembly);
  },
};

/** The APIs of an app with a gate, by what they are for it. */
interface GateApis {
  readonly gates: ReadonlySet<Resource>;
  /** Those that an agent invokes. */
  readonly callers: ReadonlySet<Resource>;
  /** Web desks, at which people sign in. */
  readonly desks: ReadonlySet<Resource>;
  /** Gates, desks, and others that call the runtime. */
  readonly ofRuntime: ReadonlySet<Resource>;
}

function gateApisIn(assembly: Assembly): GateApis {
  const [gates, callers, guarded] = [gateApisOf(assembly), modelCallersApisOf(assembly), guardedApisOf(assembly)];
  const desks = [...webDeskApisOf(assembly)].filter((api) => !callers.has(api));
  const others = assembly.ofType('AWS::ApiGateway::RestApi').filter((api) => isOfRuntime(assembly, api));
  return { gates, callers, desks: new Set(desks), ofRuntime: new Set([...gates, ...guarded, ...desks, ...others]) };
}

function* gateOffences(assembly: Assembly): Generator<Offence> {
  const apis = gateApisIn(assembly);
  for (const api of assembly.ofType('AWS::ApiGateway::RestApi')) {
    if (apis.ofRuntime.has(api)) yield* apiOffences(assembly, api, apis);
  }
  for (const api of guardedApisOf(assembly)) yield* denialOffences(api, apis.callers.has(api));
  for (const method of assembly.ofType('AWS::ApiGateway::Method')) yield* methodOffences(assembly, method, apis);
  // HTTP APIs and function URLs have no resource policy that could name the caller.
  for (const api of assembly.ofType('AWS::ApiGatewayV2::Api')) {
    if (!apis.gates.has(api)) continue;
    yield { resource: api, property: 'Properties', message: 'the gate is not a private REST API' };
  }
  for (const url of assembly.ofType('AWS::Lambda::Url')) {
    const called = url.property('TargetFunctionArn').map(({ value }) => assembly.find(value));
    if (called.some((each) => each === undefined || mayUseRuntime(assembly, each))) yield* urlOffences(url);
  }
}

function* apiOffences(assembly: Assembly, api: Resource, { gates, desks }: GateApis): Generator<Offence> {
  if (desks.has(api)) {
    yield* deskOffences(assembly, api);
    return;
  }
  if (gates.has(api)) yield* networkOffences(api);
  yield* policyOffences(api);
}

function* methodOffences(assembly: Assembly, method: Resource, apis: GateApis): Generator<Offence> {
  const { gates, desks, ofRuntime } = apis;
  const own = method.property('RestApiId').map(({ value }) => assembly.find(value));
  const areAll = (is: (api: Resource) => boolean) => own.length > 0 && own.every((api) => api !== undefined && is(api));
  if (areAll((api) => desks.has(api))) return;
  if (areAll((api) => !ofRuntime.has(api)) && isApart(assembly, method)) return;
  const gate = own.some((api) => api !== undefined && gates.has(api));
  yield* offencesAt(method, ['AuthorizationType'], (type) => {
    if (type === 'AWS_IAM') return undefined;
    if (!gate && (type === 'COGNITO_USER_POOLS' || type === 'CUSTOM')) return undefined;
    return gate ? 'a method of the gate accepts unsigned calls' : 'a method accepts calls from anybody';
  });
}

function networkOffences(api: Resource): Generator<Offence> {
  return offencesAt(api, ['EndpointConfiguration', 'Types'], (types) => {
    const unknown = listOf(types).find((type) => type instanceof Unresolved);
    if (unknown instanceof Unresolved) return unproven(unknown);
    return listOf(types).length > 0 && listOf(types).every((type) => type === 'PRIVATE')
      ? undefined
      : 'the gate is not a private API';
  });
}

/** Whether a method has nothing to do with the runtime: AWS answers it, another host, or functions that may not call a part. */
function isApart(assembly: Assembly, method: Resource): boolean {
  if (method.property('Integration', 'Type').every(({ value }) => value === 'MOCK')) return true;
  const called = functionsCalledBy(assembly, method);
  return called.length > 0 && !called.some((each) => mayUseRuntime(assembly, each));
}

/** Whether a function is of the runtime or an agent, names something of it, or may call it. */
function mayUseRuntime(assembly: Assembly, called: Resource): boolean {
  return (
    isOfRuntime(assembly, called) ||
    agentsOf(assembly).some(({ resource }) => resource === called) ||
    functionsThatMayBeCalledBy(assembly, called).some((each) => isOfRuntime(assembly, each))
  );
}

/** An app without our gate: its agents are called from outside, but not by everybody. */
function* entranceOffences(assembly: Assembly): Generator<Offence> {
  const agents = new Set(agentsOf(assembly).map(({ resource }) => resource));
  for (const method of assembly.ofType('AWS::ApiGateway::Method')) {
    if (!functionsCalledBy(assembly, method).some((called) => agents.has(called))) continue;
    if (isBoundedMethod(assembly, method)) continue;
    yield* offencesAt(method, ['AuthorizationType'], (type) =>
      type === 'NONE' || type === undefined ? 'a method of an agent accepts calls from anybody' : undefined,
    );
  }
  for (const url of assembly.ofType('AWS::Lambda::Url')) {
    const called = url.property('TargetFunctionArn').map(({ value }) => assembly.find(value));
    if (called.some((each) => each !== undefined && agents.has(each))) yield* urlOffences(url);
  }
}

function urlOffences(url: Resource): Generator<Offence> {
  return offencesAt(url, ['AuthType'], (type) =>
    type === 'AWS_IAM' ? undefined : 'the function can be called from the internet without a signature',
  );
}

/** A web desk is private, and denied from other networks, or behind AWS WAF. */
function* deskOffences(assembly: Assembly, api: Resource): Generator<Offence> {
  const types = api.property('EndpointConfiguration', 'Types').flatMap(({ value }) => listOf(value));
  if (types.length > 0 && types.every((type) => type === 'PRIVATE')) {
    const policy = readPolicy(api.logicalId, api.path, api.property('Policy'));
    if (isDeniedElsewhere(policy)) return;
    const message = "isn't denied from other networks, or that can't be proven: it answers through any endpoint";
    yield { resource: api, property: 'Properties.Policy', message };
    return;
  }
  const guarded = assembly
    .ofType('AWS::WAFv2::WebACLAssociation')
    .some(
      (association) =>
        association.presence === 'always' &&
        association
          .property('ResourceArn')
          .every(({ value }) => referencesIn(value).some((reference) => assembly.find(reference) === api)),
    );
  if (guarded) return;
  yield { resource: api, property: 'Properties', message: 'a public web desk has no web ACL of AWS WAF' };
}

function* policyOffences(api: Resource): Generator<Offence> {
  const property = 'Properties.Policy';
  const document = api.property('Policy');
  if (document.some(({ value }) => value === undefined)) {
    yield { resource: api, property, message: 'has no resource policy: any identity policy can allow calls' };
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
 * Within one account an identity policy alone is enough to call, even if the API's own policy doesn't allow it. Only a Deny
 * keeps everyone else out. Source: API Gateway Developer Guide, "How API Gateway resource policies affect authorization workflow".
 */
function* denialOffences(api: Resource, ofModelCaller: boolean): Generator<Offence> {
  if (api.type !== 'AWS::ApiGateway::RestApi') return;
  const property = 'Properties.Policy';
  const policy = readPolicy(api.logicalId, api.path, api.property('Policy'));
  const spared = sparedByAll(denialsOf(policy, INVOKE, undefined, isWhole));
  if (spared === undefined) {
    const message =
      "isn't denied to everybody except named callers, or that can't be proven: every role whose own policy allows execute-api:Invoke may call";
    yield { resource: api, property, message };
  }
  if (!ofModelCaller) return;
  if (isDeniedElsewhere(policy)) return;
  const message = "isn't denied from other networks, or that can't be proven: stolen credentials work from anywhere";
  yield { resource: api, property, message };
}

function isDeniedElsewhere(policy: ReturnType<typeof readPolicy>): boolean {
  const isMeant = (statement: Statement): boolean =>
    isWhole(statement) && statement.conditions.length > 0 && statement.conditions.every(isFromElsewhere);
  return denialsOf(policy, INVOKE, isFromElsewhere, isMeant).length > 0;
}

/** Whether a denial is for all of an API. */
function isWhole({ resource }: Statement): boolean {
  return resource?.negated === false && resource.patterns.some((pattern) => isWholeApi(describe(pattern)));
}

/** `execute-api:/*`, or the full ARN of the same. */
function isWholeApi(resource: string): boolean {
  return /^(\*|execute-api:\/\*(\/\*)*|arn:[^/]*\/\*(\/\*)*)$/.test(resource);
}

/** Holds for every network except those named, also when the key is absent. */
function isFromElsewhere({ operator, key, values }: ConditionEntry): boolean {
  return (
    /^StringNot(Equals|Like)$/i.test(operator) &&
    /^aws:source(vpc|vpce)$/i.test(key) &&
    values.length > 0 &&
    values.every((value) => isTextual(value) && unknownIn(value) === undefined && !String(value).includes('*'))
  );
}

function principalFault({ principal }: Statement): string | undefined {
  if (principal === undefined) return 'names no principal';
  if (principal.negated) return 'allows every principal except those it names';
  for (const { kind, value } of principal.patterns) {
    const unknown = unknownIn(value);
    if (unknown !== undefined) return unproven(unknown);
    if (value === '*' || kind === '*') return 'allows every principal of the account, whatever its own policies say';
    if (kind === 'AWS' && !isRole(value)) return `allows ${describe(value)}: name a role`;
  }
  return undefined;
}

function isRole(value: Value): boolean {
  if (value instanceof Reference) return !value.isPseudo;
  return isTextual(value) && /:(role|assumed-role)\/[^*]+$/.test(String(value));
}

/** The smallest app that the rule speaks of. */
function template(differing: string): string {
  return `Resources:
  Agent:
    Type: AWS::Lambda::Function
    Properties: { Role: !GetAtt AgentRole.Arn }
  AgentRole:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: calls
          PolicyDocument:
            Statement:
              - { Effect: Allow, Action: bedrock:InvokeModel, Resource: "*" }
  Url:
    Type: AWS::Lambda::Url
    Properties: { TargetFunctionArn: !Ref Agent, AuthType: ${differing} }
`;
}
