import { isTrue, memberOf, Unresolved, type Value } from '../../../template';
import { assumed, unproven } from '../../judge/offences';
import type { Rule } from '../../rule';

/** What an agent did on a page of others is nowhere else. */
export const browserRecorded: Rule = {
  id: 'AuditBrowserRecorded',
  pillar: 'audit',
  severity: 'warning',
  holds: 'The sessions of an AgentCore browser are recorded.',
  source:
    'Amazon Bedrock AgentCore Developer Guide, "Session replay" and "Recording a browser session"; NIST SP 800-53 AU-12, AU-14',
  fix: 'Set RecordingConfig: { Enabled: true, S3Location: { Bucket, Prefix } }, with a bucket that only auditors may read.',
  lists: ['MCP08:2025', 'NIST SP 800-53 AU-12'],
  insecure: `Resources:
  Browser:
    Type: AWS::BedrockAgentCore::BrowserCustom
    Properties: { Name: desk }
`,
  secure: `Resources:
  Browser:
    Type: AWS::BedrockAgentCore::BrowserCustom
    Properties:
      Name: desk
      RecordingConfig: { Enabled: true, S3Location: { Bucket: desk-recordings, Prefix: browser/ } }
`,
  *check(assembly) {
    for (const browser of assembly.ofType('AWS::BedrockAgentCore::BrowserCustom')) {
      for (const { value, assuming } of browser.property('RecordingConfig')) {
        const message = recordingFault(value);
        if (message === undefined) continue;
        yield { resource: browser, property: 'Properties.RecordingConfig', message: assumed(message, assuming) };
      }
    }
  },
};

function recordingFault(recording: Value): string | undefined {
  const enabled = memberOf(recording, 'Enabled');
  if (enabled instanceof Unresolved) return unproven(enabled);
  if (!isTrue(enabled)) return 'what the agent does in the browser is not recorded';
  return memberOf(recording, 'S3Location') === undefined ? 'the recording has no place to be kept' : undefined;
}
