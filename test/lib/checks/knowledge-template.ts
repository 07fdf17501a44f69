import type { JsonObject } from '../../../runtime/core/contracts';

/** A knowledge base that reads the bucket `Pages`. */
export const KNOWLEDGE: JsonObject = {
  Pages: { Type: 'AWS::S3::Bucket', Properties: {} },
  Base: { Type: 'AWS::Bedrock::KnowledgeBase', Properties: {} },
  Source: {
    Type: 'AWS::Bedrock::DataSource',
    Properties: {
      KnowledgeBaseId: { Ref: 'Base' },
      DataSourceConfiguration: { Type: 'S3', S3Configuration: { BucketArn: { 'Fn::GetAtt': ['Pages', 'Arn'] } } },
    },
  },
};

/** Every object of the bucket. */
export const PAGES: JsonObject = { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Pages', 'Arn'] }, '/*']] };

/** A role that may do this. */
export function roleWith(service: string, ...statements: JsonObject[]): JsonObject {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
      },
      Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }],
    },
  };
}
