import type { PartKind } from './part';

const STORES = ['STATE_TABLE', 'LEDGER_BUCKET', 'EVIDENCE_BUCKET', 'AGENT_ID'];
const DESK = [...STORES, 'APPROVER_ROLE_NAME', 'APPROVER_ISSUER', 'APPROVER_GROUPS', 'APPROVER_GROUP_ROLES'];

/**
 * All variables that the function of each part may have. Another one is how a credential leaves: a proxy, an endpoint, a switch of
 * TLS, code that is loaded first. Undefined: the claim about the code sandbox lists them, an agent's image is the app's own, or
 * there is no function. Whoever adds a kind of part adds its variables here, or doesn't compile.
 */
export const PART_VARIABLES: { readonly [kind in PartKind]: readonly (string | RegExp)[] | undefined } = {
  gate: [...STORES, 'AGENT_ROLE_NAME', 'APPROVAL_STATE_MACHINE_ARN', 'SLOW_CALLS_ARN', /^EXECUTOR_ARN_\w+$/],
  connector: [...STORES, 'CREDENTIAL_SECRET_ARN', /^(RESOURCE|DOCUMENTS)_\d+$/],
  'code connector': [...STORES, 'CODE_SANDBOX_ARN'],
  'code sandbox': undefined,
  sealer: [
    'LEDGER_BUCKET',
    'PUBLICATION_BUCKET',
    'WITNESS_BUCKET',
    'SIGNING_KEY_ARN',
    'LATER_SIGNING_KEY_ARNS',
    'ORIGIN',
    'MERGE_DELAY_SECONDS',
    'HEARTBEAT_SECONDS',
  ],
  'token keeper': STORES,
  'request viewer': DESK,
  decision: DESK,
  'web desk': [
    'STATE_TABLE',
    'SHOW_FUNCTION',
    'DECIDE_FUNCTION',
    'DESK_URL',
    'APPROVER_ISSUER',
    'CLIENT_SECRET_ARN',
    'GROUPS_CLAIM',
    'NAME_CLAIM',
    'PERSON_CLAIMS',
    'SIGN_IN_CLIENT_ID',
    'SIGN_IN_SCOPES',
    'COMMAND_LINE_CLIENT_ID',
  ],
  'approved call': [...STORES, /^EXECUTOR_ARN_\w+$/],
  'request closer': STORES,
  'approval workflow': undefined,
  approver: undefined,
  'session launcher': [
    ...STORES,
    'CLUSTER_ARN',
    'TASK_DEFINITION_ARN',
    'SUBNET_IDS',
    'SECURITY_GROUP_ID',
    'SESSION_SECONDS',
    'MAX_SESSIONS',
    'USERS',
    /^DOCUMENTS(_\d+)?$/,
  ],
  'session end': STORES,
  'session sweep': [...STORES, 'CLUSTER_ARN', 'MAX_CALLS'],
  'operator desk': [...STORES, 'CLUSTER_ARN', 'OPERATOR_ROLE_NAME', 'WAIT_ARN_PREFIX'],
  operator: undefined,
  'task starter': undefined,
  'approval watch': undefined,
  'watch starter': undefined,
  'webhook notifier': ['AGENT_ID', 'WEBHOOK_SECRET_ARN', 'WEBHOOK_FORM', 'DESK_URL'],
  agent: undefined,
  'flow log': undefined,
  'API logs': undefined,
  'AWS CDK': [],
};
