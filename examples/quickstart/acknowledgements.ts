import { type Stack, Validations } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { AwsConnector, HardenedAgentRuntime } from '../../lib';

/** What the quickstart answers for. */
export interface QuickstartParts {
  readonly agent: HardenedAgentRuntime;
  readonly documents: AwsConnector;
  readonly handbook: s3.Bucket;
}

/** Answers for findings of `AwsSolutionsChecks` and `HardenedAgentChecks` that aren't faults here. */
export function acknowledgeFindings(stack: Stack, { agent, documents, handbook }: QuickstartParts): void {
  agent.acknowledgeAwsSolutions();
  const { 'Fn::GetAtt': bucketArn } = stack.resolve(handbook.bucketArn) as { 'Fn::GetAtt': string[] };
  const policy = documents.node.findChild('Executor').node.findChild('Role').node.findChild('DefaultPolicy');
  Validations.of(policy).acknowledge({
    id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${bucketArn.join('.')}>/support/*]`,
    reason: 'The tool reads any page of the handbook’s support folder, and nothing else of the bucket.',
  });
  Validations.of(handbook).acknowledge({
    id: 'AwsSolutions::AwsSolutions-S1',
    reason: 'Reads of the handbook are in the ledger: only the connector’s role reads it.',
  });
}
