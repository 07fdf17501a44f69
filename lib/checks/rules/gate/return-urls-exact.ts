import { describe, unknownIn, type Value } from '../../../template';
import { assumed, unproven } from '../../judge/offences';
import type { Rule } from '../../rule';

/** Whoever owns a return address gets the user's consent, and acts for the user. */
export const returnUrlsExact: Rule = {
  id: 'GateReturnUrlsExact',
  pillar: 'gate',
  severity: 'error',
  holds: 'A workload identity returns a user’s consent only to whole https addresses.',
  source:
    'Amazon Bedrock AgentCore Developer Guide, "Manage workload identities"; RFC 9700 "Best Current Practice for OAuth 2.0 Security", 2.1; CWE-601; NIST SP 800-53 IA-9',
  fix: 'List each return address whole, such as https://app.example.com/callback, without a wildcard.',
  lists: ['ASI03', 'NIST SP 800-53 IA-9'],
  insecure: `Resources:
  Identity:
    Type: AWS::BedrockAgentCore::WorkloadIdentity
    Properties: { Name: desk, AllowedResourceOauth2ReturnUrls: ['https://*.example.com/callback'] }
`,
  secure: `Resources:
  Identity:
    Type: AWS::BedrockAgentCore::WorkloadIdentity
    Properties: { Name: desk, AllowedResourceOauth2ReturnUrls: ['https://app.example.com/callback'] }
`,
  *check(assembly) {
    for (const identity of assembly.ofType('AWS::BedrockAgentCore::WorkloadIdentity')) {
      for (const { value, where, assuming } of identity.items('AllowedResourceOauth2ReturnUrls')) {
        const message = urlFault(value);
        if (message === undefined) continue;
        yield { resource: identity, property: identity.below(where), message: assumed(message, assuming) };
      }
    }
  },
};

function urlFault(url: Value): string | undefined {
  const unknown = unknownIn(url);
  if (unknown !== undefined) return unproven(unknown);
  const text = describe(url);
  if (text.includes('*')) return `${text}: a wildcard stands for addresses of others`;
  // Only programs on the same machine get what is sent there. Source: RFC 8252, 7.3.
  if (/^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/.test(text)) return undefined;
  return /^http:/i.test(text) ? `${text}: without TLS, others on the way read the consent` : undefined;
}
