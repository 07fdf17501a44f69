import type { QuotaName } from './quotas';
import { REQUESTS, type Step } from './requests';

/** How long functions run in a step, in seconds: the gate waits for its executor. Assumed, not measured on AWS. */
const FUNCTION_SECONDS: Readonly<Record<Step, number>> = {
  launch: 1.5,
  list: 0.1,
  read: 0.7,
  denied: 0.15,
  asked: 0.4,
  poll: 0.1,
};

/** Write units of a transaction: two items, each at twice the price. Source: Amazon DynamoDB developer guide, transactions. */
const TRANSACTION_UNITS = 4;

/** What a step takes of each rate. */
export function rateDemand(step: Step): ReadonlyMap<QuotaName, number> {
  const requests = REQUESTS[step];
  const of = (...kinds: (keyof typeof requests)[]) => kinds.reduce((sum, kind) => sum + (requests[kind] ?? 0), 0);
  const writes = of('DynamoDB UpdateItem', 'DynamoDB PutItem') + TRANSACTION_UNITS * of('DynamoDB TransactWriteItems');
  const demand: [QuotaName, number][] = [
    ['calls of RunTask', of('ECS RunTask')],
    ['started tasks', of('ECS RunTask')],
    ['requests to REST APIs', of('REST API')],
    // Each execution has a second one that sets off the alarm of a request that waits.
    ['started executions', 2 * of('Step Functions StartExecution')],
    ['writes of the state table', writes],
    // The items of launches that aren't bound yet are in one partition of their own: one is put, and deleted.
    ['writes of one partition of the state table', step === 'launch' ? TRANSACTION_UNITS : 0],
    ['objects written below one prefix', of('S3 PUT')],
    // Bucket keys and the table's own cache make it fewer. This is the most: one for each object and each credential.
    ['requests to KMS', of('S3 PUT', 'S3 GET', 'Secrets Manager GetSecretValue')],
    ['reads of secrets', of('Secrets Manager GetSecretValue')],
  ];
  return new Map(demand.filter(([, units]) => units > 0));
}

/** How long a step holds executions of functions, and how many: seconds and count. */
export function executionDemand(step: Step): { readonly seconds: number; readonly count: number } {
  // Behind the REST API the gate is one; each invocation is one more.
  const { 'REST API': gate = 0, 'Lambda Invoke': invoked = 0 } = REQUESTS[step];
  return { seconds: FUNCTION_SECONDS[step], count: gate + invoked };
}
