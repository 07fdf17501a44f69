import { ERASURE_STREAM } from '../../runtime/core/contracts';
import { NETWORK_INTERFACE_ACTIONS } from '../private/network-interface-actions';
import { type Assembly, describe, piecesOf, Reference, type Resource, type Value } from '../template';
import { identityPoliciesOf } from '../template/iam/collect';
import { type Statement, statementsOf } from '../template/iam/policy';
import type { Part, PartKind } from './part';
import type { RuntimeParts } from './runtime-parts';

/** A permission that this library grants. */
interface Right {
  readonly actions: readonly string[];
  /** `{state}` is the resource with that place in the part's configuration. Account, region and partition are `<account>` etc. */
  readonly on: string | RegExp;
  /** `StringEquals aws:key value value`: the policy must have this condition, with these values or fewer. */
  readonly when: readonly string[];
}

const right = (actions: string, on: string | RegExp, ...when: string[]): Right => ({
  actions: actions.split(' '),
  on,
  when,
});

const items = (...keys: string[]): string => `ForAllValues:StringLike dynamodb:LeadingKeys ${keys.join(' ')}`;
const inBucket = (place: string): string => `StringEquals kms:EncryptionContext:aws:s3:arn {${place}}`;
const objects = (actions: string, keyActions: string, place: string, prefix: string): Right[] => [
  right(actions, `{${place}}/${prefix}/*`),
  right(keyActions, `{key of the ${place}}`, inBucket(place)),
];

const APPEND = objects('s3:PutObject s3:GetObject', 'kms:GenerateDataKey kms:Decrypt', 'ledger', 'entries');
const READ_ENTRIES = objects('s3:GetObject', 'kms:Decrypt', 'ledger', 'entries');
const readEvidence = (prefix: string): Right[] => objects('s3:GetObject', 'kms:Decrypt', 'evidence', prefix);
const writeEvidence = (prefix: string): Right[] => objects('s3:PutObject', 'kms:GenerateDataKey', 'evidence', prefix);
const invoke = (place: string): Right => right('lambda:InvokeFunction', `{${place}}`);

/** What Lambda itself needs: to write logs and traces, and to place a function in a network. A Deny excludes the function's code from the latter. */
const FUNCTION: readonly Right[] = [
  right('logs:CreateLogStream logs:PutLogEvents', '{logs}'),
  right('xray:PutTraceSegments xray:PutTelemetryRecords', '*'),
  right(NETWORK_INTERFACE_ACTIONS.join(' '), '*'),
];
/** What Step Functions needs to write logs and traces. Neither takes a resource. */
const STATE_MACHINE: readonly Right[] = [
  right(
    'logs:CreateLogDelivery logs:GetLogDelivery logs:UpdateLogDelivery logs:DeleteLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy logs:DescribeResourcePolicies logs:DescribeLogGroups',
    '*',
  ),
  right('xray:PutTraceSegments xray:PutTelemetryRecords xray:GetSamplingRules xray:GetSamplingTargets', '*'),
];

/** One existing key by its ARN. */
const KEY_ELSEWHERE = /^arn:<partition>:kms:[^:]+:[^:]+:key\/[^*?{]+$/;

/** Everything that each part's own policies may allow. */
const RIGHTS: { readonly [kind in PartKind]: readonly Right[] } = {
  agent: [
    right('execute-api:Invoke', '{gate API}/v1/GET/tools'),
    right('execute-api:Invoke', '{gate API}/v1/POST/calls'),
    right(
      'bedrock:InvokeModel bedrock:InvokeModelWithResponseStream',
      /^arn:<partition>:bedrock:[^:]*:[^:]*:(foundation-model|inference-profile|application-inference-profile)\/[^*?]+$/,
    ),
    right('bedrock:ApplyGuardrail', /^arn:<partition>:bedrock:[^:]*:[^:]*:(guardrail|guardrail-profile)\/[^*?]+$/),
  ],
  gate: [
    ...FUNCTION,
    right('dynamodb:GetItem dynamodb:Query', '{state}', items('SESSION#*', 'TASK#*', 'LAUNCHES')),
    right('dynamodb:PutItem dynamodb:UpdateItem', '{state}', items('SESSION#*')),
    right('dynamodb:UpdateItem', '{state}', items('PROBATION#*')),
    ...APPEND,
    ...writeEvidence('args'),
    ...writeEvidence('results'),
    ...readEvidence('results'),
    right('states:StartExecution', '{workflow}'),
    invoke('executor'),
  ],
  connector: [
    ...FUNCTION,
    ...READ_ENTRIES,
    ...readEvidence('args'),
    right('dynamodb:GetItem dynamodb:UpdateItem', '{state}', items('SESSION#*')),
    right('secretsmanager:GetSecretValue', '{credential}'),
    right(
      'kms:Decrypt',
      '{key of the credential}',
      'StringEquals kms:ViaService secretsmanager.<region>.amazonaws.com',
      'StringEquals kms:EncryptionContext:SecretARN {credential}',
    ),
    right('s3:GetObject', /^\{own resource\}\/[^?]+$/),
    right('s3:ListBucket dynamodb:GetItem', '{own resource}'),
    right('kms:Decrypt', '{key of the own resource}'),
    // An existing key. Decrypting alone reads nothing.
    right('kms:Decrypt', KEY_ELSEWHERE),
  ],
  sealer: [
    ...FUNCTION,
    right('s3:ListBucket', '{ledger}'),
    right('s3:ListBucket', '{witness}'),
    right('s3:ListBucket', '{publication}'),
    right('s3:GetObject s3:PutObject', /^\{ledger\}\/(entries|batches|checkpoints)\/\*$/),
    right('s3:GetObject s3:PutObject', '{witness}/checkpoints/*'),
    right('s3:GetObject s3:PutObject', '{publication}/*'),
    right('kms:Decrypt kms:GenerateDataKey', '{key of the ledger}', inBucket('ledger')),
    right('kms:Decrypt kms:GenerateDataKey', '{key of the witness}', inBucket('witness')),
    right('kms:Decrypt kms:GenerateDataKey', KEY_ELSEWHERE, inBucket('witness')),
    right('kms:Sign kms:GetPublicKey', '{signing key}'),
  ],
  'token keeper': [
    ...FUNCTION,
    right('dynamodb:GetItem', '{state}', items('SESSION#*')),
    right('dynamodb:PutItem', '{state}', items('TOKEN#*', 'REQ#*')),
  ],
  'request viewer': [
    ...FUNCTION,
    right('dynamodb:GetItem', '{state}', items('SESSION#*', 'REQ#*')),
    right('dynamodb:Query', '{state}/index/pending', 'ForAllValues:StringEquals dynamodb:LeadingKeys STATUS#PENDING'),
    ...readEvidence('args'),
  ],
  decision: [
    ...FUNCTION,
    right('dynamodb:GetItem', '{state}', items('SESSION#*', 'REQ#*', 'TOKEN#*')),
    right('dynamodb:PutItem dynamodb:UpdateItem', '{state}', items('SESSION#*', 'REQ#*')),
    ...APPEND,
    right('states:SendTaskSuccess', '{workflow}'),
  ],
  'approved call': [
    ...FUNCTION,
    right('dynamodb:GetItem', '{state}', items('SESSION#*', 'REQ#*')),
    right('dynamodb:UpdateItem', '{state}', items('SESSION#*')),
    ...APPEND,
    ...readEvidence('args'),
    ...writeEvidence('results'),
    invoke('executor'),
  ],
  'request closer': [
    ...FUNCTION,
    right('dynamodb:GetItem dynamodb:UpdateItem', '{state}', items('SESSION#*')),
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
  'session launcher': [
    ...FUNCTION,
    right(
      'dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem',
      '{state}',
      items('SESSION#*', 'TASK#*', 'LAUNCHES'),
    ),
    ...APPEND,
    ...writeEvidence('args'),
    right('ecs:RunTask', '{task}', 'ArnEquals ecs:cluster {cluster}'),
    right('iam:PassRole', '{task role}', 'StringEquals iam:PassedToService ecs-tasks.amazonaws.com'),
  ],
  'session end': [
    ...FUNCTION,
    right('dynamodb:GetItem dynamodb:Query', '{state}', items('TASK#*', 'LAUNCHES')),
    right('dynamodb:UpdateItem', '{state}', items('SESSION#*')),
    ...APPEND,
  ],
  'task starter': [
    right(
      'ecr:BatchCheckLayerAvailability ecr:GetDownloadUrlForLayer ecr:BatchGetImage',
      /^(\{image\}|arn:<partition>:ecr:[^:]+:[^:]+:repository\/[^*?]+)$/,
    ),
    right('ecr:GetAuthorizationToken', '*'),
    right('logs:CreateLogStream logs:PutLogEvents', '{logs}'),
  ],
  'flow log': [right('logs:CreateLogStream logs:PutLogEvents logs:DescribeLogStreams', '{network logs}')],
  'AWS CDK': [
    right(
      'ec2:AuthorizeSecurityGroupIngress ec2:AuthorizeSecurityGroupEgress ec2:RevokeSecurityGroupIngress ec2:RevokeSecurityGroupEgress',
      /^\{[^}]+\}$/,
    ),
  ],
};

/** What the ledger's grant methods give a role outside the runtime: to read single entries, and to record and do an erasure. */
const GRANTS_OF_LEDGER: readonly Right[] = [
  ...READ_ENTRIES,
  ...objects('s3:PutObject s3:GetObject', 'kms:GenerateDataKey kms:Decrypt', 'ledger', `entries/${ERASURE_STREAM}`),
  right('s3:ListBucket', '{ledger}', `StringLike s3:prefix entries/${ERASURE_STREAM}/*`),
  right('s3:ListBucket', '{evidence}', 'StringLike s3:prefix args/* results/*'),
  right('s3:DeleteObject', /^\{evidence\}\/(args|results)\/\*$/),
];

/** Whether a statement of a role outside the runtime allows only what the ledger's grant methods give. */
export function isGrantOfLedger(parts: RuntimeParts, holder: Resource, statement: Statement): boolean {
  return beyond(GRANTS_OF_LEDGER, statement, new Names(parts, holder)).length === 0;
}

/**
 * What the parts' own policies allow beyond what this library writes into them, by statement: another action, resource or
 * service, a missing condition, a policy from outside the template. Narrower statements are fine.
 */
export function unexpectedRights(assembly: Assembly, parts: RuntimeParts): string[] {
  const identities = identityPoliciesOf(assembly);
  return assembly.ofType('AWS::IAM::Role').flatMap((role) => {
    const part = parts.ofRole(role);
    if (part === undefined) return [];
    const names = new Names(parts, role, part);
    const { policies, foreign } = identities.ofResource(role);
    return [
      ...policies.flatMap(({ policy }) =>
        statementsOf(policy)
          .filter(({ effect }) => effect !== 'Deny')
          .flatMap((statement) => {
            const [first, ...others] = beyond(RIGHTS[part.kind], statement, names);
            if (first === undefined) return [];
            const more = others.length === 0 ? '' : `, and ${others.length} more`;
            return [`${policy.source} ${statement.sid} gives the ${part.label} ${first}${more}`];
          }),
      ),
      ...foreign
        .filter(({ arn }) => part.kind !== 'AWS CDK' || !/\/AWSLambdaBasicExecutionRole$/.test(describe(arn)))
        .map(({ arn }) => `${role.path} is given ${describe(arn)}, but the template doesn’t contain its text`),
      ...missingDenials(
        role,
        part,
        policies.flatMap(({ policy }) => statementsOf(policy)),
      ),
    ];
  });
}

/** Missing Denies that keep a part's code from permissions that AWS services need, or that the role could get by accident. */
function missingDenials(role: Resource, { kind, workload }: Part, statements: readonly Statement[]): string[] {
  const denials = statements.filter(({ effect, unknown }) => effect === 'Deny' && unknown.length === 0);
  if (kind === 'agent' && workload?.type === 'AWS::ECS::TaskDefinition') {
    const denied = denials.some(
      ({ action, resource, conditions }) =>
        action.negated &&
        action.patterns.every((pattern) => /^(execute-api:Invoke|bedrock:[A-Za-z]+)$/.test(describe(pattern))) &&
        resource?.patterns.includes('*') === true &&
        conditions.length === 0,
    );
    return denied ? [] : [`${role.path} lacks the Deny of everything but its gate and its models`];
  }
  const places = statements.some(
    ({ effect, action }) => effect !== 'Deny' && action.patterns.includes('ec2:CreateNetworkInterface'),
  );
  const kept = denials.some(
    ({ action, resource, conditions }) =>
      action.patterns.includes('ec2:*NetworkInterface*') &&
      resource?.patterns.includes('*') === true &&
      conditions.every(({ key }) => key.toLowerCase() === 'lambda:sourcefunctionarn'),
  );
  return !places || kept ? [] : [`${role.path} lacks the Deny that keeps network interfaces from its code`];
}

/** What a statement allows that no right covers: each action on each resource. */
function beyond(rights: readonly Right[], statement: Statement, names: Names): string[] {
  const { action, resource, unknown, effect } = statement;
  if (action.negated || resource === undefined || resource.negated || unknown.length > 0 || effect === 'unknown') {
    return ['permissions that can’t be read exactly'];
  }
  const asked = statement.conditions.map(({ operator, key, values }) => ({
    asks: `${operator} ${key}`.toLowerCase(),
    values: values.map((value) => names.of(value)),
  }));
  const isAsked = (condition: string): boolean => {
    const [operator = '', key = '', ...allowed] = condition.split(' ');
    return asked.some(
      ({ asks, values }) =>
        asks === `${operator} ${key}`.toLowerCase() &&
        values.length > 0 &&
        values.every((readings) => readings.some((reading) => allowed.includes(reading))),
    );
  };
  return action.patterns.flatMap((actionPattern) =>
    resource.patterns.flatMap((resourcePattern) => {
      const [wanted, readings] = [describe(actionPattern).toLowerCase(), names.of(resourcePattern)];
      const covered = rights.some(
        ({ actions, on, when }) =>
          actions.some((each) => each.toLowerCase() === wanted) &&
          readings.some((reading) => (typeof on === 'string' ? on === reading : on.test(reading))) &&
          when.every(isAsked),
      );
      const conditions = statement.conditions.length === 0 ? 'without a condition' : 'under its conditions';
      return covered ? [] : [`${describe(actionPattern)} on ${describe(resourcePattern)} ${conditions}`];
    }),
  );
}

/** Writes values in the notation of `Right`: `{place}` for a resource, `<account>` for this account. */
class Names {
  private readonly account: string | undefined;
  private readonly region: string | undefined;
  private readonly foundNames: ReadonlyMap<string, string>;

  constructor(
    private readonly parts: RuntimeParts,
    role: Resource,
    private readonly part?: Part,
  ) {
    this.account = role.template.source.account;
    this.region = role.template.source.region;
    this.foundNames = part === undefined ? new Map() : parts.foundNames(part);
  }

  /** All notations of a value. A resource may have several places for a part. */
  public of(value: Value): readonly string[] {
    let readings: readonly string[] = [''];
    for (const piece of piecesOf(value) ?? []) {
      const written =
        piece instanceof Reference ? this.nameOf(piece) : [typeof piece === 'string' ? this.plain(piece) : '?'];
      // The placeholder replaces the known beginning of a generated name, too.
      const start = piece instanceof Reference ? (/ after (.*)$/.exec(piece.attribute)?.[1] ?? '') : '';
      readings = readings.flatMap((before) =>
        written.map((end) => (before.endsWith(start) ? before.slice(0, before.length - start.length) : before) + end),
      );
    }
    return readings.map((reading) => this.short(reading));
  }

  private nameOf(reference: Reference): readonly string[] {
    if (reference.isPseudo) {
      const pseudo: { readonly [name: string]: string } = {
        'AWS::Partition': '<partition>',
        'AWS::Region': '<region>',
        'AWS::AccountId': '<account>',
      };
      return [pseudo[reference.logicalId] ?? '?'];
    }
    const places = this.parts.placesFor(this.part, reference);
    return places.length === 0 ? [`{unknown ${reference.logicalId}}`] : places.map((place) => `{${place}}`);
  }

  private plain(text: string): string {
    let plain = text.replace(/^arn:aws[a-z-]*:/, 'arn:<partition>:');
    if (this.account !== undefined) plain = plain.replaceAll(this.account, '<account>');
    if (this.region !== undefined) plain = plain.replaceAll(this.region, '<region>');
    return plain;
  }

  /** Replaces the ARN around a placeholder, or around the name of an existing resource, by the placeholder. */
  private short(reading: string): string {
    for (const [name, place] of this.foundNames) {
      const bucket = `arn:<partition>:s3:::${name}`;
      if (reading === bucket || reading.startsWith(`${bucket}/`)) return `{${place}}${reading.slice(bucket.length)}`;
      if (/^arn:<partition>:dynamodb:[^:]+:[^:]+:table\//.test(reading) && reading.endsWith(`:table/${name}`)) {
        return `{${place}}`;
      }
    }
    return reading.replace(/^arn:<partition>:(s3:::|[a-z0-9-]+:<region>:<account>:[A-Za-z-]*[:/]?)\{/, '{');
  }
}
