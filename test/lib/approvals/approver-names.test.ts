import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ApproverName, ApproverRole, type ApproverRoleProps } from '../../../lib';
import { Context } from '../../../lib/template/iam/condition';
import { statementApplies } from '../../../lib/template/iam/evaluate';
import { readPolicy, statementsOf } from '../../../lib/template/iam/policy';

const ACCOUNT = '111122223333';
const SSO = `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Approvers_0123456789abcdef`;
const PATTERN = 'arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Approvers_*';
const GROUP = { 'aws:PrincipalTag/approver-group': 'leads' };

function roleOf(props: ApproverRoleProps): Template {
  const stack = new Stack(new App(), 'S', { env: { account: ACCOUNT, region: 'eu-west-1' } });
  new ApproverRole(stack, 'Approver', props);
  return Template.fromStack(stack);
}

/** Whether IAM lets a principal assume the approver role under a name. */
function admits(
  props: ApproverRoleProps,
  caller: 'user' | string,
  context: Record<string, string>,
  name: string,
): boolean {
  const [role] = Object.values(roleOf(props).findResources('AWS::IAM::Role'));
  const text = JSON.stringify(role.Properties.AssumeRolePolicyDocument).replaceAll('{"Ref":"AWS::Partition"}', '"aws"');
  const document = JSON.parse(
    text.replace(/\{"Fn::Join":\["",\["arn:","aws","(:iam::\d{12}:root)"\]\]\}/g, '"arn:aws$1"'),
  );
  const arn = caller === 'user' ? `arn:aws:iam::${ACCOUNT}:user/x` : caller;
  const known = { 'aws:PrincipalArn': arn, 'sts:RoleSessionName': name, ...context };
  return statementsOf(readPolicy('trust', 'trust', [{ value: document, assuming: [] }])).some(
    (statement) =>
      statementApplies(statement, {
        principal: { kind: caller === 'user' ? 'user' : 'role', roleArn: arn, account: ACCOUNT },
        action: 'sts:AssumeRole',
        resource: `arn:aws:iam::${ACCOUNT}:role/Approver`,
        resourceAccount: ACCOUNT,
        context: new Context(known, 'absent'),
      }) === 'true',
  );
}

const ANY_ROLE = `arn:aws:iam::${ACCOUNT}:role/Worker`;
const groups = { approverGroups: ['leads'] };
const byTag = { ...groups, approverName: ApproverName.principalTag('approver-name', { signInRoles: [PATTERN] }) };
const bySource = { ...groups, approverName: ApproverName.sourceIdentity({ signInRoles: [PATTERN] }) };

describe('the borrowed name', () => {
  test.each<[string, ApproverRoleProps, Record<string, string>]>([
    ['a session tag, where IAM users approve', groups, { ...GROUP, 'aws:PrincipalTag/approver-name': 'maria' }],
    ['a source identity, where IAM users approve', groups, { ...GROUP, 'aws:SourceIdentity': 'maria' }],
    ['a session tag of another role', byTag, { ...GROUP, 'aws:PrincipalTag/approver-name': 'maria' }],
    ['a source identity, where tags name people', byTag, { ...GROUP, 'aws:SourceIdentity': 'maria' }],
    ['a source identity of another role', bySource, { ...GROUP, 'aws:SourceIdentity': 'maria' }],
    [
      'a session tag, where source identities name people',
      bySource,
      { ...GROUP, 'aws:PrincipalTag/approver-name': 'maria' },
    ],
  ])('by %s isn’t admitted', (_how, props, context) => {
    expect(admits(props, ANY_ROLE, context, 'maria')).toBe(false);
  });

  test.each<[string, ApproverRoleProps, string, Record<string, string>]>([
    ['an IAM user', groups, 'user', { ...GROUP, 'aws:username': 'maria' }],
    ['a tag of a sign-in role', byTag, SSO, { ...GROUP, 'aws:PrincipalTag/approver-name': 'maria' }],
    ['a source identity of a sign-in role', bySource, SSO, { ...GROUP, 'aws:SourceIdentity': 'maria' }],
  ])('is no name of one’s own: %s is admitted as maria, and not as paul', (_who, props, caller, context) => {
    expect(admits(props, caller, context, 'maria')).toBe(true);
    expect(admits(props, caller, context, 'paul')).toBe(false);
  });
});

test('nobody passes tags when assuming the role', () => {
  expect(JSON.stringify(roleOf(byTag).toJSON())).not.toContain('TagSession');
});

const EVERYBODY = /names everybody, and whoever has an account of AWS makes users, roles and tags in it/;

describe('is refused at synthesis', () => {
  const role = (assumedBy: iam.IPrincipal) => new iam.Role(new Stack(new App(), 'T'), 'Role', { assumedBy });

  test.each<[string, ApproverRoleProps, RegExp]>([
    [
      'a tag of any role',
      { ...groups, approverName: ApproverName.principalTag('n') },
      /any role of the account could carry/,
    ],
    [
      'a source identity of a whole account',
      { approverPrincipals: [new iam.AccountRootPrincipal()], approverName: ApproverName.sourceIdentity() },
      /any role of the account could carry/,
    ],
    [
      'a role, where IAM users approve',
      { approverPrincipals: [new iam.ArnPrincipal(`${ANY_ROLE}s`)] },
      /write approverName: ApproverName.principalTag/,
    ],
    [
      'the role of a service',
      {
        approverPrincipals: [role(new iam.ServicePrincipal('lambda.amazonaws.com'))],
        approverName: ApproverName.sourceIdentity(),
      },
      /is the role of a service, so a machine would decide/,
    ],
    ...(
      [
        ['anybody', new iam.AnyPrincipal()],
        ['a star', new iam.StarPrincipal()],
        ['a star as an ARN', new iam.ArnPrincipal('*')],
      ] as const
    ).flatMap(([what, anybody]): [string, ApproverRoleProps, RegExp][] => [
      [`${what}, where IAM users approve`, { ...groups, approverPrincipals: [anybody] }, EVERYBODY],
      [`${what}, where tags name people`, { ...byTag, approverPrincipals: [anybody] }, EVERYBODY],
    ]),
    ...[
      new iam.ServicePrincipal('lambda.amazonaws.com'),
      new iam.CompositePrincipal(new iam.ServicePrincipal('lambda.amazonaws.com')),
    ].map((service): [string, ApproverRoleProps, RegExp] => [
      'a service',
      { ...byTag, approverPrincipals: [service] },
      /names a service, so a machine would decide/,
    ]),
    [
      'a pattern of any role',
      { ...groups, approverName: ApproverName.sourceIdentity({ signInRoles: ['arn:aws:iam::*:role/*'] }) },
      /would admit roles that anybody may create/,
    ],
    [
      'a pattern of any account',
      { ...groups, approverName: ApproverName.sourceIdentity({ signInRoles: ['arn:aws:iam::*:role/Lead'] }) },
      /would admit roles that anybody may create/,
    ],
    ['a tag that is no key', { ...groups, approverName: ApproverName.principalTag('a}b') }, /is no key of a tag/],
  ])('%s', (_what, props, message) => {
    expect(() => roleOf(props)).toThrow(message);
  });
});

test.each<[string, (role: iam.Role) => iam.IPrincipal]>([
  ['itself', (role) => role],
  ['imported by its ARN', (role) => iam.Role.fromRoleArn(role, 'Again', role.roleArn)],
  ['that nobody may change', (role) => role.withoutPolicyUpdates()],
  ['as a principal', (role) => new iam.ArnPrincipal(role.roleArn)],
])('the role of a service of the app is refused in every view of it: %s', (_view, viewOf) => {
  const stack = new Stack(new App(), 'S', { env: { account: ACCOUNT, region: 'eu-west-1' } });
  const worker = new iam.Role(stack, 'Worker', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  const props = { approverPrincipals: [viewOf(worker)], approverName: ApproverName.sourceIdentity() };
  expect(() => new ApproverRole(stack, 'Approver', props)).toThrow(/S\/Worker is the role of a service/);
});

test('everybody of one’s own organization may be named', () => {
  const principals = [new iam.OrganizationPrincipal('o-abcdefghij')];
  expect(() => roleOf({ ...byTag, approverPrincipals: principals })).not.toThrow();
});
