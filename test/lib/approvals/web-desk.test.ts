import { Template } from 'aws-cdk-lib/assertions';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  ApprovalRule,
  ApproverSignIn,
  DeskIngress,
  type HardenedAgentRuntimeProps,
  type OidcSignInOptions,
} from '../../../lib';
import { AgentStack, statementsOfRole } from '../agent-stack';

const PUBLIC = DeskIngress.publicly();

function signIn(more: Partial<OidcSignInOptions> = {}): ApproverSignIn {
  return ApproverSignIn.oidc({
    issuer: 'https://login.example.com',
    clientId: 'approval-desk',
    ingress: PUBLIC,
    ...more,
  });
}

function synthesize(approvals: HardenedAgentRuntimeProps['approvals']) {
  const made = new AgentStack({ env: { account: '111122223333', region: 'eu-west-1' } });
  const agent = made.withRuntime({ approvals });
  return { agent, stack: made.stack, template: Template.fromStack(made.stack) };
}

const withSignIn = (more: Partial<OidcSignInOptions> = {}) =>
  synthesize({ approverGroups: ['support-leads'], signIn: signIn(more) });

let made: ReturnType<typeof withSignIn>;
beforeAll(() => {
  made = withSignIn();
});

/** The one function with a variable. */
function functionWith(template: Template, variable: string) {
  const found = Object.values(template.findResources('AWS::Lambda::Function')).filter(
    ({ Properties: { Environment } }) => Environment?.Variables?.[variable] !== undefined,
  );
  expect(found).toHaveLength(1);
  return found[0]?.Properties;
}

describe('a desk with OpenID Connect', () => {
  test('has no approver role and no signed API', () => {
    const { agent, template } = made;
    expect(() => agent.approvals.approverRole).toThrow(/Approvals: there is no approver role/);
    expect(() => agent.approvals.approverRoleOf('finance')).toThrow(/Approvals: there is no approver role/);
    const signed = Object.values(template.findResources('AWS::ApiGateway::Method')).filter(
      ({ Properties: { AuthorizationType } }) => AuthorizationType === 'AWS_IAM',
    );
    // The gate's two methods.
    expect(signed).toHaveLength(2);
    for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Function'))) {
      expect(Properties.Environment?.Variables?.APPROVER_ROLE_NAME).toBeUndefined();
    }
  });

  test('needs no role for the group of a rule, because a token proves all groups', () => {
    const base = new AgentStack();
    base.withRuntime({
      approvals: {
        approverGroups: ['support-leads', 'finance'],
        signIn: signIn(),
        rules: [ApprovalRule.forTools([base.refund], { groups: ['finance'], people: 2 })],
      },
    });
    const template = Template.fromStack(base.stack);
    expect(Object.keys(template.findResources('AWS::IAM::Role')).filter((id) => /Approver/.test(id))).toEqual([]);
    const groups = Object.values(template.findResources('AWS::Lambda::Function')).flatMap(
      ({ Properties }) => Properties.Environment?.Variables?.APPROVER_GROUPS ?? [],
    );
    expect(groups).toEqual(['["support-leads","finance"]', '["support-leads","finance"]']);
  });

  test('gives its function sessions and two invocations, and nothing else', () => {
    const { template, stack } = made;
    const statements = statementsOfRole(template, 'WebDeskServeRole');
    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'lambda:InvokeFunction',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
    expect(statements.find(({ Sid }) => Sid === 'KeepSessions')?.Condition).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['DESK#*'] },
    });
    expect(stack).toBeDefined();
  });

  test('lets its function alone invoke those that show and decide', () => {
    const policies = Object.values(made.template.findResources('AWS::Lambda::ResourcePolicy'));
    const deskOnly = policies.filter((policy) => /ArnNotEquals.*WebDeskServeRole/.test(JSON.stringify(policy)));
    expect(deskOnly).toHaveLength(2);
  });

  test('runs outside the VPC, because it must reach the issuer', () => {
    const desk = functionWith(made.template, 'DESK_URL');
    expect(desk.VpcConfig).toBeUndefined();
    expect(desk.Environment.Variables).toMatchObject({
      APPROVER_ISSUER: 'https://login.example.com',
      SIGN_IN_CLIENT_ID: 'approval-desk',
      SIGN_IN_SCOPES: 'openid profile email',
      GROUPS_CLAIM: 'groups',
      NAME_CLAIM: 'name',
      PERSON_CLAIMS: 'email',
    });
  });

  test('in public is throttled and behind AWS WAF', () => {
    const { template } = made;
    template.resourceCountIs('AWS::WAFv2::WebACL', 1);
    template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1);
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      StageName: 'desk',
      MethodSettings: [{ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100, DataTraceEnabled: false }],
    });
  });

  test('in private answers through the named endpoints alone', () => {
    const ingress = DeskIngress.privately({ vpcEndpointIds: ['vpce-0123456789abcdef0'] });
    const { template } = withSignIn({ ingress });
    template.resourceCountIs('AWS::WAFv2::WebACL', 0);
    template.hasResourceProperties('AWS::ApiGateway::RestApi', {
      EndpointConfiguration: { Types: ['PRIVATE'], VpcEndpointIds: ['vpce-0123456789abcdef0'] },
      Policy: {
        Statement: [
          { Effect: 'Allow', Condition: { StringEquals: { 'aws:SourceVpce': ['vpce-0123456789abcdef0'] } } },
          { Effect: 'Deny', Condition: { StringNotEquals: { 'aws:SourceVpce': ['vpce-0123456789abcdef0'] } } },
        ],
      },
    });
    expect(JSON.stringify(functionWith(template, 'DESK_URL').Environment.Variables.DESK_URL)).toMatch(
      /"-vpce-0123456789abcdef0\.execute-api\.eu-west-1/,
    );
  });

  test('reads the secret of a confidential client, and no other', () => {
    const base = new AgentStack();
    const clientSecret = new secretsmanager.Secret(base.stack, 'ClientSecret');
    base.withRuntime({ approvals: { approverGroups: ['support-leads'], signIn: signIn({ clientSecret }) } });
    const statement = statementsOfRole(Template.fromStack(base.stack), 'WebDeskServeRole').find(
      ({ Sid }) => Sid === 'ReadClientSecret',
    );
    expect(statement).toMatchObject({ Action: 'secretsmanager:GetSecretValue', Resource: { Ref: expect.any(String) } });
  });
});

describe('what is refused', () => {
  const refused: [string, () => unknown, RegExp][] = [
    [
      'a secret whose full ARN nobody knows: a name without its suffix would admit nothing',
      () => {
        const base = new AgentStack();
        const clientSecret = secretsmanager.Secret.fromSecretNameV2(base.stack, 'ClientSecret', 'desk-client');
        base.withRuntime({ approvals: { approverGroups: ['support-leads'], signIn: signIn({ clientSecret }) } });
      },
      /WebDesk: the full ARN of the secret isn't known.*fromSecretCompleteArn/,
    ],
    ['no groups', () => synthesize({ signIn: signIn() }), /nobody could approve/],
    [
      'a wildcard as group',
      () => synthesize({ approverGroups: ['*'], signIn: signIn() }),
      /exact value of a claim; write it out/,
    ],
    [
      'principals of IAM too',
      () => synthesize({ approverGroups: ['a'], approverPrincipals: [], signIn: signIn() }),
      /could count as two people/,
    ],
    ['an issuer without TLS', () => withSignIn({ issuer: 'http://login.example.com' }), /write its https URL/],
    ['one client for both', () => withSignIn({ commandLineClientId: 'approval-desk' }), /register two clients/],
    ['a scope with a space', () => withSignIn({ scopes: ['profile email'] }), /without spaces/],
    ['no endpoint', () => withSignIn({ ingress: DeskIngress.privately({ vpcEndpointIds: [] }) }), /nobody could reach/],
    ['no rate', () => withSignIn({ ingress: DeskIngress.publicly({ requestsPerAddress: 0 }) }), /from 100 to/],
  ];
  test.each(refused)('%s', (_what, make, reason) => {
    expect(make).toThrow(reason);
  });
});
