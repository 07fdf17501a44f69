import { Assembly, describe as text } from '../../../../lib/template';
import { identityPoliciesOf } from '../../../../lib/template/iam/collect';
import { statementsOf } from '../../../../lib/template/iam/policy';
import type { JsonValue } from '../../../../runtime/core/contracts';

/** `actions on resources` of what a function's policies allow. */
function allowed(...policies: JsonValue[]): string[] {
  const body = {
    Transform: 'AWS::Serverless-2016-10-31',
    Resources: {
      Fn: { Type: 'AWS::Serverless::Function', Properties: { Policies: policies } },
      Table: { Type: 'AWS::DynamoDB::Table' },
    },
  };
  return identityPoliciesOf(Assembly.of({ name: 'T.yaml', body }))
    .all.flatMap(({ policy }) => statementsOf(policy))
    .map(({ action, resource }) => `${action.patterns.length} on ${resource?.patterns.map(text).join(' ')}`);
}

test('a policy template of SAM stands for its statements', () => {
  const place = `\${AWS::Region}:\${AWS::AccountId}`;
  expect(allowed({ S3CrudPolicy: { BucketName: 'one' } })).toEqual([
    `9 on arn:\${AWS::Partition}:s3:::one arn:\${AWS::Partition}:s3:::one/*`,
  ]);
  expect(allowed({ DynamoDBReadPolicy: { TableName: { Ref: 'Table' } } })).toEqual([
    `5 on arn:\${AWS::Partition}:dynamodb:${place}:table/\${Table} arn:\${AWS::Partition}:dynamodb:${place}:table/\${Table}/index/*`,
  ]);
  expect(allowed({ SSMParameterReadPolicy: { ParameterName: 'one' } })).toEqual([
    '1 on *',
    `3 on arn:\${AWS::Partition}:ssm:${place}:parameter/one`,
  ]);
  expect(allowed({ AWSSecretsManagerGetSecretValuePolicy: { SecretArn: 'arn:one' } })).toEqual(['1 on arn:one']);
});

test('another template, or one without its parameter, gives nothing that is known', () => {
  expect(allowed({ InventedPolicy: { Name: 'one' } }, { S3ReadPolicy: {} }, { S3ReadPolicy: 'one' })).toEqual([]);
});
