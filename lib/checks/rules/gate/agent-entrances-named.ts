import {
  type Assembly,
  describe,
  isObject,
  listOf,
  memberOf,
  type Resource,
  Unresolved,
  type Value,
} from '../../../template';
import { nearAgents } from '../../facts/near-agents';
import { agentsOf } from '../../facts/workloads';
import { assumed, complaint, unproven } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** Whoever may call an agent's tool needs no agent to fool. */
export const agentEntrancesNamed: Rule = {
  id: 'GateAgentEntrancesNamed',
  pillar: 'gate',
  severity: 'error',
  holds:
    'Nobody may call an agent, or a function of its tools, without a name: no function permission for every account or for Bedrock on behalf of anybody, no API in front of it without an authorizer or with a shared key alone.',
  source:
    'Lambda Developer Guide, "Working with resource-based IAM policies in Lambda"; Lambda.1 of AWS Security Hub; AWS AppSync Developer Guide, "Configuring authorization and authentication"; AWS SAM Developer Guide, "Control API access"; OWASP API Security API2:2023',
  fix: 'In a permission, name the role in place of "*", and give a service’s one SourceArn or SourceAccount. Give the API AWS_IAM, a user pool or a JSON Web Token authorizer.',
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
    if (near.size === 0) return;
    for (const permission of assembly.ofType('AWS::Lambda::Permission')) {
      if (permission.property('FunctionName').some(({ value }) => isNear(assembly, value, near))) {
        yield* permissionOffences(permission);
      }
    }
    yield* sharedKeys(assembly);
    for (const type of ['AWS::Serverless::Api', 'AWS::Serverless::HttpApi']) {
      for (const api of assembly.ofType(type)) yield* openApi(api);
    }
  },
};

function isNear(assembly: Assembly, named: Value, near: ReadonlySet<Resource>): boolean {
  const found = assembly.find(named);
  return found !== undefined && near.has(found);
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
  return /^bedrock(-agentcore)?\.amazonaws\./.test(describe(principal))
    ? 'Bedrock may invoke the function for anybody’s agent: the permission names no agent and no account'
    : undefined;
}

/** An API key is in the page that uses it, so it names nobody. Source: AWS AppSync Developer Guide, "API_KEY authorization". */
function* sharedKeys(assembly: Assembly): Generator<Offence> {
  const models = agentsOf(assembly).filter(({ resource }) => resource.type === 'AWS::AppSync::DataSource');
  const apis = new Set(
    models.flatMap(({ resource }) => resource.property('ApiId')).flatMap(({ value }) => assembly.find(value) ?? []),
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
}

function sharedKey(api: Resource, property: string, assuming: readonly string[]): Offence {
  const message = 'whoever has seen the key, which every visitor has, may call the model';
  return { resource: api, property, message: assumed(message, assuming) };
}

function* openApi(api: Resource): Generator<Offence> {
  const types = ['Type', 'Types'].flatMap((member) => api.property('EndpointConfiguration', member));
  if (types.some(({ value }) => listOf(value).includes('PRIVATE'))) return;
  for (const { value, assuming } of api.property('Auth')) {
    if (
      value instanceof Unresolved ||
      ['DefaultAuthorizer', 'ResourcePolicy'].some((m) => memberOf(value, m) !== undefined)
    ) {
      continue;
    }
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

/** Whether an OpenAPI document names who calls: as a whole, or in each operation. Source: API Gateway Developer Guide, "OpenAPI extensions". */
function saysWhoCalls(definition: Value): boolean {
  const isNamed = (object: Value): boolean => WHO_CALLS.some((member) => memberOf(object, member) !== undefined);
  const operations = membersOf(memberOf(definition, 'paths')).flatMap(([, path]) =>
    // A browser asks OPTIONS before it knows who calls.
    membersOf(path).flatMap(([method, operation]) => (method === 'options' ? [] : [operation])),
  );
  return isNamed(definition) || (operations.length > 0 && operations.every(isNamed));
}

const WHO_CALLS = ['security', 'x-amazon-apigateway-auth', 'x-amazon-apigateway-policy'];

function membersOf(value: Value): [string, Value][] {
  return isObject(value) ? Object.entries(value) : [];
}
