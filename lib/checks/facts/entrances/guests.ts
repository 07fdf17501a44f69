import { identityPoliciesOf } from '../../../template/iam/collect';
import { matchAction } from '../../../template/iam/evaluate';
import { MODEL_ACTIONS } from '../../../template/iam/model-actions';
import { type Statement, statementsOf } from '../../../template/iam/policy';
import { type Assembly, isFalse, type Resource, resourcesIn, type Value } from '../../../template/index';
import { statementPath } from '../../judge/statement-width';
import type { Entrance } from './entrance';

/** Calls of models, and of agents that AWS runs: whatever they are about, they are about one. */
const OF_AGENTS = [
  ...MODEL_ACTIONS,
  'bedrock:InvokeAgent',
  'bedrock:InvokeFlow',
  'bedrock:RetrieveAndGenerate',
  'bedrock-agentcore:InvokeAgentRuntime',
  'bedrock-agentcore:InvokeGateway',
  'bedrock-agentcore:InvokeHarness',
  'bedrock-agentcore:StartCodeInterpreterSession',
  'bedrock-agentcore:StartBrowserSession',
];

/** Calls of what may be an agent, or a tool of it. */
const OF_OTHERS = [
  'lambda:InvokeFunction',
  'lambda:InvokeFunctionUrl',
  'states:StartExecution',
  'states:StartSyncExecution',
];

/** A right of people who never signed in. */
export interface GuestRight extends Entrance {
  /** Whether it is about models and agents by itself, whatever `reaches` says. */
  readonly ofAgents: boolean;
}

/**
 * What an identity pool lets people do who never signed in.
 *
 * Source: Amazon Cognito Developer Guide, "Identity pools authentication flow", "Unauthenticated identities".
 */
export function* guestEntrances(assembly: Assembly): Generator<GuestRight> {
  const identities = identityPoliciesOf(assembly);
  for (const role of guestRolesOf(assembly)) {
    for (const { policy, holder, property } of identities.ofResource(role).policies) {
      for (const statement of statementsOf(policy)) {
        if (statement.effect === 'Deny') continue;
        const ofAgents = OF_AGENTS.find((action) => allows(statement, action));
        const action = ofAgents ?? OF_OTHERS.find((other) => allows(statement, other));
        if (action === undefined) continue;
        yield {
          resource: holder,
          property: statementPath(property, statement),
          reaches: reachedBy(assembly, statement, action),
          ofAgents: ofAgents !== undefined,
          message: `everybody may use ${action}: the identity pool gives this role to people who never signed in`,
          assuming: [],
        };
      }
    }
  }
}

function allows({ action }: Statement, asked: string): boolean {
  return action.negated || action.patterns.some((pattern) => matchAction(pattern, asked) === 'true');
}

/** What the resources name; every function of the app where they name all. */
function reachedBy(assembly: Assembly, { resource }: Statement, action: string): Resource[] {
  const patterns: readonly Value[] = resource?.patterns ?? [];
  if (
    resource?.negated === true ||
    patterns.some((pattern) => typeof pattern === 'string' && /(^|[:/])\*$/.test(pattern))
  ) {
    return assembly.ofType(action.startsWith('lambda:') ? 'AWS::Lambda::Function' : 'AWS::StepFunctions::StateMachine');
  }
  return patterns.flatMap((pattern) => resourcesIn(assembly, pattern));
}

/** Roles that a pool gives to people who never signed in. */
function guestRolesOf(assembly: Assembly): ReadonlySet<Resource> {
  const identities = identityPoliciesOf(assembly);
  return new Set(
    assembly
      .ofType('AWS::Cognito::IdentityPoolRoleAttachment')
      .filter((attachment) => takesGuests(assembly, attachment))
      .flatMap((attachment) => attachment.property('Roles', 'unauthenticated'))
      .flatMap(({ value }) => identities.roleOf(value) ?? []),
  );
}

/** A pool that isn't in the template may take guests. */
function takesGuests(assembly: Assembly, attachment: Resource): boolean {
  return attachment.property('IdentityPoolId').some(({ value }) => {
    const pool = assembly.find(value);
    return (
      pool === undefined ||
      pool
        .property('AllowUnauthenticatedIdentities')
        .some(({ value: allowed }) => allowed !== undefined && !isFalse(allowed))
    );
  });
}
