import { offencesAt } from '../../judge/offences';
import type { Rule } from '../../rule';

/** Errors of tools tell a caller, and a fooled agent, how the systems behind them are built. */
export const managedErrorsHidden: Rule = {
  id: 'GateManagedErrorsHidden',
  pillar: 'gate',
  severity: 'error',
  holds: 'An AgentCore gateway doesn’t show its callers what went wrong inside.',
  source:
    'Amazon Bedrock AgentCore Developer Guide, "Turn on debugging messages" for gateways; NIST SP 800-53 SI-11; CWE-209',
  fix: 'Remove ExceptionLevel. For a while of debugging, acknowledge it and say until when.',
  lists: ['NIST SP 800-53 SI-11'],
  insecure: `Resources:
  Tools:
    Type: AWS::BedrockAgentCore::Gateway
    Properties: { Name: tools, ExceptionLevel: DEBUG }
`,
  secure: `Resources:
  Tools:
    Type: AWS::BedrockAgentCore::Gateway
    Properties: { Name: tools }
`,
  *check(assembly) {
    for (const gateway of assembly.ofType('AWS::BedrockAgentCore::Gateway')) {
      yield* offencesAt(gateway, ['ExceptionLevel'], (level) =>
        level === undefined ? undefined : 'callers get the errors of its tools in full',
      );
    }
  },
};
