import { saysOf, UNKNOWN, UNPROVEN } from '../../one-resource';

describe('SandboxGuardrailAttached', () => {
  const agent = (properties: object, beside = {}) =>
    saysOf('SandboxGuardrailAttached', 'AWS::Bedrock::Agent', properties, beside);
  const flow = (configuration: object) =>
    saysOf('SandboxGuardrailAttached', 'AWS::Bedrock::Flow', {
      Definition: { Nodes: [{ Name: 'n', Configuration: configuration }] },
    });
  const GUARDED = { GuardrailConfiguration: { GuardrailIdentifier: 'g', GuardrailVersion: '1' } };

  test('an agent and a node with a guardrail are fine', () => {
    expect(agent(GUARDED)).toEqual([]);
    expect(flow({ Prompt: GUARDED })).toEqual([]);
    expect(flow({ KnowledgeBase: { KnowledgeBaseId: 'k', ModelId: 'm', ...GUARDED } })).toEqual([]);
  });

  test('without one, they are found', () => {
    expect(agent({})).toEqual(['Properties.GuardrailConfiguration: the agent has no guardrail']);
    expect(flow({ Prompt: {} })).toEqual([
      'Properties.Definition.Nodes[0].Configuration.Prompt.GuardrailConfiguration: this node has no guardrail',
    ]);
    expect(flow({ KnowledgeBase: { KnowledgeBaseId: 'k', ModelId: 'm' } })).toHaveLength(1);
  });

  test('nodes without a model are left alone, and all agents where the account enforces a guardrail', () => {
    expect(flow({ KnowledgeBase: { KnowledgeBaseId: 'k' } })).toEqual([]);
    expect(flow({ LambdaFunction: { LambdaArn: 'arn' } })).toEqual([]);
    expect(agent({}, { All: { Type: 'AWS::Bedrock::EnforcedGuardrailConfiguration', Properties: {} } })).toEqual([]);
  });

  test('an unknown configuration can’t be proven', () => {
    expect(agent({ GuardrailConfiguration: UNKNOWN })).toEqual([UNPROVEN]);
  });
});
