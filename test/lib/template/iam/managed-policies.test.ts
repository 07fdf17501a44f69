import { Assembly } from '../../../../lib/template';
import { accessesOf } from '../../../../lib/template/iam/access';
import { ACTIONS } from '../../../../lib/template/iam/asked';
import { awsManagedPolicy } from '../../../../lib/template/iam/managed-policies';

const arn = (name: string): string => `arn:aws:iam::aws:policy/${name}`;

test('the table was made for every action that is asked about', () => {
  const asked = new Set(Object.values(ACTIONS).flat());
  const billing = awsManagedPolicy(arn('job-function/Billing'));
  expect([...asked].filter((action) => billing?.mayAllow(action) !== false)).toEqual([]);
});

test.each([
  ['AdministratorAccess', 'iam:PutRolePolicy', true],
  ['PowerUserAccess', 's3:GetObject', true],
  ['PowerUserAccess', 'iam:PutRolePolicy', false],
  ['SecurityAudit', 's3:ListBucket', true],
  ['SecurityAudit', 's3:GetObject', false],
  ['CloudWatchReadOnlyAccess', 'logs:GetLogEvents', true],
  ['CloudWatchReadOnlyAccess', 'secretsmanager:GetSecretValue', false],
  ['job-function/Billing', 'an:ActionOfTomorrow', true],
])('whether %s may allow %s is known: %s', (name, action, may) => {
  expect(awsManagedPolicy(arn(name))?.mayAllow(action)).toBe(may);
});

function actionsOf(services: readonly string[], policy: string): string[] {
  const Statement = services.map((Service) => ({ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }));
  const body = {
    Resources: {
      Log: { Type: 'AWS::Logs::LogGroup' },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: { Statement }, ManagedPolicyArns: [arn(policy)] },
      },
    },
  };
  return accessesOf(Assembly.of({ name: 'template', body })).map(({ action }) => action);
}

const PUSHES = 'service-role/AmazonAPIGatewayPushToCloudWatchLogs';

test('a policy that AWS made for a service gives nothing to a role that this service alone takes', () => {
  expect(actionsOf(['apigateway.amazonaws.com'], PUSHES)).toEqual([]);
});

test.each([[['lambda.amazonaws.com']], [['apigateway.amazonaws.com', 'lambda.amazonaws.com']]])(
  'it gives to a role of %s what it allows',
  (services) => expect(actionsOf(services, PUSHES)).toEqual(['logs:GetLogEvents', 'logs:FilterLogEvents']),
);

test.each(['constructor', '__proto__', 'toString'])(
  'a service that is called %s is none that AWS made it for',
  (name) => {
    expect(actionsOf([name], PUSHES)).toEqual(['logs:GetLogEvents', 'logs:FilterLogEvents']);
  },
);

test('a policy that nobody knows may allow everything', () => {
  expect(actionsOf(['apigateway.amazonaws.com'], 'OfTomorrow')).toEqual(ACTIONS['AWS::Logs::LogGroup']);
});
