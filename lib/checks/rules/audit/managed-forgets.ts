import { asNumber, describe } from '../../../template';
import { offencesAt } from '../../judge/offences';
import type { Rule } from '../../rule';

/** What somebody planted in a session or a memory works as long as it is kept. */
export const managedForgets: Rule = {
  id: 'AuditManagedForgets',
  pillar: 'audit',
  severity: 'warning',
  holds: 'A managed agent ends an idle session within an hour, and its memory forgets within 90 days.',
  source:
    'Amazon Bedrock User Guide, "Create and configure agent manually" and "Enable agent memory"; Amazon Bedrock AgentCore Developer Guide, "Configure lifecycle settings" and "Create an AgentCore Memory"; NIST SP 800-53 AC-12, SI-12',
  fix: 'Set IdleSessionTTLInSeconds or IdleRuntimeSessionTimeout to at most 3600, and EventExpiryDuration or StorageDays to at most 90. If the law or the task needs longer, acknowledge it and say so.',
  lists: ['ASI06', 'NIST SP 800-53 AC-12'],
  insecure: `Resources:
  Memory:
    Type: AWS::BedrockAgentCore::Memory
    Properties: { Name: desk, EventExpiryDuration: 365 }
`,
  secure: `Resources:
  Memory:
    Type: AWS::BedrockAgentCore::Memory
    Properties: { Name: desk, EventExpiryDuration: 30 }
`,
  *check(assembly) {
    for (const { type, path, most, unit } of BOUNDS) {
      for (const resource of assembly.ofType(type)) {
        // AWS's own defaults are within the bounds.
        yield* offencesAt(resource, path, (given) =>
          given === undefined || (asNumber(given) ?? most + 1) <= most
            ? undefined
            : `keeps it for ${describe(given)} ${unit}, which is more than ${most}`,
        );
      }
    }
  },
};

const BOUNDS: readonly { type: string; path: readonly string[]; most: number; unit: string }[] = [
  { type: 'AWS::Bedrock::Agent', path: ['IdleSessionTTLInSeconds'], most: 3600, unit: 'seconds' },
  { type: 'AWS::Bedrock::Agent', path: ['MemoryConfiguration', 'StorageDays'], most: 90, unit: 'days' },
  {
    type: 'AWS::BedrockAgentCore::Runtime',
    path: ['LifecycleConfiguration', 'IdleRuntimeSessionTimeout'],
    most: 3600,
    unit: 'seconds',
  },
  { type: 'AWS::BedrockAgentCore::Memory', path: ['EventExpiryDuration'], most: 90, unit: 'days' },
];
