import {
  type Assembly,
  describe,
  listOf,
  memberOf,
  type Resource,
  resourcesNamedBy,
  Unresolved,
  type Value,
} from '../../../template';
import { isUnread, saysWhoCalls } from '../../facts/entrances/api-definitions';
import { bridgesOf } from '../../facts/entrances/bridges';
import type { Entrance } from '../../facts/entrances/entrance';
import { guestEntrances } from '../../facts/entrances/guests';
import { namedIn } from '../../facts/entrances/naming';
import { type ApiEvent, apiEventsOf, isDemanding } from '../../facts/entrances/serverless-events';
import { modelRightsOf } from '../../facts/model-rights';
import { nearAgents } from '../../facts/near-agents';
import { openEntrancesOf } from '../../facts/open-entrances';
import { hasOwnRuntime } from '../../facts/own-runtime';
import { agentsOf } from '../../facts/workloads';
import { assumed, complaint, unproven } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** Whoever may call an agent's tool needs no agent to fool. */
export const agentEntrancesNamed: Rule = {
  id: 'GateAgentEntrancesNamed',
  pillar: 'gate',
  severity: 'error',
  holds:
    'Nobody may call an agent, or a function of its tools, without a name: no function permission for every account or for Bedrock on behalf of anybody; no API, socket, load balancer that faces the internet, or public service in front of it without an authorizer or with a shared key alone; no role of an identity pool for people who never signed in.',
  source:
    'Lambda Developer Guide, "Working with resource-based IAM policies in Lambda"; Lambda.1 of AWS Security Hub; AWS AppSync Developer Guide, "Configuring authorization and authentication"; AWS SAM Developer Guide, "Control API access"; API Gateway Developer Guide, "Control and manage access to HTTP APIs" and "… to WebSocket APIs"; Elastic Load Balancing, "Authenticate users using an Application Load Balancer"; Amazon Cognito Developer Guide, "Identity pools"; OWASP API Security API2:2023',
  fix: 'In a permission, name the role in place of "*", and give a service’s one SourceArn or SourceAccount. Give the API AWS_IAM, a user pool or a JSON Web Token authorizer, a socket one on $connect, and the load balancer an action authenticate-oidc, authenticate-cognito or jwt-validation. Give rights on agents to the role for people who signed in only.',
  lists: ['ASI03', 'MCP07:2025', 'NIST SP 800-53 AC-3'],
  insecure: `Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties: { Role: 'arn:aws:iam::111122223333:role/orders' }
  Desk:
    Type: AWS::Bedrock::Agent
    Properties: { ActionGroups: [{ ActionGroupName: orders, ActionGroupExecutor: { Lambda: !GetAtt Orders.Arn } }] }
  Anyone:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: !Ref Orders, Action: lambda:InvokeFunction, Principal: '*' }
`,
  secure: `Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties: { Role: 'arn:aws:iam::111122223333:role/orders' }
  Desk:
    Type: AWS::Bedrock::Agent
    Properties: { ActionGroups: [{ ActionGroupName: orders, ActionGroupExecutor: { Lambda: !GetAtt Orders.Arn } }] }
  Bedrock:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Orders
      Action: lambda:InvokeFunction
      Principal: bedrock.amazonaws.com
      SourceArn: !GetAtt Desk.AgentArn
`,
  *check(assembly) {
    const near = nearAgents(assembly);
    for (const right of guestEntrances(assembly)) {
      if (right.ofAgents || reachesAny(assembly, right, near)) yield offenceAt(right);
    }
    const bridges = bridgesOf(assembly);
    yield* openWays(assembly, new Set([...near, ...bridges]));
    yield* openBridges(assembly, bridges);
    if (near.size === 0) return;
    const permissions = permissionsOn(assembly, near);
    for (const permission of permissions) yield* permissionOffences(permission);
    yield* sharedKeys(assembly, near);
    const events = apiEventsOf(assembly);
    for (const type of ['AWS::Serverless::Api', 'AWS::Serverless::HttpApi']) {
      for (const api of assembly.ofType(type)) yield* openApi(api, events);
    }
    yield* unreadApis(assembly, permissions);
  },
};

/** Ways that end at what is called: a function, a machine, what runs in a container or on a host. */
function* openWays(assembly: Assembly, near: ReadonlySet<Resource>): Generator<Offence> {
  const agents = new Set(agentsOf(assembly).map(({ resource }) => resource));
  const seen = new Set<string>();
  for (const entrance of openEntrancesOf(assembly)) {
    const { resource, property, message } = entrance;
    // Of a method that calls an agent, GatePrivateAndNamed tells; in an app with a gate, of every method.
    const isTold =
      resource.type === METHOD &&
      (hasOwnRuntime(assembly) ||
        calledBy(assembly, entrance).some((each) => agents.has(each) && each.type === FUNCTION));
    if (
      isTold ||
      !(reachesAny(assembly, entrance, near) || asksModel(assembly, entrance)) ||
      seen.has(`${resource.key} ${property} ${message}`)
    )
      continue;
    seen.add(`${resource.key} ${property} ${message}`);
    yield offenceAt(entrance);
  }
}

/** An API may pass calls on to a model itself. */
function asksModel(assembly: Assembly, { under }: Entrance): boolean {
  return under !== undefined && modelRightsOf(assembly, under).may === 'yes';
}

/** Function URLs of what passes calls on to an agent. Of agents themselves, GatePrivateAndNamed tells. */
function* openBridges(assembly: Assembly, bridges: ReadonlySet<Resource>): Generator<Offence> {
  const agents = new Set(agentsOf(assembly).map(({ resource }) => resource));
  for (const url of assembly.ofType('AWS::Lambda::Url')) {
    const called = url.property('TargetFunctionArn').flatMap(({ value }) => assembly.find(value) ?? []);
    if (!called.some((each) => bridges.has(each) && !agents.has(each))) continue;
    for (const { value, assuming } of url.property('AuthType')) {
      if (value !== 'NONE') continue;
      const message = 'anybody may call the function, which passes on to an agent what it is told';
      yield { resource: url, property: 'Properties.AuthType', message: assumed(message, assuming) };
    }
  }
}

const METHOD = 'AWS::ApiGateway::Method';
const FUNCTION = 'AWS::Lambda::Function';

/** What is called, not what is only named on the way. */
const CALLED =
  /^AWS::(Lambda::Function|StepFunctions::StateMachine|ECS::TaskDefinition|EC2::(Instance|LaunchTemplate)|AutoScaling::LaunchConfiguration|AppRunner::Service|Bedrock::|BedrockAgentCore::)/;

function reachesAny(assembly: Assembly, entrance: Entrance, near: ReadonlySet<Resource>): boolean {
  return calledBy(assembly, entrance).some((each) => near.has(each));
}

/** An alias and a version stand for their function. */
function calledBy(assembly: Assembly, { reaches }: Entrance): Resource[] {
  return reaches
    .flatMap((each) => (/^AWS::Lambda::(Alias|Version)$/.test(each.type) ? resourcesNamedBy(assembly, each) : [each]))
    .filter(({ type }) => CALLED.test(type));
}

function offenceAt({ resource, property, message, assuming }: Entrance): Offence {
  return { resource, property, message: assumed(message, assuming) };
}

/** Permissions to call a function that an agent uses. */
function permissionsOn(assembly: Assembly, near: ReadonlySet<Resource>): Resource[] {
  return assembly.ofType('AWS::Lambda::Permission').filter((permission) => {
    const named = permission.property('FunctionName').flatMap(({ value }) => assembly.find(value) ?? []);
    return named.some((each) => near.has(each));
  });
}

/** An API whose operations stand elsewhere, and that may call an agent: only the permission tells of it. */
function* unreadApis(assembly: Assembly, permissions: readonly Resource[]): Generator<Offence> {
  const called = new Set(permissions.flatMap((permission) => namedIn(assembly, permission, 'SourceArn')));
  for (const api of called) {
    if (!/^AWS::ApiGateway(V2::Api|::RestApi)$/.test(api.type) || !isUnread(api)) continue;
    const message =
      "can't be proven: who may call what is behind this API, because its definition isn't in the template";
    yield { resource: api, property: 'Properties', message };
  }
}

function* permissionOffences(permission: Resource): Generator<Offence> {
  const limited = LIMITS.some((member) => permission.property(member).every(({ value }) => value !== undefined));
  const signed = permission.property('FunctionUrlAuthType').every(({ value }) => value === 'AWS_IAM');
  for (const { value, assuming } of permission.property('Principal')) {
    const message = value instanceof Unresolved ? unproven(value) : principalFault(value, limited || signed);
    if (message === undefined) continue;
    yield { resource: permission, property: 'Properties.Principal', message: assumed(message, assuming) };
  }
}

/** Each limits whom a permission for everybody, or for a service, is for. */
const LIMITS = ['SourceArn', 'SourceAccount', 'PrincipalOrgID', 'EventSourceToken'];

function principalFault(principal: Value, limited: boolean): string | undefined {
  if (limited) return undefined;
  if (principal === '*') return 'every AWS account may invoke the function';
  if (/^bedrock(-agentcore)?\.amazonaws\./.test(describe(principal))) {
    return 'Bedrock may invoke the function for anybody’s agent: the permission names no agent and no account';
  }
  const [, service] = FOR_ANYBODY.exec(describe(principal)) ?? [];
  return service === undefined
    ? undefined
    : `${service} may invoke the function for anybody: the permission names no source and no account`;
}

/**
 * Services that invoke a function of one account for a resource of another: a bucket, a topic, an API, a bot.
 *
 * Source: Lambda Developer Guide, "Granting Lambda function access to AWS services"; Lambda.1 of AWS Security Hub.
 */
const FOR_ANYBODY = /^(s3|sns|apigateway|lex|lexv2|iot|cognito-idp|ses|config)\.amazonaws\./;

/** An API key is in the page that uses it, so it names nobody. Source: AWS AppSync Developer Guide, "API_KEY authorization". */
function* sharedKeys(assembly: Assembly, near: ReadonlySet<Resource>): Generator<Offence> {
  const models = new Set(agentsOf(assembly).map(({ resource }) => resource));
  const sources = assembly
    .ofType('AWS::AppSync::DataSource')
    .filter(
      (source) => models.has(source) || resourcesNamedBy(assembly, source).some((each) => isCalledNear(each, near)),
    );
  const apis = new Set(
    sources.flatMap((source) => source.property('ApiId')).flatMap(({ value }) => assembly.find(value) ?? []),
  );
  for (const api of apis) {
    for (const { value, assuming } of api.property('AuthenticationType')) {
      if (value === 'API_KEY') yield sharedKey(api, 'Properties.AuthenticationType', assuming);
    }
    for (const { value, where, assuming } of api.items('AdditionalAuthenticationProviders')) {
      if (memberOf(value, 'AuthenticationType') !== 'API_KEY') continue;
      yield sharedKey(api, `${api.below(where)}.AuthenticationType`, assuming);
    }
  }
  yield* keysOfServerless(assembly, near);
}

function* keysOfServerless(assembly: Assembly, near: ReadonlySet<Resource>): Generator<Offence> {
  for (const api of assembly.ofType('AWS::Serverless::GraphQLApi')) {
    if (!resourcesNamedBy(assembly, api).some((each) => isCalledNear(each, near))) continue;
    for (const { value, assuming } of api.property('Auth', 'Type')) {
      if (value === 'API_KEY') yield sharedKey(api, 'Properties.Auth.Type', assuming);
    }
  }
}

function isCalledNear(resource: Resource, near: ReadonlySet<Resource>): boolean {
  return CALLED.test(resource.type) && near.has(resource);
}

function sharedKey(api: Resource, property: string, assuming: readonly string[]): Offence {
  const message = 'whoever has seen the key, which every visitor has, may call the model';
  return { resource: api, property, message: assumed(message, assuming) };
}

function* openApi(api: Resource, events: readonly ApiEvent[]): Generator<Offence> {
  const types = ['Type', 'Types'].flatMap((member) => api.property('EndpointConfiguration', member));
  if (types.some(({ value }) => listOf(value).includes('PRIVATE'))) return;
  const own = events.filter((event) => event.api === api);
  // Each event may name its own authorizer, and the Globals one for all.
  if (
    own.length > 0 &&
    own.every((event) => isDemanding(event.own, 'Authorizer') || isDemanding(event.ofApi, 'DefaultAuthorizer'))
  )
    return;
  for (const { value, assuming } of api.property('Auth')) {
    if (isDemanding(value, 'DefaultAuthorizer')) continue;
    // An event of a function may name its own authorizer.
    if (memberOf(value, 'Authorizers') !== undefined) continue;
    yield* definitionOffences(api, assuming);
  }
}

const OPEN = 'anybody may call what is behind this API: it has no authorizer';

/** SAM adds `Auth` to an API's own definition, which may say who calls by itself. */
function* definitionOffences(api: Resource, assuming: readonly string[]): Generator<Offence> {
  const property = 'Properties.Auth';
  if (api.property('DefinitionUri').some(({ value }) => value !== undefined)) {
    const message =
      "can't be proven: who may call what is behind this API, because its definition isn't in the template";
    yield { resource: api, property, message: assumed(message, assuming) };
    return;
  }
  for (const { value, assuming: also } of api.property('DefinitionBody')) {
    const message = complaint(value, (definition) => (saysWhoCalls(definition) ? undefined : OPEN));
    if (message === undefined) continue;
    yield { resource: api, property, message: assumed(message, [...assuming, ...also]) };
  }
}
