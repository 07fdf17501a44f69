import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf } from '../../check-template';
import { KNOWLEDGE, PAGES, roleWith } from '../../knowledge-template';

describe('GateKnowledgeGuarded', () => {
  const lines = (beside: JsonObject) => linesOf('GateKnowledgeGuarded', { ...KNOWLEDGE, ...beside });
  const WRITE: JsonObject = { Effect: 'Allow', Action: 's3:PutObject', Resource: PAGES };
  const MODEL: JsonObject = {
    Effect: 'Allow',
    Action: 'bedrock:InvokeModel',
    Resource: 'arn:aws:bedrock:eu-west-1::foundation-model/example.model-v1',
  };
  const fn: JsonObject = { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } };
  const policy = (principal: unknown): JsonObject => ({
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      Bucket: { Ref: 'Pages' },
      PolicyDocument: { Statement: [{ ...WRITE, Principal: principal as JsonObject }] },
    },
  });

  test('a bucket that nobody or a pipeline of the app writes is fine', () => {
    expect(lines({})).toEqual([]);
    expect(lines({ Role: roleWith('lambda.amazonaws.com', WRITE), Fn: fn })).toEqual([]);
  });

  test('a bucket that others may write is found', () => {
    expect(lines({ Policy: policy('*') })).toEqual([
      'Policy Properties.PolicyDocument.Statement[0]: anybody may write what the knowledge base reads',
    ]);
    expect(lines({ Policy: policy({ AWS: 'arn:aws:iam::999988887777:root' }) })).toHaveLength(1);
    const acl = changed({ ...KNOWLEDGE }, ['Pages', 'Properties', 'AccessControl'], 'PublicReadWrite');
    expect(lines(acl)).toEqual(['Pages Properties.AccessControl: anybody may write what the knowledge base reads']);
  });

  test('an agent that may write its own knowledge is found', () => {
    expect(lines({ Role: roleWith('lambda.amazonaws.com', WRITE, MODEL), Fn: fn })).toEqual([
      'Role Properties.Policies[0].PolicyDocument.Statement[0]: the agent Fn may write what the knowledge base reads',
    ]);
    const desk: JsonObject = {
      Type: 'AWS::BedrockAgentCore::Runtime',
      Properties: { RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } },
    };
    expect(lines({ Role: roleWith('bedrock-agentcore.amazonaws.com', WRITE), Desk: desk })).toHaveLength(1);
  });

  test('a function that anybody may call, and that writes the bucket, is found', () => {
    const app = (auth: string): JsonObject => ({
      Role: roleWith('lambda.amazonaws.com', WRITE),
      Fn: fn,
      Url: {
        Type: 'AWS::Lambda::Url',
        Properties: { AuthType: auth, TargetFunctionArn: { 'Fn::GetAtt': ['Fn', 'Arn'] } },
      },
    });
    expect(lines(app('NONE'))).toEqual([expect.stringContaining('Fn, which anybody may call by Url, may write')]);
    expect(lines(app('AWS_IAM'))).toEqual([]);
    const method = (auth: string): JsonObject => ({
      Role: roleWith('lambda.amazonaws.com', WRITE),
      Fn: fn,
      Method: {
        Type: 'AWS::ApiGateway::Method',
        Properties: {
          AuthorizationType: auth,
          Integration: { Uri: { 'Fn::Join': ['', ['arn:…/', { 'Fn::GetAtt': ['Fn', 'Arn'] }, '/invocations']] } },
        },
      },
    });
    expect(lines(method('NONE'))).toHaveLength(1);
    expect(lines(method('AWS_IAM'))).toEqual([]);
  });

  test('a right whose reach isn’t known counts', () => {
    const depends = { ...WRITE, Condition: { StringEquals: { 's3:x-amz-acl': 'private' } } };
    expect(lines({ Role: roleWith('lambda.amazonaws.com', depends, MODEL), Fn: fn })).toHaveLength(1);
  });
});
