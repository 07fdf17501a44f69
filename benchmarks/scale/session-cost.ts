import { PRICES } from '../../lib/cost/prices';
import { executionDemand } from './demand';
import { type Kind, REQUESTS, STEPS, type Step } from './requests';
import type { Load } from './simulate';

/** Memory of most functions: 512 MiB; of the gate: 1,024. */
const FUNCTION_GB = 0.75;
/** Memory of a task by default, in GB. */
const TASK_GB = 2;
/** A transaction writes two items at twice the units. */
const TRANSACTION_UNITS = 4;
/** Of a request that waits for a person, and of its watch. */
const TRANSITIONS = 8;

const PRICE_OF: Readonly<Partial<Record<Kind, number>>> = {
  'REST API': PRICES.restApiRequest.usd,
  'DynamoDB GetItem': PRICES.dynamoDbRead.usd,
  'DynamoDB Query': PRICES.dynamoDbRead.usd,
  'DynamoDB UpdateItem': PRICES.dynamoDbWrite.usd,
  'DynamoDB PutItem': PRICES.dynamoDbWrite.usd,
  'DynamoDB TransactWriteItems': TRANSACTION_UNITS * PRICES.dynamoDbWrite.usd,
  'S3 PUT': PRICES.s3Put.usd,
  'S3 GET': PRICES.s3Get.usd,
  'Step Functions StartExecution': TRANSITIONS * PRICES.stateTransition.usd,
  'Secrets Manager GetSecretValue': PRICES.secretRequest.usd,
};

/** List price of one session of a load, without its model, logs and data volume. */
export function sessionCost(load: Load): number {
  const hours = load.lasts / 3600;
  const task = hours * (load.cpu * PRICES.fargateCpuX86.usd + TASK_GB * PRICES.fargateMemoryX86.usd);
  const steps = load.lasts / load.pause;
  const average = STEPS.reduce((sum, step) => sum + (load.mix[step] ?? 0) * stepCost(step), 0);
  return task + stepCost('launch') + stepCost('list') + steps * average;
}

function stepCost(step: Step): number {
  const requests = Object.entries(REQUESTS[step]) as [Kind, number][];
  const { seconds, count } = executionDemand(step);
  const functions = count * (PRICES.lambdaRequest.usd + seconds * FUNCTION_GB * PRICES.lambdaGigabyteSecond.usd);
  return requests.reduce((sum, [kind, times]) => sum + times * (PRICE_OF[kind] ?? 0), functions);
}
