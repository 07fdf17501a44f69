import { GATE_MODE_KEY } from '../../../private/metadata-keys';
import type { Rule } from '../../rule';

/** A gate in log-only mode says so in the deployed template, and the mode must be acknowledged. */
export const enforces: Rule = {
  id: 'GateEnforces',
  pillar: 'gate',
  severity: 'error',
  holds: 'The gate enforces its decisions: it is not in log-only mode.',
  source:
    'AWS Well-Architected Framework, SEC03-BP02 "Grant least privilege access"; NIST SP 800-53 AC-3, AC-25; OWASP Agentic AI threats, T2 "Tool Misuse"',
  fix: 'Set mode: GateMode.ENFORCE. While you move agents behind the gate, acknowledge this on it: say who reads what it would have denied, and until when.',
  lists: ['ASI02', 'LLM06:2025', 'NIST SP 800-53 AC-3'],
  insecure: `Resources:
  Gate:
    Type: AWS::Lambda::Function
    Metadata: { "hardened-agent:gate-mode": LOG_ONLY }
`,
  secure: `Resources:
  Gate:
    Type: AWS::Lambda::Function
    Metadata: { "hardened-agent:gate-mode": ENFORCE }
`,
  *check(assembly) {
    for (const resource of assembly.resources) {
      const mode = resource.metadata[GATE_MODE_KEY];
      if (mode === undefined || mode === 'ENFORCE') continue;
      const message =
        mode === 'LOG_ONLY'
          ? 'this gate only logs: calls that no policy allows, or that need an approval, still run'
          : "can't be proven: the template doesn't say whether this gate enforces";
      yield { resource, property: `Metadata.${GATE_MODE_KEY}`, message };
    }
  },
};
