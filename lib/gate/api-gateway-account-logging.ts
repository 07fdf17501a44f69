import { Aspects, type IAspect, RemovalPolicy, Stack, Stage, Validations } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import { checkConstruct } from '../private/props/check';
import { struct } from '../private/props/shape';

const PROPS = struct<object>({}, '{}');

/**
 * The text of AWS's managed policy AmazonAPIGatewayPushToCloudWatchLogs. It is written out, so that the checks and `prove`
 * can read it; Terraform's documentation of this setting does the same.
 * Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonAPIGatewayPushToCloudWatchLogs.html
 */
const ACTIONS = [
  'logs:CreateLogGroup',
  'logs:CreateLogStream',
  'logs:DescribeLogGroups',
  'logs:DescribeLogStreams',
  'logs:PutLogEvents',
  'logs:GetLogEvents',
  'logs:FilterLogEvents',
];

const WHY_ALL_LOGS =
  'With this one role API Gateway writes the logs of every REST API of the account and region, and AWS demands these rights. Only API Gateway can assume the role.';

/**
 * Lets API Gateway write logs, in this account and region. Without it, the deployment of a REST API with logs fails in an
 * account that never set it: "CloudWatch Logs role ARN must be set in account settings to enable logging".
 *
 * This is one setting for the whole account and region, shared by all REST APIs. So it is a construct of its own that you
 * add once, best in a stack for the account. If the setting has a role already, this one replaces it:
 * `hardened-agent preflight` tells whether it has. Role and setting are kept when the stack is deleted, because other APIs
 * may use them, and because AWS doesn't reset the setting.
 *
 * The REST APIs of the same app, account and region wait for it.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html,
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-account.html (deletion),
 * https://github.com/aws-solutions/virtual-waiting-room-on-aws/issues/74 (the failed deployment)
 */
export class ApiGatewayAccountLogging extends Construct {
  /** The role with which API Gateway writes logs. */
  public readonly role: iam.Role;

  private readonly account: apigateway.CfnAccount;

  /** @throws Error when the app has another one for the same account and region */
  constructor(scope: Construct, id: string) {
    checkConstruct(ApiGatewayAccountLogging, scope, id, {}, PROPS);
    super(scope, id);
    const { root } = this.node;
    const other = root.node.findAll().find((each) => each !== this && isAccountLogging(each) && sameTarget(each, this));
    if (other !== undefined) {
      throw new Error(
        `${this.node.path}: ${other.node.path} makes the same setting, which each account and region has once; remove one of them`,
      );
    }
    this.role = new iam.Role(this, 'Role', {
      description: 'API Gateway: writes the logs of all REST APIs of this account and region',
      // AWS documents no condition keys for this role, and a role that API Gateway can't assume fails the deployment.
      assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com'),
      inlinePolicies: {
        WriteLogs: new iam.PolicyDocument({
          statements: [new iam.PolicyStatement({ actions: ACTIONS, resources: ['*'] })],
        }),
      },
    });
    this.account = new apigateway.CfnAccount(this, 'Account', { cloudWatchRoleArn: this.role.roleArn });
    // Not RetainExceptOnCreate: AWS keeps the setting after a rollback, and it must not name a role that was deleted.
    this.role.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.account.applyRemovalPolicy(RemovalPolicy.RETAIN);
    acknowledgeAllLogs(this.role);
    Aspects.of(root).add(new StagesWait(this, this.account));
  }
}

function isAccountLogging(construct: IConstruct): construct is ApiGatewayAccountLogging {
  return construct instanceof ApiGatewayAccountLogging;
}

/** Whether two constructs are deployed to the same account and region, as far as the app knows. */
function sameTarget(a: IConstruct, b: IConstruct): boolean {
  const [one, other] = [Stack.of(a), Stack.of(b)];
  return Stage.of(a) === Stage.of(b) && one.account === other.account && one.region === other.region;
}

function acknowledgeAllLogs(role: iam.Role): void {
  const resource = role.node.defaultChild as iam.CfnRole;
  Validations.of(resource).acknowledge({ id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]', reason: WHY_ALL_LOGS });
}

/** Makes the stages of REST APIs wait for the setting. */
class StagesWait implements IAspect {
  constructor(
    private readonly logging: ApiGatewayAccountLogging,
    private readonly account: apigateway.CfnAccount,
  ) {}

  public visit(node: IConstruct): void {
    if (node instanceof apigateway.CfnStage && sameTarget(node, this.logging)) node.node.addDependency(this.account);
  }
}
