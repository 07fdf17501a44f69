import type { GetAccountCommandOutput } from '@aws-sdk/client-api-gateway';
import type {
  GetRoleCommandOutput,
  SimulatePrincipalPolicyCommandInput,
  SimulatePrincipalPolicyCommandOutput,
} from '@aws-sdk/client-iam';
import { apiLogs } from '../../../../bin/preflight/checks/api-logs';
import { awsError, findingsOf, META, verdicts } from '../fake-account';

const stage = (Properties: object) => ({ Stage: { Type: 'AWS::ApiGateway::Stage', Properties } });
const LOGGING = stage({ AccessLogSetting: { DestinationArn: 'arn:aws:logs:eu-west-1:111122223333:log-group:Access' } });
const ARN = 'arn:aws:iam::111122223333:role/service-role/ApiLogs';

/** https://docs.aws.amazon.com/apigateway/latest/api/API_GetAccount.html: without a role the member is absent. */
const NEVER_SET = {
  ...META,
  throttleSettings: { burstLimit: 5000, rateLimit: 10000 },
  features: ['UsagePlans'],
  apiKeyVersion: '4',
} satisfies GetAccountCommandOutput;
const SET = { ...NEVER_SET, cloudwatchRoleArn: ARN } satisfies GetAccountCommandOutput;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
const roleFor = (Service: string) =>
  ({
    ...META,
    Role: {
      Path: '/service-role/',
      RoleName: 'ApiLogs',
      RoleId: 'AROA1',
      Arn: ARN,
      CreateDate: new Date(0),
      AssumeRolePolicyDocument: encodeURIComponent(
        JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }] }),
      ),
    },
  }) satisfies GetRoleCommandOutput;
const ROLE = roleFor('apigateway.amazonaws.com');

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html */
const allowing = (...actions: string[]) => ({
  SimulatePrincipalPolicyCommand: ({ ActionNames = [] }: SimulatePrincipalPolicyCommandInput) =>
    ({
      ...META,
      EvaluationResults: ActionNames.map((EvalActionName) => ({
        EvalActionName,
        EvalDecision: actions.includes('*') || actions.includes(EvalActionName) ? 'allowed' : 'implicitDeny',
      })),
    }) satisfies SimulatePrincipalPolicyCommandOutput,
});

test('an account that never set the role', async () => {
  const [finding] = await findingsOf(apiLogs, { Resources: LOGGING }, { GetAccountCommand: NEVER_SET });
  expect(finding).toMatchObject({ verdict: 'blocked', fix: expect.stringContaining('new ApiGatewayAccountLogging(') });
});

test('a role that is set and exists, and one that was deleted', async () => {
  const there = { GetAccountCommand: SET, GetRoleCommand: ROLE, ...allowing('*') };
  expect(verdicts(await findingsOf(apiLogs, { Resources: LOGGING }, there))).toEqual([`ready: ${ARN}`]);
  const gone = { GetAccountCommand: SET, GetRoleCommand: awsError('NoSuchEntityException') };
  expect(verdicts(await findingsOf(apiLogs, { Resources: LOGGING }, gone))).toEqual([
    `blocked: API Gateway would write logs with ${ARN}, and this role doesn't exist`,
  ]);
});

test('a role that API Gateway can’t assume', async () => {
  const answers = { GetAccountCommand: SET, GetRoleCommand: roleFor('lambda.amazonaws.com') };
  expect(verdicts(await findingsOf(apiLogs, { Resources: LOGGING }, answers))).toEqual([
    `blocked: API Gateway would write logs with ${ARN}, and this role doesn't trust apigateway.amazonaws.com`,
  ]);
});

test('a role that may not write: the deployment succeeds, and no log is written', async () => {
  const answers = { GetAccountCommand: SET, GetRoleCommand: ROLE, ...allowing('logs:CreateLogStream') };
  expect(await findingsOf(apiLogs, { Resources: LOGGING }, answers)).toEqual([
    {
      verdict: 'note',
      text: expect.stringContaining('may not logs:DescribeLogStreams, logs:PutLogEvents'),
      fix: 'aws iam attach-role-policy --role-name ApiLogs --policy-arn arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs',
    },
  ]);
});

test('the app sets it itself, and says what it replaces', async () => {
  const Resources = { ...LOGGING, Account: { Type: 'AWS::ApiGateway::Account', Properties: {} } };
  const said = async (answer: object) =>
    verdicts(await findingsOf(apiLogs, { Resources }, { GetAccountCommand: answer }));
  expect(await said(NEVER_SET)).toEqual(['ready: this deployment sets it']);
  expect(await said(SET)).toEqual([`ready: this deployment replaces ${ARN} for every REST API of the region`]);
});

test('asks only for stages that write logs: access logs, or execution logs', async () => {
  expect(await findingsOf(apiLogs, { Resources: stage({ MethodSettings: [{ LoggingLevel: 'OFF' }] }) }, {})).toEqual(
    [],
  );
  expect(await findingsOf(apiLogs, { Resources: stage({}) }, {})).toEqual([]);
  const execution = stage({ MethodSettings: [{ LoggingLevel: 'ERROR' }] });
  expect(await findingsOf(apiLogs, { Resources: execution }, { GetAccountCommand: NEVER_SET })).toHaveLength(1);
});
