import { saysOf, UNKNOWN, UNPROVEN } from '../../one-resource';

describe('SandboxManagedToolsClosed', () => {
  const agent = (group: object) =>
    saysOf('SandboxManagedToolsClosed', 'AWS::Bedrock::Agent', { ActionGroups: [{ ActionGroupName: 'g', ...group }] });

  test('asking the user, tools of the app, and what is disabled, are fine', () => {
    expect(agent({ ParentActionGroupSignature: 'AMAZON.UserInput' })).toEqual([]);
    expect(agent({ FunctionSchema: { Functions: [{ Name: 'get_order' }] } })).toEqual([]);
    expect(agent({ ParentActionGroupSignature: 'ANTHROPIC.Bash', ActionGroupState: 'DISABLED' })).toEqual([]);
  });

  test.each(['AMAZON.CodeInterpreter', 'ANTHROPIC.Computer', 'ANTHROPIC.Bash', 'ANTHROPIC.TextEditor'])(
    '%s is found',
    (signature) => {
      expect(agent({ ParentActionGroupSignature: signature })).toEqual([
        expect.stringContaining(`Properties.ActionGroups[0].ParentActionGroupSignature: ${signature} gives the agent`),
      ]);
    },
  );

  test('a harness with every tool is found', () => {
    const harness = (tools: unknown) =>
      saysOf('SandboxManagedToolsClosed', 'AWS::BedrockAgentCore::Harness', { AllowedTools: tools });
    expect(harness(['tickets', '*'])).toEqual([
      'Properties.AllowedTools[1]: the agent may use every tool, also those that its servers add later',
    ]);
    expect(harness(['tickets'])).toEqual([]);
  });

  test('a flow that makes code of words is found, other code isn’t', () => {
    const flow = (code: string) =>
      saysOf('SandboxManagedToolsClosed', 'AWS::Bedrock::Flow', {
        Definition: { Nodes: [{ Name: 'n', Configuration: { InlineCode: { Code: code, Language: 'Python_3' } } }] },
      });
    expect(flow('def f(x):\n  return eval(x)')).toEqual([
      expect.stringContaining('Properties.Definition.Nodes[0].Configuration.InlineCode.Code: makes code'),
    ]);
    expect(flow('def f(x):\n  return evaluate(x) + x.upper()')).toEqual([]);
  });

  test('an unknown or a new signature can’t be proven', () => {
    expect(agent({ ParentActionGroupSignature: UNKNOWN })).toEqual([UNPROVEN]);
    expect(agent({ ParentActionGroupSignature: 'AMAZON.Drone' })).toEqual([UNPROVEN]);
  });
});
