import type { PartKind } from '../checks/facts/part';
import { isTextual } from '../template';
import { anything, aResource, between, type Judge, known } from './shapes/shape';
import { issuer, ownDesk, ownWaits, users } from './shapes/variable-shapes';

/** A variable of a function: its name, what it may hold, and whether the function may lack it. */
export interface PartVariable {
  readonly name: string | RegExp;
  readonly judge: Judge;
  readonly mayLack: boolean;
}

/** A value that the template tells, as far as CloudFormation's references go. */
const written: Judge = known((value) => (isTextual(value) || typeof value === 'number' ? undefined : 'is no text'));

/** Every function of the part has it. */
const has = (name: string, judge: Judge = written): PartVariable => ({ name, judge, mayLack: false });
const may = (name: string | RegExp, judge: Judge = written): PartVariable => ({ name, judge, mayLack: true });

const STATE = has('STATE_TABLE', aResource('AWS::DynamoDB::Table'));
const LEDGER = has('LEDGER_BUCKET', aResource('AWS::S3::Bucket'));
const EVIDENCE = has('EVIDENCE_BUCKET', aResource('AWS::S3::Bucket'));
const STORES = [STATE, LEDGER, EVIDENCE, has('AGENT_ID')];
const CLUSTER = has('CLUSTER_ARN', aResource('AWS::ECS::Cluster'));
const DESK = [
  STATE,
  LEDGER,
  EVIDENCE,
  may('AGENT_ID'),
  may('APPROVER_ROLE_NAME', aResource('AWS::IAM::Role')),
  may('APPROVER_ISSUER', issuer),
  may('APPROVER_GROUPS'),
  may('APPROVER_GROUP_ROLES'),
];
const EXECUTORS = may(/^EXECUTOR_ARN_\w+$/, aResource('AWS::Lambda::Function'));
const A_DAY = 86_400;

/**
 * All variables that the function of each part may have. Another one is how a credential leaves: a proxy, an endpoint, a switch of
 * TLS, code that is loaded first. Undefined: the claim about the code sandbox lists them, an agent's image is the app's own, or
 * there is no function. Whoever adds a kind of part adds its variables here, or doesn't compile.
 */
export const PART_VARIABLES: { readonly [kind in PartKind]: readonly PartVariable[] | undefined } = {
  gate: [
    ...STORES,
    has('AGENT_ROLE_NAME', aResource('AWS::IAM::Role')),
    may('APPROVAL_STATE_MACHINE_ARN', aResource('AWS::StepFunctions::StateMachine')),
    may('SLOW_CALLS_ARN', aResource('AWS::Lambda::Function')),
    EXECUTORS,
  ],
  // What a tool uses may have been there before.
  connector: [...STORES, may('CREDENTIAL_SECRET_ARN'), may(/^(RESOURCE|DOCUMENTS)_\d+$/)],
  'code connector': [...STORES, has('CODE_SANDBOX_ARN')],
  'code sandbox': undefined,
  sealer: [
    LEDGER,
    has('PUBLICATION_BUCKET', aResource('AWS::S3::Bucket')),
    // The witness may be a bucket of another account.
    may('WITNESS_BUCKET'),
    has('SIGNING_KEY_ARN', aResource('AWS::KMS::Key')),
    may('LATER_SIGNING_KEY_ARNS'),
    has('ORIGIN'),
    has('MERGE_DELAY_SECONDS', between(0, A_DAY)),
    has('HEARTBEAT_SECONDS', between(1, 7 * A_DAY)),
  ],
  'token keeper': STORES,
  'request viewer': DESK,
  decision: DESK,
  'web desk': [
    STATE,
    has('SHOW_FUNCTION'),
    has('DECIDE_FUNCTION'),
    may('DESK_URL', ownDesk),
    may('APPROVER_ISSUER', issuer),
    may('CLIENT_SECRET_ARN'),
    may('GROUPS_CLAIM'),
    may('NAME_CLAIM'),
    may('PERSON_CLAIMS'),
    may('SIGN_IN_CLIENT_ID'),
    may('SIGN_IN_SCOPES'),
    may('COMMAND_LINE_CLIENT_ID'),
  ],
  'approved call': [...STORES, EXECUTORS],
  'request closer': STORES,
  'approval workflow': undefined,
  approver: undefined,
  'session launcher': [
    ...STORES,
    CLUSTER,
    has('TASK_DEFINITION_ARN', aResource('AWS::ECS::TaskDefinition')),
    // Where tasks run is judged by their paths: the subnets and the group may be those of a network that was there before.
    has('SUBNET_IDS', anything),
    has('SECURITY_GROUP_ID', aResource('AWS::EC2::SecurityGroup')),
    // As long and as many as the options allow.
    has('SESSION_SECONDS', between(1, 7 * A_DAY)),
    has('MAX_SESSIONS', between(1, 1000)),
    may('USERS', users),
    may(/^DOCUMENTS(_\d+)?$/),
  ],
  'session end': [STATE, LEDGER, may('EVIDENCE_BUCKET', aResource('AWS::S3::Bucket')), has('AGENT_ID')],
  'session sweep': [
    STATE,
    LEDGER,
    may('EVIDENCE_BUCKET', aResource('AWS::S3::Bucket')),
    has('AGENT_ID'),
    CLUSTER,
    has('MAX_CALLS', between(1, 100_000)),
  ],
  'operator desk': [
    ...STORES,
    CLUSTER,
    has('OPERATOR_ROLE_NAME', aResource('AWS::IAM::Role')),
    may('WAIT_ARN_PREFIX', ownWaits),
  ],
  operator: undefined,
  'task starter': undefined,
  'approval watch': undefined,
  'watch starter': undefined,
  'webhook notifier': [has('AGENT_ID'), has('WEBHOOK_SECRET_ARN'), may('WEBHOOK_FORM'), may('DESK_URL', ownDesk)],
  agent: undefined,
  'flow log': undefined,
  'API logs': undefined,
  'AWS CDK': [],
};
