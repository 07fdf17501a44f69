import { describe, memberOf, type Resource, Unresolved, type Value } from '../../../template';
import { assumed, unproven } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** Code, a shell and a screen are as many tools as somebody who fools the agent can think of. */
export const managedToolsClosed: Rule = {
  id: 'SandboxManagedToolsClosed',
  pillar: 'sandbox',
  severity: 'error',
  holds:
    'A managed agent has a list of tools, without built-in ones that run what the model writes, and no flow runs a model’s words as code.',
  source:
    'Amazon Bedrock User Guide, "Enable code interpretation in Amazon Bedrock" and "Configure an Amazon Bedrock Agent to complete tasks with computer use tools"; OWASP Agentic Top 10 ASI05; NIST SP 800-53 SC-39',
  fix: 'Remove the action group, or set ActionGroupState: DISABLED, and give the agent single operations. In a harness, list the tools in AllowedTools. If the agent must run code, acknowledge it and say which data it may see.',
  lists: ['ASI05', 'LLM06:2025', 'NIST SP 800-53 SC-39'],
  insecure: `Resources:
  Desk:
    Type: AWS::Bedrock::Agent
    Properties:
      AgentName: desk
      ActionGroups: [{ ActionGroupName: code, ParentActionGroupSignature: AMAZON.CodeInterpreter }]
`,
  secure: `Resources:
  Desk:
    Type: AWS::Bedrock::Agent
    Properties:
      AgentName: desk
      ActionGroups: [{ ActionGroupName: ask, ParentActionGroupSignature: AMAZON.UserInput }]
`,
  *check(assembly) {
    for (const agent of assembly.ofType('AWS::Bedrock::Agent')) yield* builtInTools(agent);
    for (const harness of assembly.ofType('AWS::BedrockAgentCore::Harness')) yield* everyTool(harness);
    for (const flow of assembly.ofType('AWS::Bedrock::Flow')) yield* codeOfWords(flow);
  },
};

/** What the built-in action groups run. AMAZON.UserInput only asks the user. */
const BUILT_IN: { readonly [signature: string]: string } = {
  'AMAZON.CodeInterpreter': 'code that the model writes',
  'ANTHROPIC.Computer': 'a screen, a mouse and a keyboard',
  'ANTHROPIC.Bash': 'shell commands that the model writes',
  'ANTHROPIC.TextEditor': 'edits of any file',
};

function* builtInTools(agent: Resource): Generator<Offence> {
  for (const { value, where, assuming } of agent.items('ActionGroups')) {
    if (memberOf(value, 'ActionGroupState') === 'DISABLED') continue;
    const message = signatureFault(memberOf(value, 'ParentActionGroupSignature'));
    if (message === undefined) continue;
    const property = `${agent.below(where)}.ParentActionGroupSignature`;
    yield { resource: agent, property, message: assumed(message, assuming) };
  }
}

function signatureFault(signature: Value): string | undefined {
  if (signature === undefined || signature === 'AMAZON.UserInput') return undefined;
  if (signature instanceof Unresolved) return unproven(signature);
  const what = BUILT_IN[describe(signature)];
  return what === undefined
    ? `can't be proven: what ${describe(signature)} does isn't known`
    : `${describe(signature)} gives the agent ${what}`;
}

function* everyTool(harness: Resource): Generator<Offence> {
  for (const { value, where, assuming } of harness.items('AllowedTools')) {
    if (value !== '*' && value !== '@*') continue;
    const message = assumed('the agent may use every tool, also those that its servers add later', assuming);
    yield { resource: harness, property: harness.below(where), message };
  }
}

/** Python that makes code of a text. */
const RUNS_TEXT = /\b(eval|exec|compile|__import__)\s*\(|\bos\.(system|popen)\s*\(|\bsubprocess\b/;

function* codeOfWords(flow: Resource): Generator<Offence> {
  for (const { value, where, assuming } of flow.items('Definition', 'Nodes')) {
    const code = memberOf(value, 'Configuration', 'InlineCode', 'Code');
    if (typeof code !== 'string' || !RUNS_TEXT.test(code)) continue;
    yield {
      resource: flow,
      property: `${flow.below(where)}.Configuration.InlineCode.Code`,
      message: assumed('makes code of what it receives, which may be a model’s words', assuming),
    };
  }
}
