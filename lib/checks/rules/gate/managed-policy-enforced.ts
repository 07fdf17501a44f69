import { type Assembly, memberOf, type Resource, unknownIn, type Value } from '../../../template';
import { changeByTarget, targetsOf } from '../../facts/gateway-tools';
import { knownTextOf } from '../../facts/texts';
import { assumed, offencesIn, unproven } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** Who may call a gateway is one question; which calls a fooled agent may make is another, and only a policy answers it. */
export const managedPolicyEnforced: Rule = {
  id: 'GateManagedPolicyEnforced',
  pillar: 'gate',
  severity: 'error',
  holds:
    'Where a tool of an AgentCore gateway may change something, a policy engine in mode ENFORCE or a request interceptor decides on each call. No engine only logs, and no policy permits every call.',
  source:
    'Amazon Bedrock AgentCore Developer Guide, "Policy in AgentCore: Attach a policy engine to a gateway" and "Using interceptors with gateway"; NIST SP 800-53 AC-3, AC-25; OWASP Agentic AI threats, T2 "Tool Misuse"',
  fix: 'Give the gateway a PolicyEngineConfiguration with Mode: ENFORCE. In its Cedar policies, name the action of each tool, and limit the arguments in when { … }.',
  lists: ['ASI02', 'LLM06:2025', 'NIST SP 800-53 AC-3'],
  insecure: `Resources:
  Tools:
    Type: AWS::BedrockAgentCore::Gateway
    Properties:
      Name: tools
      PolicyEngineConfiguration: { Arn: 'arn:aws:bedrock-agentcore:eu-west-1:111122223333:policy-engine/e', Mode: LOG_ONLY }
`,
  secure: `Resources:
  Tools:
    Type: AWS::BedrockAgentCore::Gateway
    Properties:
      Name: tools
      PolicyEngineConfiguration: { Arn: 'arn:aws:bedrock-agentcore:eu-west-1:111122223333:policy-engine/e', Mode: ENFORCE }
`,
  *check(assembly) {
    for (const gateway of assembly.ofType('AWS::BedrockAgentCore::Gateway')) {
      if (!isIntercepted(gateway)) yield* engineOffences(assembly, gateway);
    }
    yield* policyOffences(assembly);
  },
};

/** A function sees each request before the tool does, and can refuse it. */
function isIntercepted(gateway: Resource): boolean {
  return gateway.items('InterceptorConfigurations').some(({ value }) => {
    const points = memberOf(value, 'InterceptionPoints');
    return Array.isArray(points) && points.includes('REQUEST');
  });
}

function* engineOffences(assembly: Assembly, gateway: Resource): Generator<Offence> {
  const property = 'Properties.PolicyEngineConfiguration';
  for (const { value, assuming } of gateway.property('PolicyEngineConfiguration')) {
    if (value !== undefined) {
      yield* offencesIn(gateway, `${property}.Mode`, memberOf(value, 'Mode'), modeFault, assuming);
      continue;
    }
    for (const target of targetsOf(assembly, gateway)) {
      const change = changeByTarget(assembly, target);
      if (change === undefined) continue;
      const message = `no policy engine decides on tool calls, and a tool of ${target.path} may change something: ${change}`;
      yield { resource: gateway, property, message: assumed(message, assuming) };
    }
  }
}

function modeFault(mode: Value): string | undefined {
  return mode === 'ENFORCE' ? undefined : 'the policy engine only logs: calls that no policy permits still run';
}

/** A Cedar policy that names no principal and no action, and has no condition. */
const PERMITS_EVERYTHING = /\bpermit\s*\(\s*principal\s*,\s*action\s*,\s*resource(\s*(==|in|is)[^)]*)?\s*\)\s*;/;

function* policyOffences(assembly: Assembly): Generator<Offence> {
  for (const policy of assembly.ofType('AWS::BedrockAgentCore::Policy')) {
    for (const member of ['Cedar', 'Policy']) {
      for (const { value, assuming } of policy.property('Definition', member, 'Statement')) {
        const message = statementFault(value);
        if (message === undefined) continue;
        const property = `Properties.Definition.${member}.Statement`;
        yield { resource: policy, property, message: assumed(message, assuming) };
      }
    }
  }
}

function statementFault(statement: Value): string | undefined {
  const unknown = unknownIn(statement);
  if (unknown !== undefined) return unproven(unknown);
  const text = knownTextOf(statement).replace(/\/\/[^\n]*/g, '');
  return PERMITS_EVERYTHING.test(text) ? 'permits every caller every tool with any argument' : undefined;
}
