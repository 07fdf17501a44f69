/** What an application or an agent does in a session. */
export const STEPS = ['launch', 'list', 'read', 'denied', 'asked', 'poll'] as const;
export type Step = (typeof STEPS)[number];

/** Kinds of requests to AWS, as the emulator's log tells them apart. */
export const KINDS = [
  'REST API',
  'Lambda Invoke',
  'DynamoDB GetItem',
  'DynamoDB Query',
  'DynamoDB UpdateItem',
  'DynamoDB PutItem',
  'DynamoDB TransactWriteItems',
  'S3 PUT',
  'S3 GET',
  'ECS RunTask',
  'Step Functions StartExecution',
  'Secrets Manager GetSecretValue',
] as const;
export type Kind = (typeof KINDS)[number];

/**
 * Requests to AWS of each step, at most: by functions that are warm, but meet this session for the first time. `npm run bench -- scale` counts them on the emulator and fails where these numbers are
 * no longer true.
 */
export const REQUESTS: Readonly<Record<Step, Readonly<Partial<Record<Kind, number>>>>> = {
  launch: {
    'Lambda Invoke': 1,
    'DynamoDB UpdateItem': 1,
    'DynamoDB TransactWriteItems': 2,
    'S3 PUT': 2,
    'ECS RunTask': 1,
  },
  list: { 'REST API': 1, 'DynamoDB GetItem': 2 },
  read: {
    'REST API': 1,
    'Lambda Invoke': 1,
    'DynamoDB GetItem': 3,
    'DynamoDB UpdateItem': 5,
    'DynamoDB PutItem': 1,
    'S3 PUT': 4,
    'S3 GET': 1,
    'Secrets Manager GetSecretValue': 2,
  },
  denied: { 'REST API': 1, 'DynamoDB GetItem': 3, 'DynamoDB UpdateItem': 1, 'S3 PUT': 2 },
  // Besides the gate, the function that stores the task token for the approver.
  asked: {
    'REST API': 1,
    'DynamoDB GetItem': 4,
    'DynamoDB UpdateItem': 2,
    'DynamoDB PutItem': 1,
    'DynamoDB TransactWriteItems': 1,
    'S3 PUT': 2,
    'Step Functions StartExecution': 1,
  },
  poll: { 'REST API': 1, 'DynamoDB GetItem': 2, 'DynamoDB UpdateItem': 1 },
};

const TARGETS: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'DynamoDB',
  AmazonEC2ContainerServiceV20141113: 'ECS',
  AWSStepFunctions: 'Step Functions',
  secretsmanager: 'Secrets Manager',
};

/** The kind of a line of the emulator's log. Undefined: a request that belongs to no step, such as one of CloudFormation. */
export function kindOf(line: string): Kind | undefined {
  const [, method = '', path = '', target = ''] = / (GET|PUT|POST|DELETE|HEAD) (\S+) (\S+) \d{3}$/.exec(line) ?? [];
  const kind = target === '-' ? kindOfPath(method, path) : kindOfTarget(target);
  return KINDS.find((each) => each === kind);
}

function kindOfTarget(target: string): string {
  const [service = '', operation = ''] = target.split('.');
  return `${TARGETS[service]} ${operation}`;
}

function kindOfPath(method: string, path: string): string | undefined {
  if (/^\/[^/]*\/functions\/.+\/invocations$/.test(path)) return 'Lambda Invoke';
  if (/\/(?:calls|tools)$/.test(path)) return 'REST API';
  return /^\/[a-z0-9-]+\/./.test(path) ? `S3 ${method}` : undefined;
}
