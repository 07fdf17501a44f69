import { DESTRUCTION_UNASKED } from '../../../private/metadata-keys';
import { doubtsOf, saidOf } from '../../facts/declared-doubts';
import type { Rule } from '../../rule';

/** An approval without a condition is none: it lets through what nobody thought of. */
export const destructionAsked: Rule = {
  id: 'GateDestructionAsked',
  pillar: 'gate',
  severity: 'warning',
  holds: 'No destructive tool always runs without a person.',
  source:
    'OWASP Top 10 for LLM Applications LLM06:2025 "Excessive Agency"; OWASP Agentic Top 10 ASI02, ASI09; NIST SP 800-53 AC-3(2)',
  fix: 'Limit the auto-approval: agent.autoApprove(tool, { when: … }), or declare askWhen on the tool. If the tool can do no harm here, acknowledge this on the gate and say why.',
  lists: ['ASI02', 'ASI09', 'LLM06:2025'],
  insecure: `Resources:
  Gate:
    Type: AWS::Lambda::Function
    Metadata:
      hardened-agent:doubtful-declarations: [{ doubt: destruction-unasked, tools: [tickets_refund] }]
`,
  secure: `Resources:
  Gate:
    Type: AWS::Lambda::Function
`,
  *check(assembly) {
    for (const doubt of doubtsOf(assembly, DESTRUCTION_UNASKED)) {
      const { resource, property, tools } = doubt;
      const message = saidOf(doubt, (names) => `${names} is destructive, and always runs without a person`);
      yield { resource, property, message, detail: tools?.join(',') };
    }
  },
};
