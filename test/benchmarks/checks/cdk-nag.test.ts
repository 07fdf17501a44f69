import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CDK_NAG } from '../../../benchmarks/checks/peers/cdk-nag';

const WIDE = `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }] }
      Policies: [{ PolicyName: all, PolicyDocument: { Statement: [{ Effect: Allow, Action: 's3:*', Resource: '*' }] } }]
`;

const folder = mkdtempSync(join(tmpdir(), 'cdk-nag-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('its findings carry the logical id of a template’s resource, and each file has an entry', async () => {
  writeFileSync(join(folder, 'wide.yaml'), WIDE);
  writeFileSync(join(folder, 'topic.yaml'), 'Resources: { Wait: { Type: AWS::CloudFormation::WaitConditionHandle } }');
  const found = await CDK_NAG.judge(folder, ['wide.yaml', 'topic.yaml']);
  expect(found.get('wide.yaml')).toContainEqual({ rule: 'AwsSolutions-IAM5[Action::s3:*]', resource: 'Role' });
  expect(found.get('topic.yaml')).toEqual([]);
});

test('a template that it can’t include counts as said', async () => {
  writeFileSync(join(folder, 'macro.yaml'), 'Resources: { Fn::Transform: { Name: AWS::Include } }');
  const found = await CDK_NAG.judge(folder, ['macro.yaml']);
  expect(found.get('macro.yaml')).toEqual([{ rule: "can't be read", resource: '' }]);
});
