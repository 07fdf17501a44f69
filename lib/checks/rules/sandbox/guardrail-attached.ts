import { type Assembly, isObject, memberOf, type Resource, Unresolved, type Value } from '../../../template';
import { assumed, unproven } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** A guardrail stops common attacks. It misses others, so it never replaces the other protections. */
export const guardrailAttached: Rule = {
  id: 'SandboxGuardrailAttached',
  pillar: 'sandbox',
  severity: 'warning',
  holds:
    'Each Bedrock agent has a guardrail, and so has each prompt and knowledge base of a flow, or the account enforces one.',
  source:
    'Amazon Bedrock User Guide, "Implement safeguards for your application by associating a guardrail with your agent" and "Apply safeguards across accounts with enforced guardrails"; OWASP LLM01:2025',
  fix: 'Set GuardrailConfiguration with GuardrailIdentifier and a numbered GuardrailVersion.',
  lists: ['ASI01', 'LLM01:2025'],
  insecure: `Resources:
  Desk:
    Type: AWS::Bedrock::Agent
    Properties: { AgentName: desk, FoundationModel: example.model-v1 }
`,
  secure: `Resources:
  Desk:
    Type: AWS::Bedrock::Agent
    Properties:
      AgentName: desk
      FoundationModel: example.model-v1
      GuardrailConfiguration: { GuardrailIdentifier: abc123, GuardrailVersion: '1' }
`,
  *check(assembly) {
    if (assembly.ofType('AWS::Bedrock::EnforcedGuardrailConfiguration').length > 0) return;
    for (const agent of assembly.ofType('AWS::Bedrock::Agent')) {
      for (const { value, assuming } of agent.property('GuardrailConfiguration')) {
        const message = faultOf(value, 'the agent');
        const property = 'Properties.GuardrailConfiguration';
        if (message !== undefined) yield { resource: agent, property, message: assumed(message, assuming) };
      }
    }
    yield* unguardedNodes(assembly);
  },
};

function faultOf(guardrail: Value, what: string): string | undefined {
  if (guardrail instanceof Unresolved) return unproven(guardrail);
  const name = isObject(guardrail) ? guardrail.GuardrailIdentifier : undefined;
  if (name instanceof Unresolved) return undefined;
  return name === undefined || name === '' ? `${what} has no guardrail` : undefined;
}

const GUARDED_NODES = ['Prompt', 'KnowledgeBase'];

function* unguardedNodes(assembly: Assembly): Generator<Offence> {
  for (const flow of assembly.ofType('AWS::Bedrock::Flow')) {
    for (const { value, where, assuming } of flow.items('Definition', 'Nodes')) {
      for (const kind of GUARDED_NODES) yield* unguardedNode(flow, flow.below(where), value, kind, assuming);
    }
  }
}

function* unguardedNode(
  flow: Resource,
  at: string,
  node: Value,
  kind: string,
  assuming: readonly string[],
): Generator<Offence> {
  const configuration = memberOf(node, 'Configuration', kind);
  // A knowledge base without a model only finds documents.
  if (!isObject(configuration) || (kind === 'KnowledgeBase' && configuration.ModelId === undefined)) return;
  const message = faultOf(configuration.GuardrailConfiguration, 'this node');
  if (message === undefined) return;
  const property = `${at}.Configuration.${kind}.GuardrailConfiguration`;
  yield { resource: flow, property, message: assumed(message, assuming) };
}
