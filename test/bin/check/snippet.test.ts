import { snippetFor } from '../../../bin/check/snippet';
import type { Rule } from '../../../lib/checks/rule';
import { RULES } from '../../../lib/checks/rules';
import { noWildcard } from '../../../lib/checks/rules/least-privilege/no-wildcard';
import { trustNamesSubject } from '../../../lib/checks/rules/least-privilege/trust-names-subject';
import { oneReader } from '../../../lib/checks/rules/secrets/one-reader';
import { Assembly } from '../../../lib/template';
import { parseTemplate } from '../../../lib/template/model/template-text';
import { parseYaml } from '../../../lib/template/model/yaml';
import type { JsonObject } from '../../../runtime/core/contracts';

const role = (statements: string) => `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: []}
      Policies: [{PolicyName: p, PolicyDocument: {Statement: [${statements}]}}]
`;
const KEPT = '{Effect: Allow, Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-west-1:111122223333:q"}';
const wildcard: Rule = {
  ...noWildcard,
  insecure: role(`${KEPT}, {Effect: Allow, Action: "s3:*", Resource: "arn:aws:s3:::b/a"}`),
  secure: role(`${KEPT}, {Effect: Allow, Action: ["s3:GetObject"], Resource: "arn:aws:s3:::b/a"}`),
};
const reader: Rule = {
  ...oneReader,
  insecure: 'Resources: {Key: {Type: AWS::SecretsManager::Secret, Properties: {Name: k}}}',
  secure: `Resources:
  Key: {Type: AWS::SecretsManager::Secret, Properties: {Name: k}}
  OneReader: {Type: AWS::SecretsManager::ResourcePolicy, Properties: {SecretId: !Ref Key}}
`,
};

function snippet(rule: Rule, type: string, property: string, metadata: JsonObject = {}) {
  const [resource] = Assembly.of({
    name: 't',
    body: { Resources: { R: { Type: type, Metadata: metadata } } },
  }).resources;
  return snippetFor(resource, property, rule).join('\n');
}

const ACTION = 'Properties.Policies[3].PolicyDocument.Statement[0].Action';
const CDK = { 'aws:cdk:path': 'App/Agent/Role/Resource' };

test('it is what the secure template has where the rule finds the same in the insecure one', () => {
  expect(snippet(wildcard, 'AWS::IAM::Role', ACTION)).toBe('Action:\n  - s3:GetObject');
});

test('of an object in which one member differs, it is this member: the rest is the example’s own', () => {
  expect(snippet(trustNamesSubject, 'AWS::IAM::Role', 'Properties.AssumeRolePolicyDocument.Statement[2]')).toMatch(
    /^Condition:\n {2}StringEquals:\n.*:sub: /,
  );
  expect(
    snippet(trustNamesSubject, 'AWS::IAM::Role', 'Properties.AssumeRolePolicyDocument.Statement[2]', CDK),
  ).toContain("addOverride('Properties.AssumeRolePolicyDocument.Statement.2.Condition', {");
});

test('in a template of the CDK it is TypeScript, at the property that the finding names', () => {
  expect(snippet(wildcard, 'AWS::IAM::Role', ACTION, CDK)).toBe(
    `import { CfnRole } from 'aws-cdk-lib/aws-iam';
(role.node.defaultChild as CfnRole).addOverride('Properties.Policies.3.PolicyDocument.Statement.0.Action', ["s3:GetObject"]);`,
  );
});

test('where the secure template only adds a resource, it is this resource', () => {
  expect(snippet(reader, 'AWS::SecretsManager::Secret', 'Properties')).toBe(
    'OneReader:\n  Type: AWS::SecretsManager::ResourcePolicy\n  Properties:\n    SecretId:\n      Ref: Key',
  );
  expect(snippet(reader, 'AWS::SecretsManager::Secret', 'Properties', CDK)).toBe(
    `new CfnResource(this, 'OneReader', { type: 'AWS::SecretsManager::ResourcePolicy', properties: {SecretId: {Ref: "Key"}} });`,
  );
});

test.each([
  ['another type', wildcard, 'AWS::SQS::Queue', ACTION],
  ['another property', wildcard, 'AWS::IAM::Role', 'Properties.PermissionsBoundary'],
  ['what the secure template removes', { ...wildcard, secure: role(KEPT) }, 'AWS::IAM::Role', ACTION],
])('there is none for %s', (_, rule, type, property) => expect(snippet(rule, type, property)).toBe(''));

test('for the templates of most rules that break them, there is one', () => {
  const shown = RULES.filter((rule) => {
    const assembly = Assembly.of({ name: 't', ...parseTemplate(rule.insecure, parseYaml) });
    return [...rule.check(assembly)].some(({ resource, property }) =>
      'logicalId' in resource ? snippetFor(resource, property, rule).length > 0 : false,
    );
  });
  expect(shown.length).toBeGreaterThan(RULES.length / 2);
});
