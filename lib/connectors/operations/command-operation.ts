import { Arn, ArnFormat, Aws, Token } from 'aws-cdk-lib';
import { BUNDLED_ACTIONS, isBundled } from '../../../runtime/core/bundled-actions';
import { EndpointService } from '../../network/endpoint-service';
import type { AwsCommandOptions } from '../aws-operation-options';
import { keyRight, type MadeOperation, type Place } from './made-operation';

/** The service that each prefix of an action belongs to: its endpoint, and what its key's encryption context names. */
const SERVICES: {
  readonly [prefix: string]: { readonly endpoint: EndpointService; readonly context?: string; readonly sends?: true };
} = {
  dynamodb: { endpoint: EndpointService.DYNAMODB, context: 'aws:dynamodb:tableName' },
  events: { endpoint: EndpointService.EVENTBRIDGE },
  s3: { endpoint: EndpointService.S3, context: 'aws:s3:arn' },
  ses: { endpoint: EndpointService.SES },
  sns: { endpoint: EndpointService.SNS, context: 'aws:sns:topicArn', sends: true },
  sqs: { endpoint: EndpointService.SQS, context: 'aws:sqs:arn', sends: true },
  states: { endpoint: EndpointService.STEP_FUNCTIONS },
};

const HOW_TO_ADD = 'docs/connectors.md says how to add one ("Add a service")';

/** @internal */
export function commandOperation(options: AwsCommandOptions): MadeOperation {
  const { action, resourceArn, input, result } = options;
  const problem = actionProblem(action) ?? arnProblem(action, resourceArn) ?? inputProblem(options);
  if (problem !== undefined) throw new Error(problem);
  if (!isBundled(action)) throw new Error(`the action "${action}" isn't known`);
  const [prefix = ''] = action.split(':');
  const service = SERVICES[prefix];
  if (service === undefined) throw new Error(`the service "${prefix}" isn't known`);
  const place = placeOf(resourceArn);
  return {
    config: {
      operation: 'command',
      action,
      input: Object.fromEntries(Object.entries(input).map(([name, { _value }]) => [name, _value])),
      ...(result === undefined ? {} : { result }),
    },
    resourceName: resourceArn,
    arguments: [...new Set(Object.values(input).flatMap(({ _arguments }) => _arguments))].map((name) => ({
      name,
      required: false,
    })),
    leastEffect: BUNDLED_ACTIONS[action].effect,
    access: {
      place,
      service: service.endpoint,
      right: { sid: sidOf(action), actions: [action], resources: [resourceArn] },
      ...keyRight(`KeyOf${sidOf(action)}`, service.context === undefined ? undefined : options.encryptionKey, {
        actions: service.sends ? ['kms:GenerateDataKey', 'kms:Decrypt'] : ['kms:Decrypt'],
        service: prefix,
        region: Aws.REGION,
        context: service.context ?? '',
        values: [prefix === 'dynamodb' ? nameIn(resourceArn) : resourceArn],
      }),
      ...(action === 'states:StartExecution' ? { starts: resourceArn } : {}),
    },
  };
}

function actionProblem(action: string): string | undefined {
  if (/[*?]/.test(action)) {
    return `the action "${action}" is a wildcard; write one exact action, such as "sqs:GetQueueAttributes"`;
  }
  if (!/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action)) {
    return `the action "${action}" is refused; write service and action, such as "sqs:GetQueueAttributes"`;
  }
  if (/^iam:passrole$/i.test(action)) {
    return 'iam:PassRole is refused: it would need one exact role and one exact service, and no operation here hands a role to a service. Let your own function do it, and call that with a LambdaConnector';
  }
  if (isBundled(action)) return undefined;
  const [prefix = ''] = action.split(':');
  const known = Object.keys(BUNDLED_ACTIONS).filter((each) => each.startsWith(`${prefix}:`));
  if (known.length > 0) {
    return `the action "${action}" isn't among those of ${prefix} that are bundled: ${known.join(', ')}; ${HOW_TO_ADD}`;
  }
  return `no client of the service "${prefix}" is bundled; bundled are ${Object.keys(SERVICES).join(', ')}. ${HOW_TO_ADD}, or call your own function with a LambdaConnector`;
}

function arnProblem(action: string, arn: string): string | undefined {
  const [prefix = ''] = action.split(':');
  const refused = (why: string) =>
    `the resource ARN "${Token.isUnresolved(arn) ? 'of the app' : arn}" is refused: ${why}; write the ARN of one resource`;
  // A token is written as text in which only what surrounds it can be read.
  if (/[*?]/.test(arn)) return refused('it has a wildcard');
  if (Token.isUnresolved(arn)) return undefined;
  const [start, partition, service, region, account = '', ...rest] = arn.split(':');
  if (start !== 'arn' || !partition || rest.join(':') === '') return refused('it is not an ARN');
  if (service !== prefix) return refused(`it is of ${service || 'no service'}, and the action is of ${prefix}`);
  if (prefix !== 's3' && (!region || !/^\d{12}$/.test(account))) return refused('it names no region or no account');
  return undefined;
}

function inputProblem({ action, input }: AwsCommandOptions): string | undefined {
  return Object.keys(input).length === 0
    ? `the input of "${action}" has no member, so the command names no resource; write one such as { QueueUrl: OperationInput.queueUrl() }`
    : undefined;
}

function placeOf(arn: string): Place {
  const { region, account } = Arn.split(arn, ArnFormat.NO_RESOURCE_NAME);
  // The ARN of a bucket names neither.
  return { name: arn, region: region || Aws.REGION, account: account || Aws.ACCOUNT_ID };
}

function nameIn(arn: string): string {
  return Arn.extractResourceName(arn, 'table');
}

/** `sqs:GetQueueAttributes` as `SqsGetQueueAttributes`. */
function sidOf(action: string): string {
  return action
    .split(':')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}
