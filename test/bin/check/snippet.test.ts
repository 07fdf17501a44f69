import { snippetFor } from '../../../bin/check/snippet';
import { RULES } from '../../../lib/checks/rules';
import { Assembly } from '../../../lib/template';
import type { JsonObject } from '../../../runtime/core/contracts';

const [rule] = RULES;
const secure = `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement: [{Effect: Allow, Action: ["s3:GetObject"], Resource: !Sub "\${Bucket.Arn}/a"}]
`;

function snippet(property: string, metadata: JsonObject = {}, type = 'AWS::IAM::Role') {
  const [resource] = Assembly.of({
    name: 't',
    body: { Resources: { R: { Type: type, Metadata: metadata } } },
  }).resources;
  return snippetFor(resource, property, rule && { ...rule, secure }).join('\n');
}

test('in YAML, it is the property of the rule’s secure template, without what is around it', () => {
  expect(snippet('Properties.Policies[3].PolicyDocument.Statement[0].Action')).toBe('Action:\n  - s3:GetObject');
  expect(snippet('Properties.Policies[0].PolicyDocument.Statement[0]')).toBe(
    `Statement:\n  - Effect: Allow\n    Action:\n      - s3:GetObject\n    Resource:\n      Fn::Sub: \${Bucket.Arn}/a`,
  );
});

test('in a template of the CDK it is TypeScript, at the property that the finding names', () => {
  expect(
    snippet('Properties.Policies[3].PolicyDocument.Statement[0].Action', { 'aws:cdk:path': 'App/Agent/Role/Resource' }),
  ).toBe(
    `import { CfnRole } from 'aws-cdk-lib/aws-iam';
(role.node.defaultChild as CfnRole).addPropertyOverride('Policies.3.PolicyDocument.Statement.0.Action', ["s3:GetObject"]);`,
  );
});

test.each([
  ['another type', 'Properties.Policies[0]', 'AWS::SQS::Queue'],
  ['a property that the secure template doesn’t have', 'Properties.PermissionsBoundary', 'AWS::IAM::Role'],
  ['no property', 'Metadata', 'AWS::IAM::Role'],
])('there is none for %s', (_, property, type) => expect(snippet(property, {}, type)).toBe(''));
