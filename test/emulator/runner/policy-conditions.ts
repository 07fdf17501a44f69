import { isIntrinsic, isRecord, type Json, type JsonRecord, listOf, recordOf } from './template';

/** Condition keys that MiniStack 1.5.33 sets in some request (read in its iam_evaluator, iam_actions and sts). */
const KEYS_SET = new RegExp(
  `^(${[
    'aws:(principalarn|principalaccount|principaltype|principalorgid|userid|username)',
    'aws:(currenttime|epochtime|requestedregion|sourceip|resourceaccount)',
    'aws:(multifactorauthpresent|tokenissuetime|tagkeys)',
    'aws:(principaltag|requesttag|resourcetag)/.*',
    's3:(resourceaccount|prefix|delimiter|max-keys|dataaccesspointarn)',
    's3:(x-amz-server-side-encryption|x-amz-acl|x-amz-grant-.*|existingobjecttag/.*)',
    'dynamodb:(attributes|select|enclosingoperation)',
    'sts:(externalid|rolesessionname)',
    'lambda:functionurlauthtype',
  ].join('|')})$`,
  'i',
);

/** Keys that it sets when a service delivers to a topic or a queue. */
const KEYS_OF_DELIVERIES = /^aws:source(arn|account)$/i;

/** Keys that AWS sets in every request, to false where no service calls for a principal. In the emulator none does. */
const FALSE_OF_DIRECT_CALLS = /^aws:(viaawsservice|principalisawsservice)$/i;

/** Why a statement differs in the emulator, in the words of the printed line. */
export interface StatementRewrite {
  /** Undefined: the statement goes. */
  readonly statement: JsonRecord | undefined;
  readonly notes: string[];
  /** Left as it is, but it can't have any effect there. */
  readonly inert?: string;
}

/**
 * Makes a policy statement mean in the emulator what it can of what it means on AWS. A condition key that the emulator
 * never sets would make an Allow never match and a deny-unless always match: the Allow loses that condition, the Deny
 * goes. A Deny that can't match is left and named.
 *
 * @param deliveries whether the policy is about what a service delivers: there the emulator sets the source's keys
 */
export function rewriteStatement(statement: JsonRecord, deliveries = false): StatementRewrite {
  const notes: string[] = [];
  const condition: JsonRecord = {};
  const vacuous: string[] = [];
  const never: string[] = [];
  let plainHttp = false;
  for (const [operator, block] of Object.entries(recordOf(statement.Condition))) {
    for (const [key, expected] of Object.entries(recordOf(block))) {
      if (key.toLowerCase() === 'aws:securetransport' && String(listOf(expected)[0]) !== 'true') {
        plainHttp = true;
      } else if (key.toLowerCase() === 'aws:securetransport' && statement.Effect === 'Allow') {
        notes.push(
          'policy condition on TLS removed from an Allow: the emulator is reached over plain HTTP on 127.0.0.1',
        );
      } else if (FALSE_OF_DIRECT_CALLS.test(key) && String(listOf(expected)[0]) === 'false') {
        notes.push(
          `policy condition on ${key} removed: the emulator never sets the key, which is false of every call there`,
        );
      } else if (!holdsVariable(expected) && (KEYS_SET.test(key) || (deliveries && KEYS_OF_DELIVERIES.test(key)))) {
        condition[operator] = { ...recordOf(condition[operator]), [key]: expected };
      } else if (holdsWithoutKey(operator, expected)) {
        vacuous.push(key);
        condition[operator] = { ...recordOf(condition[operator]), [key]: expected };
      } else if (statement.Effect === 'Deny') {
        never.push(key);
        condition[operator] = { ...recordOf(condition[operator]), [key]: expected };
      } else {
        const reason = holdsVariable(expected) ? 'has no policy variables' : 'never sets the key';
        notes.push(`policy condition on ${key} removed from an Allow: the emulator ${reason}`);
      }
    }
  }
  if (statement.Effect === 'Deny' && plainHttp) {
    return {
      statement: undefined,
      notes: ['Deny of plain HTTP removed: the emulator is reached over plain HTTP on 127.0.0.1'],
    };
  }
  if (statement.Effect === 'Deny' && never.length > 0) {
    const inert = `Deny on ${[...new Set(never)].join(' and ')}: the emulator never sets the key`;
    return { statement, notes: [], inert };
  }
  if (statement.Effect === 'Deny' && vacuous.length > 0) {
    return {
      statement: undefined,
      notes: [
        `Deny unless ${[...new Set(vacuous)].join(' and ')} removed: the emulator never sets the key and would always deny`,
      ],
    };
  }
  const rewritten: JsonRecord = { ...statement };
  delete rewritten.Condition;
  if (Object.keys(condition).length > 0) {
    rewritten.Condition = condition;
  }
  const withSessions = addSessionArns(rewritten);
  const checked = withCheckedResource(withSessions.statement, recordOf(statement.Condition));
  return { statement: checked.statement, notes: [...notes, ...withSessions.notes, ...checked.notes] };
}

/**
 * The emulator checks some actions against another resource than AWS does: `ecs:RunTask` and `ecs:StopTask` against the
 * cluster instead of the task definition and the task, `states:SendTask*` and `ses:SendEmail` against `*` instead of the state machine and the
 * identity.
 */
function withCheckedResource(statement: JsonRecord, condition: JsonRecord): { statement: JsonRecord; notes: string[] } {
  const clusters = Object.values(condition).flatMap((block) => listOf(recordOf(block)['ecs:cluster']));
  const only = (pattern: RegExp) => listOf(statement.Action).every((action) => pattern.test(String(action)));
  if (statement.Effect === 'Allow' && only(/^ecs:(RunTask|StopTask)$/) && clusters.length > 0) {
    return {
      statement: { ...statement, Resource: [...listOf(statement.Resource), ...clusters] },
      notes: ['the resource of ecs:RunTask and ecs:StopTask also names the cluster: that is what the emulator checks'],
    };
  }
  if (statement.Effect === 'Allow' && only(/^states:SendTask(Success|Failure|Heartbeat)$/)) {
    return {
      statement: { ...statement, Resource: '*' },
      notes: ['the resource of states:SendTask* is *: the emulator checks no other'],
    };
  }
  if (statement.Effect === 'Allow' && only(/^ses:SendEmail$/)) {
    return {
      statement: { ...statement, Resource: '*' },
      notes: ['the resource of ses:SendEmail is *: the emulator checks no other'],
    };
  }
  return { statement, notes: [] };
}

/** Whether a condition compares with a policy variable, such as the caller's own name. The emulator takes it literally. */
function holdsVariable(expected: Json): boolean {
  return listOf(expected).some((value) => typeof value === 'string' && value.includes('${'));
}

/** What IAM says of a condition whose key is absent (IAM user guide, "Condition operators"). */
function holdsWithoutKey(operator: string, expected: Json): boolean {
  const lower = operator.toLowerCase();
  if (lower === 'null') {
    return String(listOf(expected)[0]) === 'true';
  }
  if (lower.endsWith('ifexists') || lower.startsWith('forallvalues:')) {
    return true;
  }
  return !lower.startsWith('foranyvalue:') && lower.includes('not');
}

/**
 * On AWS `aws:PrincipalArn` of an assumed role is the role's ARN. In the emulator it is the session's, so a condition
 * that names the role names its sessions too.
 */
function addSessionArns(statement: JsonRecord): { statement: JsonRecord; notes: string[] } {
  const condition: JsonRecord = {};
  let changed = false;
  for (const [operator, block] of Object.entries(recordOf(statement.Condition))) {
    for (const [key, expected] of Object.entries(recordOf(block))) {
      const sessions = key.toLowerCase() === 'aws:principalarn' ? listOf(expected).flatMap(sessionsOfRole) : [];
      const known = new Set(listOf(expected).map((value) => JSON.stringify(value)));
      const added = sessions.filter((session) => !known.has(JSON.stringify(session)));
      const asPattern =
        added.length > 0 ? operator.replace(/(String(?:Not)?)Equals(?!IgnoreCase)/, '$1Like') : operator;
      condition[asPattern] = {
        ...recordOf(condition[asPattern]),
        [key]: added.length > 0 ? [...listOf(expected), ...added] : expected,
      };
      changed ||= added.length > 0;
    }
  }
  return changed
    ? {
        statement: { ...statement, Condition: condition },
        notes: ["condition on aws:PrincipalArn also names the role's sessions: that is what the emulator compares"],
      }
    : { statement, notes: [] };
}

function sessionsOfRole(roleArn: Json): Json[] {
  if (typeof roleArn === 'string') {
    const match = /^(arn:[^:]+):iam::([^:]*):role\/(?:.*\/)?([^/]+)$/.exec(roleArn);
    return match ? [`${match[1]}:sts::${match[2]}:assumed-role/${match[3]}/*`] : [];
  }
  if (!isIntrinsic(roleArn)) {
    return [];
  }
  const getAtt = roleArn['Fn::GetAtt'];
  if (Array.isArray(getAtt) && getAtt[1] === 'Arn' && typeof getAtt[0] === 'string') {
    const text = `arn:\${AWS::Partition}:sts::\${AWS::AccountId}:assumed-role/\${${getAtt[0]}}/*`;
    return [{ 'Fn::Sub': text }];
  }
  const join = roleArn['Fn::Join'];
  if (Array.isArray(join) && Array.isArray(join[1])) {
    const parts = join[1].map((part) =>
      typeof part === 'string' ? part.replace(':iam::', ':sts::').replace(':role/', ':assumed-role/') : part,
    );
    const last = parts.length - 1;
    const named = JSON.stringify(parts).includes(':assumed-role/') && !JSON.stringify(parts).includes('/*');
    return named ? [{ 'Fn::Join': [join[0], [...parts.slice(0, last), withSuffix(parts[last])].flat()] }] : [];
  }
  return [];
}

function withSuffix(part: Json): Json[] {
  return typeof part === 'string' ? [`${part}/*`] : [part, '/*'];
}

/** Whether a record is a policy document. */
export function isPolicyDocument(node: Json): node is JsonRecord {
  return isRecord(node) && Array.isArray(node.Statement) && node.Statement.every((statement) => isRecord(statement));
}
