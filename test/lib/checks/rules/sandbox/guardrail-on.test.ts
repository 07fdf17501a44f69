import { saysOf, UNKNOWN, UNPROVEN } from '../../one-resource';

describe('SandboxGuardrailOn', () => {
  const says = (filter: object) =>
    saysOf('SandboxGuardrailOn', 'AWS::Bedrock::Guardrail', { ContentPolicyConfig: { FiltersConfig: [filter] } });
  const strength = (input: unknown, output: unknown) => ({ InputStrength: input, OutputStrength: output });

  test('a filter that works on one side at least is fine', () => {
    expect(says({ Type: 'PROMPT_ATTACK', ...strength('HIGH', 'NONE') })).toEqual([]);
    expect(says({ Type: 'HATE', ...strength('NONE', 'LOW') })).toEqual([]);
    expect(saysOf('SandboxGuardrailOn', 'AWS::Bedrock::Guardrail', { TopicPolicyConfig: {} })).toEqual([]);
  });

  test.each([
    { Type: 'PROMPT_ATTACK', ...strength('NONE', 'NONE') },
    { Type: 'PROMPT_ATTACK', ...strength('HIGH', 'NONE'), InputEnabled: false },
    { Type: 'PROMPT_ATTACK', ...strength('HIGH', 'NONE'), InputAction: 'NONE' },
    { Type: 'HATE', ...strength('NONE', 'NONE') },
    { Type: 'HATE', ...strength('HIGH', 'HIGH'), InputAction: 'NONE', OutputEnabled: 'false' },
  ])('%j is switched off', (filter) => {
    expect(says(filter)).toEqual([
      `Properties.ContentPolicyConfig.FiltersConfig[0]: the filter ${filter.Type} is switched off`,
    ]);
  });

  test('an unknown strength can’t be proven', () => {
    expect(says({ Type: 'PROMPT_ATTACK', ...strength(UNKNOWN, 'NONE') })).toEqual([UNPROVEN]);
  });
});
