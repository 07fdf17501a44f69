import { memberOf, type Resource } from '../../../lib/template';
import { blocked, type Finding, ready } from '../finding';
import { unlessAbsent } from '../pages';
import type { PreflightCheck } from '../preflight-check';
import { GetAccountCommand, GetRoleCommand } from '../sdk';
import type { Target } from '../target';

const SET_IN_APP =
  "add new ApiGatewayAccountLogging(stack, 'ApiLogging') to the app, or set the role of another stack: aws apigateway update-account --patch-operations op=replace,path=/cloudwatchRoleArn,value=ROLE_ARN";

/**
 * A REST API with logs can't be deployed before the account and region has a role for them: "CloudWatch Logs role ARN must
 * be set in account settings to enable logging".
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export const apiLogs: PreflightCheck = {
  title: 'API Gateway’s log role',
  permissions: ['apigateway:GET', 'iam:GetRole'],
  run: async (target, { apiGateway, iam }) => {
    if (!target.assembly.ofType('AWS::ApiGateway::Stage').some(logs)) return [];
    const { cloudwatchRoleArn: arn } = await apiGateway.send(new GetAccountCommand({}));
    if (setsIt(target)) return [setByApp(arn)];
    if (!arn) return [blocked('the account never set a role with which API Gateway writes logs', SET_IN_APP)];
    const RoleName = arn.slice(arn.lastIndexOf('/') + 1);
    const role = await unlessAbsent(iam.send(new GetRoleCommand({ RoleName })), 'NoSuchEntity');
    return [
      role === undefined
        ? blocked(`API Gateway would write logs with ${arn}, and this role doesn't exist`, SET_IN_APP)
        : ready(arn),
    ];
  },
};

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
