import {
  type Assembly,
  describe,
  isObject,
  memberOf,
  type Resource,
  Unresolved,
  unknownIn,
  type Value,
} from '../../../template';
import type { ConditionEntry } from '../../../template/iam/condition';
import { readPolicy, type Statement, statementsOf } from '../../../template/iam/policy';
import { tokenDemand } from '../../facts/token-authorizers';
import { assumed, offencesIn, unproven } from '../../judge/offences';
import { statementPath } from '../../judge/statement-width';
import type { Offence, Rule } from '../../rule';

/** Who may call an agent or its tools may make it act. */
export const managedCallersNamed: Rule = {
  id: 'GateManagedCallersNamed',
  pillar: 'gate',
  severity: 'error',
  holds:
    'AgentCore gateways, runtimes, harnesses and payment managers, and knowledge bases, take calls only from callers that are named: by IAM, or by tokens for this app. No resource policy of theirs allows everybody.',
  source:
    'Amazon Bedrock AgentCore Developer Guide, "Set up inbound authorization for your gateway" and "Resource-based policies for Amazon Bedrock AgentCore"; OWASP API Security API2:2023; NIST SP 800-53 AC-3, IA-9',
  fix: 'Set AuthorizerType: AWS_IAM, or CUSTOM_JWT with AllowedAudience or AllowedClients of this app. AUTHENTICATE_ONLY holds only with a policy engine in mode ENFORCE. In a resource policy, name the calling roles in place of "*".',
  lists: ['ASI03', 'MCP07:2025', 'NIST SP 800-53 AC-3'],
  insecure: `Resources:
  Tools:
    Type: AWS::BedrockAgentCore::Gateway
    Properties: { Name: tools, AuthorizerType: NONE }
`,
  secure: `Resources:
  Tools:
    Type: AWS::BedrockAgentCore::Gateway
    Properties: { Name: tools, AuthorizerType: AWS_IAM }
`,
  *check(assembly) {
    for (const gateway of assembly.ofType('AWS::BedrockAgentCore::Gateway')) yield* gatewayOffences(gateway);
    for (const manager of assembly.ofType('AWS::BedrockAgentCore::PaymentManager')) {
      yield* authorizerOffences(manager, () => false);
    }
    for (const agent of assembly.ofType('AWS::BedrockAgentCore::Runtime', 'AWS::BedrockAgentCore::Harness')) {
      // Without an authorizer, AWS checks the caller's signature.
      yield* tokenOffences(agent);
    }
    yield* policyOffences(assembly);
  },
};

function* gatewayOffences(gateway: Resource): Generator<Offence> {
  const enforced = gateway.property('PolicyEngineConfiguration', 'Mode').every(({ value }) => value === 'ENFORCE');
  yield* authorizerOffences(gateway, (type) => type === 'AUTHENTICATE_ONLY' && enforced);
}

function* authorizerOffences(resource: Resource, isFine: (type: Value) => boolean): Generator<Offence> {
  for (const { value, assuming } of resource.property('AuthorizerType')) {
    yield* offencesIn(resource, 'Properties.AuthorizerType', value, (type) => typeFault(type, isFine), assuming);
    if (value === 'CUSTOM_JWT') yield* tokenOffences(resource);
  }
}

function typeFault(type: Value, isFine: (type: Value) => boolean): string | undefined {
  if (type === 'AWS_IAM' || type === 'CUSTOM_JWT' || isFine(type)) return undefined;
  if (type === 'AUTHENTICATE_ONLY')
    return 'every caller with any AWS identity may call it: nothing else decides who may';
  return type === 'NONE' ? 'anybody may call it' : `can't be proven: the authorizer type ${describe(type)} isn't known`;
}

function* tokenOffences(resource: Resource): Generator<Offence> {
  for (const { value, assuming } of resource.property('AuthorizerConfiguration')) {
    if (value === undefined) continue;
    const demand = tokenDemand(value instanceof Unresolved ? value : memberOf(value, 'CustomJWTAuthorizer'));
    if (demand === 'more') continue;
    const message =
      demand === 'issuer' ? 'takes every token of the issuer, also those for other apps' : unproven(demand);
    yield {
      resource,
      property: 'Properties.AuthorizerConfiguration.CustomJWTAuthorizer',
      message: assumed(message, assuming),
    };
  }
}

/** Resource policies, and the property with their document. */
const POLICIES: readonly (readonly [type: string, document: string, target: string])[] = [
  ['AWS::BedrockAgentCore::ResourcePolicy', 'Policy', 'ResourceArn'],
  ['AWS::Bedrock::ResourcePolicy', 'PolicyDocument', 'ResourceArn'],
  ['AWS::Bedrock::KnowledgeBasePolicy', 'PolicyDocument', 'KnowledgeBaseId'],
];

function* policyOffences(assembly: Assembly): Generator<Offence> {
  for (const [type, document, target] of POLICIES) {
    for (const resource of assembly.ofType(type)) {
      if (takesTokens(assembly, resource, target)) continue;
      const policy = readPolicy(resource.logicalId, resource.path, resource.property(document));
      for (const statement of statementsOf(policy)) {
        const message = openTo(statement);
        if (message === undefined) continue;
        yield { resource, property: statementPath(`Properties.${document}`, statement), message };
      }
    }
  }
}

/** Callers with a token have no AWS identity, so such a policy must name everybody: the authorizer checks them. */
function takesTokens(assembly: Assembly, policy: Resource, target: string): boolean {
  return policy.property(target).every(({ value }) => {
    const resource = assembly.find(value);
    return resource?.property('AuthorizerConfiguration').every(({ value: given }) => isObject(given)) ?? false;
  });
}

function openTo(statement: Statement): string | undefined {
  if (statement.effect === 'Deny') return undefined;
  const [unknown] = statement.unknown;
  if (unknown !== undefined) return unproven(unknown);
  const { principal, conditions } = statement;
  const everybody = principal?.negated === true || principal?.patterns.some(({ value }) => value === '*');
  if (everybody === true && !conditions.some(namesCallers)) return 'allows everybody';
  const unread = principal?.patterns.map(({ value }) => unknownIn(value)).find((each) => each !== undefined);
  return unread === undefined ? undefined : unproven(unread);
}

const CALLER_KEYS =
  /^aws:(PrincipalArn|PrincipalAccount|PrincipalOrgId|PrincipalOrgPaths|SourceAccount|SourceArn|SourceVpc|SourceVpce|SourceVpcArn)$/i;

function namesCallers({ operator, key, values }: ConditionEntry): boolean {
  return (
    /^(ForAnyValue:)?(String|Arn)(Equals|Like|EqualsIgnoreCase)$/.test(operator) &&
    CALLER_KEYS.test(key) &&
    values.length > 0 &&
    values.every((value) => unknownIn(value) === undefined && value !== '*')
  );
}
