import { identityPoliciesOf, type RolePolicies } from '../../template/iam/collect';
import { awsManagedPolicy } from '../../template/iam/managed-policies';
import { type Statement, statementsOf } from '../../template/iam/policy';
import { type Assembly, describe, type Resource, Unresolved, type Value } from '../../template/index';
import { isReading } from '../judge/reading-action';

/** What a function may change. */
export type Change =
  | { readonly kind: 'nothing'; readonly hasCredential: boolean }
  /** Names the action or policy by which it may change something. */
  | { readonly kind: 'something'; readonly by: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** What the functions that a value names may change, by their roles. Another app's function is unknown. */
export function changeBy(assembly: Assembly, named: Value): Change {
  const fn = functionOf(assembly, named);
  if (fn === undefined) return { kind: 'unknown', why: `the function ${describe(named)} isn't in the app` };
  const changes = fn.property('Role').map(({ value }) => changeByRole(assembly, value));
  return (
    changes.find(({ kind }) => kind === 'something') ??
    changes.find(({ kind }) => kind === 'unknown') ?? {
      kind: 'nothing',
      hasCredential: changes.some((change) => change.kind === 'nothing' && change.hasCredential),
    }
  );
}

/** The function, also where a version or an alias of it is named. */
function functionOf(assembly: Assembly, named: Value): Resource | undefined {
  const found = assembly.find(named);
  if (found === undefined || found.type === 'AWS::Lambda::Function') return found;
  if (found.type !== 'AWS::Lambda::Alias' && found.type !== 'AWS::Lambda::Version') return undefined;
  return found.property('FunctionName').flatMap(({ value }) => functionOf(assembly, value) ?? [])[0];
}

function changeByRole(assembly: Assembly, role: Value): Change {
  const policies = identityPoliciesOf(assembly).of(role);
  if (policies === undefined)
    return { kind: 'unknown', why: `what its role ${describe(role)} allows isn't in the app` };
  const actions = allowedActions(policies);
  const writing = actions.find((action) => typeof action === 'string' && !isReading(action));
  if (typeof writing === 'string') return { kind: 'something', by: writing };
  const unknown = actions.find((action) => action instanceof Unresolved);
  if (unknown instanceof Unresolved) return { kind: 'unknown', why: `${unknown.expression} isn't known` };
  const foreign = policies.foreign.find(({ arn }) => !isHarmless(arn));
  if (foreign !== undefined) return ofForeign(describe(foreign.arn));
  return { kind: 'nothing', hasCredential: actions.some((action) => READS_CREDENTIAL.test(describe(action))) };
}

/** Each pattern of what is allowed; `*` where all but some actions are. */
function allowedActions({ policies }: RolePolicies): readonly Value[] {
  return policies
    .flatMap(({ policy }) => statementsOf(policy))
    .filter(({ effect }) => effect !== 'Deny')
    .flatMap(({ action }: Statement) => (action.negated ? ['*'] : action.patterns));
}

/** Managed policies of AWS by which a function only reads, or takes events from a queue or a stream. */
const READING_POLICY = /\/(AWSLambda(SQSQueueExecution|DynamoDBExecution|KinesisExecution)Role|\w*ReadOnly\w*)$/;

function isHarmless(arn: Value): boolean {
  return awsManagedPolicy(arn)?.isOrdinary === true || READING_POLICY.test(describe(arn));
}

const READS_CREDENTIAL = /^(secretsmanager:(Get|BatchGet)|ssm:GetParameter)/i;

function ofForeign(arn: string): Change {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  return /(FullAccess|Administrator|PowerUser|ReadWrite)/.test(name)
    ? { kind: 'something', by: name }
    : { kind: 'unknown', why: `what the policy ${name} allows isn't in the template` };
}
