import type { Assembly, Template } from '../../../template';
import { managedAgentsOf } from '../../facts/managed-agents';
import { recordBucketsOf } from '../../facts/record-buckets';
import { agentsOf } from '../../facts/workloads';
import type { Rule } from '../../rule';

/** Without it, nobody can tell afterwards what the model was told, and what it answered. */
export const invocationsLogged: Rule = {
  id: 'AuditInvocationsLogged',
  pillar: 'audit',
  severity: 'warning',
  holds: 'An app with an agent turns on the log of model invocations, or keeps a ledger of what its agents did.',
  source:
    'Amazon Bedrock User Guide, "Monitor model invocation using CloudWatch Logs and Amazon S3"; NIST SP 800-53 AU-2, AU-12; OWASP MCP08:2025',
  fix: 'CloudFormation has no type for it: call bedrock:PutModelInvocationLoggingConfiguration in a custom resource. If the account has it on already, acknowledge this on the stack and say who set it.',
  lists: ['MCP08:2025', 'NIST SP 800-53 AU-12'],
  insecure: `Resources:
  Desk:
    Type: AWS::Bedrock::Agent
    Properties: { AgentName: desk }
`,
  secure: `Resources:
  Desk:
    Type: AWS::Bedrock::Agent
    Properties: { AgentName: desk }
  Log:
    Type: Custom::AWS
    Properties:
      ServiceToken: arn:aws:lambda:eu-west-1:111122223333:function:calls
      Create: '{"service":"Bedrock","action":"putModelInvocationLoggingConfiguration"}'
`,
  *check(assembly) {
    const template = templateWithAgent(assembly);
    if (template === undefined || hasLedger(assembly) || assembly.templates.some(turnsLogOn)) return;
    const message =
      'nothing here logs what the model is told and answers; the setting is the account’s, so it may be on elsewhere';
    yield { resource: template, property: 'Resources', message };
  },
};

function templateWithAgent(assembly: Assembly): Template | undefined {
  const [first] = [...managedAgentsOf(assembly), ...agentsOf(assembly).map(({ resource }) => resource)];
  return first?.template;
}

function hasLedger(assembly: Assembly): boolean {
  return [...recordBucketsOf(assembly).values()].includes('ledger');
}

/** A custom resource that does, or a policy that lets one. */
function turnsLogOn({ source }: Template): boolean {
  return /putModelInvocationLoggingConfiguration/i.test(JSON.stringify(source.body.Resources ?? {}));
}
