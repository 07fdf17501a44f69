import { describe, isFalse, listOf, memberOf, Unresolved, type Value } from '../../../template';
import { assumed, unproven } from '../../judge/offences';
import type { Rule } from '../../rule';

/** A guardrail that is switched off looks as if it protected. */
export const guardrailOn: Rule = {
  id: 'SandboxGuardrailOn',
  pillar: 'sandbox',
  severity: 'error',
  holds: 'No filter of a guardrail is switched off: its strength isn’t NONE, it is enabled, and it acts.',
  source:
    'Amazon Bedrock User Guide, "Components of a guardrail" and "Detect prompt attacks with Amazon Bedrock Guardrails"; OWASP LLM01:2025',
  fix: 'Set InputStrength: HIGH for PROMPT_ATTACK, and a strength for each other filter, without InputEnabled: false or an action NONE. Remove a filter that you don’t want.',
  lists: ['ASI01', 'LLM01:2025'],
  insecure: `Resources:
  Guardrail:
    Type: AWS::Bedrock::Guardrail
    Properties:
      ContentPolicyConfig: { FiltersConfig: [{ Type: PROMPT_ATTACK, InputStrength: NONE, OutputStrength: NONE }] }
`,
  secure: `Resources:
  Guardrail:
    Type: AWS::Bedrock::Guardrail
    Properties:
      ContentPolicyConfig: { FiltersConfig: [{ Type: PROMPT_ATTACK, InputStrength: HIGH, OutputStrength: NONE }] }
`,
  *check(assembly) {
    for (const guardrail of assembly.ofType('AWS::Bedrock::Guardrail')) {
      for (const { value, where, assuming } of guardrail.items('ContentPolicyConfig', 'FiltersConfig')) {
        const message = filterFault(value);
        if (message === undefined) continue;
        yield { resource: guardrail, property: guardrail.below(where), message: assumed(message, assuming) };
      }
    }
  },
};

function filterFault(filter: Value): string | undefined {
  const unknown = [filter, ...READ.map((name) => memberOf(filter, name))].find((value) => value instanceof Unresolved);
  if (unknown instanceof Unresolved) return unproven(unknown);
  const type = describe(memberOf(filter, 'Type'));
  // A prompt attack is in the input alone: AWS demands the strength NONE for the output.
  const sides = type === 'PROMPT_ATTACK' ? ['Input'] : ['Input', 'Output'];
  const off = sides.filter((side) => isOff(filter, side));
  return off.length === sides.length ? `the filter ${type} is switched off` : undefined;
}

const READ = [
  'Type',
  'InputStrength',
  'OutputStrength',
  'InputAction',
  'OutputAction',
  'InputEnabled',
  'OutputEnabled',
];

function isOff(filter: Value, side: string): boolean {
  return (
    listOf(memberOf(filter, `${side}Strength`)).includes('NONE') ||
    memberOf(filter, `${side}Action`) === 'NONE' ||
    isFalse(memberOf(filter, `${side}Enabled`))
  );
}
