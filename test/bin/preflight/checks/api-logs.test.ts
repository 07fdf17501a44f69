import type { GetAccountCommandOutput } from '@aws-sdk/client-api-gateway';
import type { GetRoleCommandOutput } from '@aws-sdk/client-iam';
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
const ROLE = {
  ...META,
  Role: { Path: '/service-role/', RoleName: 'ApiLogs', RoleId: 'AROA1', Arn: ARN, CreateDate: new Date(0) },
} satisfies GetRoleCommandOutput;

test('an account that never set the role', async () => {
  const [finding] = await findingsOf(apiLogs, { Resources: LOGGING }, { GetAccountCommand: NEVER_SET });
  expect(finding).toMatchObject({ verdict: 'blocked', fix: expect.stringContaining('new ApiGatewayAccountLogging(') });
});

test('a role that is set and exists, and one that was deleted', async () => {
  const there = { GetAccountCommand: SET, GetRoleCommand: ROLE };
  expect(verdicts(await findingsOf(apiLogs, { Resources: LOGGING }, there))).toEqual([`ready: ${ARN}`]);
  const gone = { GetAccountCommand: SET, GetRoleCommand: awsError('NoSuchEntityException') };
  expect(verdicts(await findingsOf(apiLogs, { Resources: LOGGING }, gone))).toEqual([
    `blocked: API Gateway would write logs with ${ARN}, and this role doesn't exist`,
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
