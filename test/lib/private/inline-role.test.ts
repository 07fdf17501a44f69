import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { grantInRole } from '../../../lib/private/grants';
import { addRight, InlineRole, type InlineRoleProps } from '../../../lib/private/inline-role';
import { inlinePolicies } from '../../aws/inline-policies';
import type { MaskedTemplate } from '../../guard/masked-template';

function roleIn(props: Partial<InlineRoleProps> = {}) {
  const stack = new Stack(new App(), 'Stack');
  const assumedBy = new iam.ServicePrincipal('lambda.amazonaws.com');
  const role = new InlineRole(stack, 'Role', { assumedBy, ...props });
  return { stack, role, template: () => Template.fromStack(stack) };
}

const right = (resource: string) => new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [resource] });
const own = (template: Template) =>
  JSON.stringify(Object.values(template.findResources('AWS::IAM::Role'))[0]?.Properties.Policies);

test('a right of the library’s own is in the role', () => {
  const { role, template } = roleIn();
  addRight(role, right('arn:aws:s3:::books/*'));
  expect(own(template())).toContain('arn:aws:s3:::books/*');
  template().resourceCountIs('AWS::IAM::Policy', 0);
});

test('what a user grants is beside the role, so a resource whose policy names the role is no dependency cycle', () => {
  const { stack, role, template } = roleIn();
  const encryptionKey = new kms.Key(stack, 'Key');
  const bucket = new s3.Bucket(stack, 'Books', { encryptionKey, encryption: s3.BucketEncryption.KMS });
  encryptionKey.addToResourcePolicy(
    new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: ['*'], principals: [role] }),
  );
  addRight(role, right('arn:aws:s3:::library/*'));
  bucket.grantRead(role);
  // Fails on a dependency cycle.
  template().resourceCountIs('AWS::IAM::Policy', 1);
  expect(own(template())).not.toContain('Books');
});

test('a right that names nothing is in the role, whoever adds it', () => {
  const { role, template } = roleIn();
  role.addToPolicy(new iam.PolicyStatement({ actions: ['xray:PutTraceSegments'], resources: ['*'] }));
  expect(own(template())).toContain('xray:PutTraceSegments');
});

test('a role that nobody outside gets holds everything', () => {
  const { stack, role, template } = roleIn({ holdsEverything: true });
  new s3.Bucket(stack, 'Books').grantRead(role);
  expect(own(template())).toContain('Books');
  template().resourceCountIs('AWS::IAM::Policy', 0);
});

test('a role without rights has no empty policy, which IAM refuses', () => {
  expect(own(roleIn().template())).toBeUndefined();
});

test('a grant of the library’s own store is in the role, and beside any other role', () => {
  const { stack, role, template } = roleIn();
  const other = new iam.Role(stack, 'Other', { assumedBy: new iam.AccountRootPrincipal() });
  for (const grantee of [role, other]) {
    grantInRole(stack, 'grantRead()', { grantee, actions: ['s3:GetObject'], resourceArns: ['arn:aws:s3:::books/*'] });
  }
  template().resourceCountIs('AWS::IAM::Policy', 1);
  expect(own(template())).toContain('arn:aws:s3:::books/*');
});

test.each([
  ['in the role', (role: InlineRole, statement: iam.PolicyStatement) => addRight(role, statement)],
  ['beside it', (role: InlineRole, statement: iam.PolicyStatement) => role.addToPrincipalPolicy(statement)],
  [
    'in both places in turn',
    (role: InlineRole, statement: iam.PolicyStatement, turn: number) =>
      turn % 2 === 0 ? addRight(role, statement) : role.addToPrincipalPolicy(statement),
  ],
])('rights that are too many for IAM %s go to managed policies, and none is lost', (_, add) => {
  const { role, template } = roleIn();
  for (let turn = 0; turn < 150; turn += 1) add(role, right(`arn:aws:s3:::books-${turn}-${'x'.repeat(100)}/*`), turn);
  const body = template().toJSON() as MaskedTemplate;
  for (const turn of [0, 75, 149]) expect(JSON.stringify(body)).toContain(`books-${turn}-`);
  for (const [, size] of inlinePolicies(body)) expect(size).toBeLessThan(10_240);
  const managed = Object.values(template().findResources('AWS::IAM::ManagedPolicy'));
  expect(managed.length).toBeGreaterThan(1);
  for (const { Properties } of managed) expect(JSON.stringify(Properties.PolicyDocument).length).toBeLessThan(6144);
  expect(JSON.stringify(body).match(/books-\d+-/g)).toHaveLength(150);
});
