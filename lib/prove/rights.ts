import { BUNDLED_ACTIONS } from '../../runtime/core/bundled-actions';
import { ERASURE_STREAM } from '../../runtime/core/contracts';
import type { PartKind } from '../checks/facts/part';
import { NETWORK_INTERFACE_ACTIONS } from '../private/network-interface-actions';

/** A permission that this library grants, and how its part uses it. */
export interface Right {
  readonly actions: readonly string[];
  /**
   * `{state}` is the resource with that place in the part's configuration. Account, region and partition are `<account>` etc.,
   * and the id of the part's agent is `<agent>`.
   */
  readonly on: string | RegExp;
  /**
   * `StringEquals aws:key value value`: the policy must have this condition, with these values or fewer. `…` stands for any end of a
   * word, and `<exact>` for a value without a wildcard.
   */
  readonly when: readonly string[];
  /**
   * `code`: the part's own code sends the request, from the part's network. `AWS`: a service acts with the role, from
   * outside the network.
   * @default 'code'
   */
  readonly by?: 'AWS';
  /**
   * When the part needs it. `as named`: on each resource that the role's policies or the endpoints' policies name.
   * @default 'always'
   */
  readonly needed?: 'if traced' | 'if logged' | 'if in a network' | 'as named' | 'never';
  /**
   * What is needed of it: `dynamodb:GetItem SESSION#* TASK#*`.
   * @default each action, with each value of `dynamodb:LeadingKeys`
   */
  readonly uses?: readonly string[];
  /** Condition keys of the request that `when` doesn't name. */
  readonly sends?: { readonly [key: string]: string };
}

const right = (actions: string, on: string | RegExp, ...when: string[]): Right => ({
  actions: actions.split(' '),
  on,
  when,
});

const byAws = (given: Right, needed?: Right['needed']): Right => ({ ...given, by: 'AWS', ...(needed && { needed }) });
const asNamed = (given: Right): Right => ({ ...given, needed: 'as named' });
const never = (given: Right): Right => ({ ...given, needed: 'never' });
const using = (given: Right, ...uses: string[]): Right => ({ ...given, uses });

const items = (...keys: string[]): string => `ForAllValues:StringLike dynamodb:LeadingKeys ${keys.join(' ')}`;
const inBucket = (place: string): string => `StringEquals kms:EncryptionContext:aws:s3:arn {${place}}`;
const objects = (actions: string, keyActions: string, place: string, names: string): Right[] => [
  right(actions, `{${place}}/${names}`),
  byAws(right(keyActions, `{key of the ${place}}`, inBucket(place))),
];
/** The runtime creates the objects of locked buckets, and never overwrites one. */
const creating = (given: Right): Right => ({ ...given, sends: { 's3:if-none-match': '*' } });

/** Only the names of the part's own agent. */
const ofAgent = (folder: string): string => `${folder}/<agent>-*`;
const ofAll = (folder: string): string => `${folder}/*`;
const append = (names: string): Right[] =>
  objects('s3:PutObject s3:GetObject', 'kms:GenerateDataKey kms:Decrypt', 'ledger', names).map(creating);
const readEntries = (names: string): Right[] => objects('s3:GetObject', 'kms:Decrypt', 'ledger', names);
const readEvidence = (names: string): Right[] => objects('s3:GetObject', 'kms:Decrypt', 'evidence', names);
const writeEvidence = (names: string): Right[] => objects('s3:PutObject', 'kms:GenerateDataKey', 'evidence', names);
const APPEND = append(ofAgent('entries'));
const invoke = (place: string): Right => right('lambda:InvokeFunction', `{${place}}`);

/** IAM can limit this to a cluster, but not to one agent's tasks in it. */
const STOP_TASKS: readonly Right[] = [
  right('ecs:StopTask', '{cluster}/*', 'ArnEquals ecs:cluster {cluster}'),
  right('ecs:ListTasks', '*', 'ArnEquals ecs:cluster {cluster}'),
];

/** What Lambda itself needs: to write logs and traces, and to place a function in a network. A Deny excludes the function's code from the latter. */
const WRITE_LOGS = byAws(right('logs:CreateLogStream logs:PutLogEvents', '{logs}'));
const PLACE_IN_NETWORK = byAws(right(NETWORK_INTERFACE_ACTIONS.join(' '), '*'), 'if in a network');
const FUNCTION: readonly Right[] = [
  WRITE_LOGS,
  byAws(right('xray:PutTraceSegments xray:PutTelemetryRecords', '*'), 'if traced'),
  PLACE_IN_NETWORK,
];
/** What Step Functions needs to write logs and traces. Neither takes a resource. */
const STATE_MACHINE: readonly Right[] = [
  byAws(
    right(
      'logs:CreateLogDelivery logs:GetLogDelivery logs:UpdateLogDelivery logs:DeleteLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy logs:DescribeResourcePolicies logs:DescribeLogGroups',
      '*',
    ),
    'if logged',
  ),
  byAws(
    right('xray:PutTraceSegments xray:PutTelemetryRecords xray:GetSamplingRules xray:GetSamplingTargets', '*'),
    'if traced',
  ),
];

/** One existing key by its ARN. */
const KEY_ELSEWHERE = /^arn:<partition>:kms:[^:]+:[^:]+:key\/[^*?{]+$/;
/** An existing image repository by its ARN. */
const REPOSITORY_ELSEWHERE = /^arn:<partition>:ecr:[^:]+:[^:]+:repository\/[^*?]+$/;
const PULL = 'ecr:BatchCheckLayerAvailability ecr:GetDownloadUrlForLayer ecr:BatchGetImage';

const bundled = (service: string): string =>
  Object.keys(BUNDLED_ACTIONS)
    .filter((action) => action.startsWith(`${service}:`))
    .join(' ');
const commands = ['events', 'ses', 'sns', 'sqs', 'states'].map(bundled).join(' ');

/** A key of a resource: used by the resource's service, and for nothing else that the key encrypts. A word has no space: `{own…`. */
const OF_ONE_RESOURCE = [
  'StringEquals kms:ViaService <exact>',
  'String… kms:EncryptionContext:… <exact> {own…',
] as const;

/**
 * What a connector may do with the resources of its operations: what its policies name. Their keys follow: see `keyActionsFor`.
 */
const OWN_RESOURCES: readonly Right[] = [
  asNamed(right('s3:GetObject s3:GetObjectVersion s3:PutObject', /^\{own resource\}\/[^?]+$/)),
  asNamed(right('s3:ListBucket lambda:InvokeFunction', /^\{own resource\}$/)),
  asNamed(right(bundled('s3'), /^\{own resource\}(\/[^*?]+)?$/)),
  asNamed(right(bundled('dynamodb'), /^\{own resource\}(\/index\/[^*?]+)?$/)),
  asNamed(right(commands, /^\{own resource\}$/)),
  byAws(right('kms:Decrypt kms:GenerateDataKey', '{key of the own resource}', ...OF_ONE_RESOURCE), 'never'),
];

/**
 * Everything that each part's own policies may allow, and what the part's code and AWS need of it. One table, so that a right
 * that is granted and one that is used can't drift apart.
 *
 * Source of what AWS needs: Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC"; Step
 * Functions Developer Guide, "Using CloudWatch Logs to log execution history", "Trace Step Functions request data in AWS
 * X-Ray"; Amazon ECS Developer Guide, "Amazon ECS task execution IAM role"; Amazon S3 User Guide, "Using server-side
 * encryption with AWS KMS keys"; Bedrock user guide, "Set up permissions to use Amazon Bedrock Guardrails".
 */
export const RIGHTS: { readonly [kind in PartKind]: readonly Right[] } = {
  agent: [
    right('execute-api:Invoke', '{gate API}/v1/GET/tools'),
    right('execute-api:Invoke', '{gate API}/v1/POST/calls'),
    asNamed(
      right(
        'bedrock:InvokeModel bedrock:InvokeModelWithResponseStream',
        /^arn:<partition>:bedrock:[^:]*:[^:]*:(foundation-model|inference-profile|application-inference-profile)\/[^*?]+$/,
      ),
    ),
    asNamed(
      right('bedrock:ApplyGuardrail', /^arn:<partition>:bedrock:[^:]*:[^:]*:(guardrail|guardrail-profile)\/[^*?]+$/),
    ),
  ],
  gate: [
    ...FUNCTION,
    using(
      right(
        'dynamodb:GetItem dynamodb:Query',
        '{state}',
        items('SESSION#<agent>-*', 'TASK#<agent>#*', 'LAUNCHES#<agent>'),
      ),
      'dynamodb:GetItem SESSION#<agent>-* TASK#<agent>#*',
      'dynamodb:Query LAUNCHES#<agent>',
    ),
    right('dynamodb:GetItem', '{state}', items('STOPS#<agent>')),
    right('dynamodb:PutItem dynamodb:UpdateItem', '{state}', items('SESSION#<agent>-*')),
    right('dynamodb:UpdateItem', '{state}', items('PROBATION#<agent>#*')),
    right('dynamodb:GetItem dynamodb:UpdateItem', '{state}', items('LIMIT#<agent>#*')),
    ...APPEND,
    ...writeEvidence(ofAgent('args')),
    ...writeEvidence(ofAgent('results')),
    ...readEvidence(ofAgent('results')),
    right('states:StartExecution', '{workflow}'),
    invoke('executor'),
    invoke('approved call'),
  ],
  connector: [
    ...FUNCTION,
    ...readEntries(ofAgent('entries')),
    ...readEvidence(ofAgent('args')),
    right('dynamodb:GetItem dynamodb:UpdateItem', '{state}', items('SESSION#<agent>-*')),
    right('dynamodb:GetItem', '{state}', items('STOPS#<agent>')),
    right('secretsmanager:GetSecretValue', '{credential}'),
    byAws(
      right(
        'kms:Decrypt',
        '{key of the credential}',
        'StringEquals kms:ViaService secretsmanager.<region>.amazonaws.com',
        'StringEquals kms:EncryptionContext:SecretARN {credential}',
      ),
    ),
    ...OWN_RESOURCES,
    // An existing key.
    never(right('kms:Decrypt kms:GenerateDataKey', KEY_ELSEWHERE, ...OF_ONE_RESOURCE)),
  ],
  'code connector': [
    ...FUNCTION,
    ...readEntries(ofAgent('entries')),
    ...readEvidence(ofAgent('args')),
    // What a run may read: results of earlier calls of its session.
    ...readEvidence(ofAgent('results')),
    right('dynamodb:GetItem dynamodb:UpdateItem', '{state}', items('SESSION#<agent>-*')),
    right('dynamodb:GetItem', '{state}', items('STOPS#<agent>')),
    invoke('code sandbox'),
  ],
  // Lambda's own work with its role, and nothing for the code.
  'code sandbox': [WRITE_LOGS, PLACE_IN_NETWORK],
  sealer: [
    ...FUNCTION,
    right('s3:ListBucket', '{ledger}'),
    // It only creates checkpoints there, and reads one that exists.
    never(right('s3:ListBucket', '{witness}')),
    right('s3:ListBucket', '{publication}'),
    ...['entries', 'batches', 'checkpoints'].map((prefix) =>
      creating(right('s3:GetObject s3:PutObject', `{ledger}/${prefix}/*`)),
    ),
    creating(right('s3:GetObject s3:PutObject', '{witness}/checkpoints/*')),
    right('s3:GetObject s3:PutObject', '{publication}/*'),
    byAws(right('kms:Decrypt kms:GenerateDataKey', '{key of the ledger}', inBucket('ledger'))),
    byAws(right('kms:Decrypt kms:GenerateDataKey', '{key of the witness}', inBucket('witness'))),
    byAws(right('kms:Decrypt kms:GenerateDataKey', KEY_ELSEWHERE, inBucket('witness')), 'as named'),
    byAws(
      right(
        'kms:Decrypt kms:GenerateDataKey',
        KEY_ELSEWHERE,
        `${inBucket('witness').replace('Equals', 'Like')} {witness}/checkpoints/*`,
      ),
      'as named',
    ),
    right('kms:Sign kms:GetPublicKey', '{signing key}'),
  ],
  'token keeper': [
    ...FUNCTION,
    right('dynamodb:GetItem', '{state}', items('SESSION#<agent>-*')),
    right('dynamodb:PutItem', '{state}', items('TOKEN#<agent>-*', 'REQ#<agent>-*')),
  ],
  'request viewer': [
    ...FUNCTION,
    right('dynamodb:GetItem', '{state}', items('SESSION#*', 'REQ#*')),
    right('dynamodb:Query', '{state}', items('SESSION#*')),
    right('dynamodb:Query', '{state}/index/pending', 'ForAllValues:StringEquals dynamodb:LeadingKeys STATUS#PENDING'),
    ...readEvidence(ofAll('args')),
  ],
  decision: [
    ...FUNCTION,
    right('dynamodb:GetItem', '{state}', items('SESSION#*', 'REQ#*', 'TOKEN#*')),
    using(
      right('dynamodb:PutItem dynamodb:UpdateItem', '{state}', items('SESSION#*', 'REQ#*')),
      'dynamodb:PutItem SESSION#* REQ#*',
      'dynamodb:UpdateItem SESSION#*',
    ),
    ...append(ofAll('entries')),
    right('states:SendTaskSuccess', '{workflow}'),
  ],
  'web desk': [
    ...FUNCTION,
    right('dynamodb:GetItem dynamodb:PutItem dynamodb:DeleteItem', '{state}', items('DESK#*')),
    invoke('shown by'),
    invoke('decided by'),
    right('secretsmanager:GetSecretValue', '{client-secret}'),
    byAws(
      right(
        'kms:Decrypt',
        '{key of the client-secret}',
        'StringEquals kms:ViaService secretsmanager.<region>.amazonaws.com',
        'StringEquals kms:EncryptionContext:SecretARN {client-secret}',
      ),
    ),
    never(right('kms:Decrypt', KEY_ELSEWHERE)),
  ],
  'approved call': [
    ...FUNCTION,
    right('dynamodb:GetItem', '{state}', items('SESSION#<agent>-*', 'REQ#<agent>-*')),
    right('dynamodb:UpdateItem', '{state}', items('SESSION#<agent>-*')),
    right('dynamodb:UpdateItem', '{state}', items('LIMIT#<agent>#*')),
    ...APPEND,
    ...readEvidence(ofAgent('args')),
    ...writeEvidence(ofAgent('results')),
    invoke('executor'),
  ],
  'request closer': [
    ...FUNCTION,
    right('dynamodb:GetItem dynamodb:UpdateItem', '{state}', items('SESSION#<agent>-*')),
    ...APPEND,
  ],
  'approval workflow': [...STATE_MACHINE, invoke('token keeper'), invoke('approved call'), invoke('request closer')],
  approver: [
    right('execute-api:Invoke', '{desk API}/desk/GET/requests'),
    right('execute-api:Invoke', '{desk API}/desk/GET/requests/*'),
    right('execute-api:Invoke', '{desk API}/desk/POST/requests/*/decision'),
  ],
  'approval watch': [...STATE_MACHINE, right('states:DescribeExecution', '{workflow}:*')],
  'watch starter': [right('states:StartExecution', '{approval watch}')],
  'webhook notifier': [
    ...FUNCTION,
    right('secretsmanager:GetSecretValue', '{webhook}'),
    byAws(
      right(
        'kms:Decrypt',
        '{key of the webhook}',
        'StringEquals kms:ViaService secretsmanager.<region>.amazonaws.com',
        'StringEquals kms:EncryptionContext:SecretARN {webhook}',
      ),
    ),
    // An existing key. Decrypting alone reads nothing.
    never(right('kms:Decrypt', KEY_ELSEWHERE)),
  ],
  'session launcher': [
    ...FUNCTION,
    using(
      right(
        'dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem',
        '{state}',
        items('SESSION#<agent>-*', 'TASK#<agent>#*', 'LAUNCHES#<agent>', 'USEDTOKEN#<agent>#*', 'LAUNCHKEY#<agent>#*'),
      ),
      'dynamodb:PutItem SESSION#<agent>-* TASK#<agent>#* LAUNCHES#<agent> USEDTOKEN#<agent>#* LAUNCHKEY#<agent>#*',
      'dynamodb:UpdateItem SESSION#<agent>-* LAUNCHKEY#<agent>#*',
      'dynamodb:DeleteItem LAUNCHES#<agent> USEDTOKEN#<agent>#* LAUNCHKEY#<agent>#*',
    ),
    right('dynamodb:GetItem', '{state}', items('LAUNCHKEY#<agent>#*')),
    right('dynamodb:PutItem dynamodb:Query', '{state}', items('SLOTS#<agent>')),
    ...APPEND,
    ...writeEvidence(ofAgent('args')),
    asNamed(right('s3:ListBucketVersions', /^\{documents\}$/)),
    right('ecs:RunTask', '{task}', 'ArnEquals ecs:cluster {cluster}'),
    right('ecs:TagResource', '{cluster}/*', 'StringEquals ecs:CreateAction RunTask'),
    byAws(right('iam:PassRole', '{task role}', 'StringEquals iam:PassedToService ecs-tasks.amazonaws.com')),
  ],
  'session end': [
    ...FUNCTION,
    using(
      right('dynamodb:GetItem dynamodb:Query', '{state}', items('TASK#<agent>#*', 'LAUNCHES#<agent>')),
      'dynamodb:GetItem TASK#<agent>#*',
      'dynamodb:Query LAUNCHES#<agent>',
    ),
    right('dynamodb:GetItem dynamodb:UpdateItem', '{state}', items('SESSION#<agent>-*')),
    right('dynamodb:Query dynamodb:DeleteItem', '{state}', items('SLOTS#<agent>')),
    ...APPEND,
  ],
  'session sweep': [
    ...FUNCTION,
    right('dynamodb:Query dynamodb:DeleteItem', '{state}', items('SLOTS#<agent>')),
    right('dynamodb:GetItem dynamodb:UpdateItem', '{state}', items('SESSION#<agent>-*')),
    ...APPEND,
    ...STOP_TASKS,
  ],
  'operator desk': [
    ...FUNCTION,
    right('dynamodb:GetItem', '{state}', items('SESSION#<agent>-*', 'REQ#<agent>-*')),
    right('dynamodb:Query', '{state}', items('SESSION#<agent>-*', 'SLOTS#<agent>', 'STOPS#<agent>')),
    using(
      right('dynamodb:PutItem dynamodb:UpdateItem', '{state}', items('SESSION#<agent>-*', 'REQ#<agent>-*')),
      'dynamodb:PutItem SESSION#<agent>-* REQ#<agent>-*',
      'dynamodb:UpdateItem SESSION#<agent>-*',
    ),
    right('dynamodb:PutItem dynamodb:DeleteItem', '{state}', items('STOPS#<agent>')),
    ...APPEND,
    ...writeEvidence(ofAgent('args')),
    right('states:StopExecution', '{workflow}:*'),
    ...STOP_TASKS,
  ],
  operator: [
    right('execute-api:Invoke', '{operator API}/operate/GET/sessions'),
    right('execute-api:Invoke', '{operator API}/operate/GET/sessions/*'),
    right('execute-api:Invoke', '{operator API}/operate/POST/sessions/*/stop'),
    right('execute-api:Invoke', '{operator API}/operate/POST/sessions/stop'),
    right('execute-api:Invoke', '{operator API}/operate/GET/connectors'),
    right('execute-api:Invoke', '{operator API}/operate/POST/connectors/*/stop'),
    right('execute-api:Invoke', '{operator API}/operate/POST/connectors/*/resume'),
  ],
  'task starter': [
    right(PULL, '{image}'),
    never(right(PULL, REPOSITORY_ELSEWHERE)),
    right('ecr:GetAuthorizationToken', '*'),
    right('logs:CreateLogStream logs:PutLogEvents', '{logs}'),
  ],
  'flow log': [byAws(right('logs:CreateLogStream logs:PutLogEvents logs:DescribeLogStreams', '{network logs}'))],
  // API Gateway demands all of it: see `ApiGatewayAccountLogging`.
  'API logs': [
    byAws(
      right(
        'logs:CreateLogGroup logs:CreateLogStream logs:DescribeLogGroups logs:DescribeLogStreams logs:PutLogEvents logs:GetLogEvents logs:FilterLogEvents',
        '*',
      ),
    ),
  ],
  'AWS CDK': [
    never(
      right(
        'ec2:AuthorizeSecurityGroupIngress ec2:AuthorizeSecurityGroupEgress ec2:RevokeSecurityGroupIngress ec2:RevokeSecurityGroupEgress',
        /^\{[^}]+\}$/,
      ),
    ),
  ],
};

/**
 * What the ledger's grant methods give a role outside the runtime: to read single entries and evidence, of all agents or of one, and to
 * record and do an erasure.
 */
export const GRANTS_OF_LEDGER: readonly Right[] = [
  ...readEntries(ofAll('entries')),
  right('s3:GetObject', /^\{ledger\}\/entries\/[\w-]+-\*$/),
  ...readEvidence(ofAll('args')),
  right('s3:GetObject', /^\{evidence\}\/(args|results)\/([\w-]+-)?\*$/),
  ...objects(
    's3:PutObject s3:GetObject',
    'kms:GenerateDataKey kms:Decrypt',
    'ledger',
    ofAll(`entries/${ERASURE_STREAM}`),
  ),
  right('s3:ListBucket', '{ledger}', `StringLike s3:prefix entries/${ERASURE_STREAM}/*`),
  right('s3:ListBucket', '{evidence}', 'StringLike s3:prefix args/* results/*'),
  right('s3:DeleteObject', /^\{evidence\}\/(args|results)\/\*$/),
];
