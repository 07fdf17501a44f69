import { CREDENTIAL_NOT_SPLIT } from '../../../private/metadata-keys';
import { doubtsOf, saidOf } from '../../facts/declared-doubts';
import type { Rule } from '../../rule';

/** With a token that may only read, a model that is misled into a read can’t use one that destroys. */
export const readApart: Rule = {
  id: 'SecretsReadApart',
  pillar: 'secrets',
  severity: 'warning',
  holds: 'A connector’s reads have another credential than its destructive tools.',
  source: 'OWASP Top 10 for LLM Applications LLM06:2025 "Excessive Agency"; OWASP MCP02:2025; NIST SP 800-53 AC-6(1)',
  fix: 'Write credentials: [BoundCredential.forReads(Credential.bearer(…))] with a token that may only read. If the target issues one token alone, acknowledge this on the connector and say so.',
  lists: ['ASI03', 'LLM06:2025', 'MCP02:2025', 'NIST SP 800-53 AC-6'],
  insecure: `Resources:
  Executor:
    Type: AWS::Lambda::Function
    Metadata:
      hardened-agent:doubtful-declarations: [{ doubt: credential-not-split, tools: [tickets_refund] }]
`,
  secure: `Resources:
  Executor:
    Type: AWS::Lambda::Function
`,
  *check(assembly) {
    for (const doubt of doubtsOf(assembly, CREDENTIAL_NOT_SPLIT)) {
      const { resource, property } = doubt;
      const message = saidOf(doubt, (names) => `its reads have the same credential as ${names}`);
      yield { resource, property, message };
    }
  },
};
