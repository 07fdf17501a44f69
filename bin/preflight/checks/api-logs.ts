import { memberOf, type Resource } from '../../../lib/template';
import { readPolicy, statementsOf } from '../../../lib/template/iam/policy';
import { shellWord } from '../../command-line/command-hint';
import { blocked, type Finding, note, ready, unknown } from '../finding';
import { unlessAbsent } from '../pages';
import type { PreflightCheck, PreflightClients } from '../preflight-check';
import { GetAccountCommand, GetRoleCommand, SimulatePrincipalPolicyCommand } from '../sdk';
import type { Target } from '../target';

const SET_IN_APP =
  "add new ApiGatewayAccountLogging(stack, 'ApiLogging') to the app, or set the role of another stack: aws apigateway update-account --patch-operations op=replace,path=/cloudwatchRoleArn,value=ROLE_ARN";

/**
 * A REST API with logs can't be deployed before the account and region has a role for them: "CloudWatch Logs role ARN must
 * be set in account settings to enable logging".
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html,
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonAPIGatewayPushToCloudWatchLogs.html
 */
export const apiLogs: PreflightCheck = {
  title: 'API Gateway’s log role',
  permissions: ['apigateway:GET', 'iam:GetRole', 'iam:SimulatePrincipalPolicy'],
  run: async (target, clients) => {
    if (!target.assembly.ofType('AWS::ApiGateway::Stage').some(logs)) return [];
    const { cloudwatchRoleArn: arn } = await clients.apiGateway.send(new GetAccountCommand({}));
    if (setsIt(target)) return [setByApp(arn)];
    if (!arn) return [blocked('the account never set a role with which API Gateway writes logs', SET_IN_APP)];
    return [await askRole(target, clients, arn)];
  },
};

/** What AWS's managed policy for this role allows, and writing needs. */
const WRITES = ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'];

async function askRole({ environment }: Target, { iam }: PreflightClients, arn: string): Promise<Finding> {
  const RoleName = arn.slice(arn.lastIndexOf('/') + 1);
  const answer = await unlessAbsent(iam.send(new GetRoleCommand({ RoleName })), 'NoSuchEntity');
  if (answer === undefined) {
    return blocked(`API Gateway would write logs with ${arn}, and this role doesn't exist`, SET_IN_APP);
  }
  if (!trustsApiGateway(answer.Role?.AssumeRolePolicyDocument)) {
    return blocked(
      `API Gateway would write logs with ${arn}, and this role doesn't trust apigateway.amazonaws.com`,
      SET_IN_APP,
    );
  }
  const { account, partition, region } = environment;
  const group = `arn:${partition}:logs:${region}:${account}:log-group:API-Gateway-Execution-Logs_preflight/v1:log-stream:0`;
  const { EvaluationResults = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({ PolicySourceArn: arn, ActionNames: WRITES, ResourceArns: [group] }),
  );
  const denied = EvaluationResults.filter(({ EvalDecision }) => EvalDecision !== 'allowed').flatMap(
    ({ EvalActionName }) => EvalActionName ?? [],
  );
  if (EvaluationResults.length === 0) return unknown(`AWS didn’t say what ${arn} may do`);
  if (denied.length === 0) return ready(arn);
  return note(
    `API Gateway writes logs with ${arn}, which may not ${denied.join(', ')}: the APIs would be deployed, and write no logs`,
    `aws iam attach-role-policy --role-name ${shellWord(RoleName)} --policy-arn arn:${partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs`,
  );
}

/** IAM returns a policy with its characters percent-encoded. */
function trustsApiGateway(document: string | undefined): boolean {
  const policy = readPolicy('trust', 'role', [{ value: decodeURIComponent(document ?? ''), assuming: [] }]);
  return statementsOf(policy).some(
    ({ effect, principal }) =>
      effect === 'Allow' &&
      principal?.patterns.some(({ kind, value }) => kind === 'Service' && value === 'apigateway.amazonaws.com'),
  );
}

function setByApp(arn: string | undefined): Finding {
  return ready(arn ? `this deployment replaces ${arn} for every REST API of the region` : 'this deployment sets it');
}

function setsIt({ assembly }: Target): boolean {
  return assembly.ofType('AWS::ApiGateway::Account').length > 0;
}

/** Whether a stage writes access logs or execution logs. */
function logs(stage: Resource): boolean {
  const access = stage.property('AccessLogSetting').some(({ value }) => value !== undefined);
  const levels = stage.items('MethodSettings').map(({ value }) => memberOf(value, 'LoggingLevel'));
  return access || levels.some((level) => level !== undefined && level !== 'OFF');
}
