import { GATE_MODE_KEY } from '../../../gate/gate-mode-key';
import type { Rule } from '../../rule';

/** A gate that only logs says so in the deployed template, and somebody answers for it. */
export const enforces: Rule = {
  id: 'GateEnforces',
  pillar: 'gate',
  severity: 'error',
  holds: "What the gate decides is what happens: it denies and asks, and doesn't only log.",
  source:
    'AWS Well-Architected Framework, SEC03-BP02 "Grant least privilege access"; NIST SP 800-53 AC-3, AC-25; OWASP Agentic AI threats, T2 "Tool Misuse"',
  fix: 'Set mode: GateMode.ENFORCE. While agents are being moved behind the gate, acknowledge this on it, with who reads what it would have stopped, and until when.',
  *check(assembly) {
    for (const resource of assembly.resources) {
      const mode = resource.metadata[GATE_MODE_KEY];
      if (mode === undefined || mode === 'ENFORCE') continue;
      const message =
        mode === 'LOG_ONLY'
          ? 'this gate only logs: calls that no policy allows, or that need a person, run all the same'
          : "can't be proven: it doesn't say whether this gate enforces";
      yield { resource, property: `Metadata.${GATE_MODE_KEY}`, message };
    }
  },
};
