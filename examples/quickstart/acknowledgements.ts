import { type Stack, Validations } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { AwsConnector, HardenedAgentRuntime, HttpConnector } from '../../lib';

/** The constructs whose findings the quickstart acknowledges. */
export interface QuickstartParts {
  readonly agent: HardenedAgentRuntime;
  readonly tickets: HttpConnector;
  readonly documents: AwsConnector;
  readonly handbook: s3.Bucket;
}

/** Acknowledges findings of `AwsSolutionsChecks` and `HardenedAgentChecks` that aren't faults here. */
export function acknowledgeFindings(stack: Stack, { agent, tickets, documents, handbook }: QuickstartParts): void {
  agent.acknowledgeAwsSolutions();
  const { 'Fn::GetAtt': bucketArn } = stack.resolve(handbook.bucketArn) as { 'Fn::GetAtt': string[] };
  const policy = documents.node.findChild('Executor').node.findChild('Role').node.findChild('DefaultPolicy');
  Validations.of(policy).acknowledge({
    id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${bucketArn.join('.')}>/support/*]`,
    reason: 'The tool may read every page in the handbook’s support folder, and nothing else in the bucket.',
  });
  Validations.of(handbook).acknowledge({
    id: 'AwsSolutions::AwsSolutions-S1',
    reason: 'The ledger records reads of the handbook: only the connector’s role reads it.',
  });
  const oneToken = 'The ticket system of the example issues one token for everything.';
  Validations.of(tickets).acknowledge({ id: 'HardenedAgentChecks::SecretsReadApart', reason: oneToken });
}
