import { describe, memberOf, type Resource, Unresolved, type Value } from '../../../template';
import { assumed, unproven } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** A tool that its server describes anew each time is another tool whenever its server likes. */
export const managedToolsPinned: Rule = {
  id: 'GateManagedToolsPinned',
  pillar: 'gate',
  severity: 'warning',
  holds:
    'A gateway offers the tools of an MCP server as they were when somebody listed them, not as the server lists them now.',
  source:
    'Amazon Bedrock AgentCore Developer Guide, "MCP servers targets"; OWASP MCP03:2025 "Tool Poisoning"; OWASP Agentic Top 10 ASI04',
  fix: 'Leave ListingMode at its default, and read the tools before you synchronize them; or write them into McpToolSchema.',
  lists: ['ASI04', 'MCP03:2025', 'LLM03:2025'],
  insecure: `Resources:
  Notes:
    Type: AWS::BedrockAgentCore::GatewayTarget
    Properties:
      TargetConfiguration: { Mcp: { McpServer: { Endpoint: 'https://mcp.example.com/mcp', ListingMode: DYNAMIC } } }
`,
  secure: `Resources:
  Notes:
    Type: AWS::BedrockAgentCore::GatewayTarget
    Properties:
      TargetConfiguration: { Mcp: { McpServer: { Endpoint: 'https://mcp.example.com/mcp' } } }
`,
  *check(assembly) {
    for (const target of assembly.ofType('AWS::BedrockAgentCore::GatewayTarget')) yield* unpinned(target);
  },
};

function* unpinned(target: Resource): Generator<Offence> {
  const path = ['TargetConfiguration', 'Mcp', 'McpServer'];
  for (const { value, assuming } of target.property(...path)) {
    const message = modeFault(memberOf(value, 'ListingMode'));
    if (message === undefined) continue;
    yield {
      resource: target,
      property: `Properties.${path.join('.')}.ListingMode`,
      message: assumed(message, assuming),
    };
  }
}

function modeFault(mode: Value): string | undefined {
  if (mode === undefined || mode === 'DEFAULT') return undefined;
  if (mode instanceof Unresolved) return unproven(mode);
  return mode === 'DYNAMIC'
    ? 'the server decides at each call which tools the agent has, and what they say of themselves'
    : `can't be proven: what the listing mode ${describe(mode)} does isn't known`;
}
