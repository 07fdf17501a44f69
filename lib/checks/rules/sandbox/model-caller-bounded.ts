import { type Assembly, describe, Unresolved, type Value } from '../../../template';
import { identityPoliciesOf, type PlacedPolicy } from '../../../template/iam/collect';
import { awsManagedPolicy } from '../../../template/iam/managed-policies';
import { type Policy, type Statement, statementsOf } from '../../../template/iam/policy';
import { isTakenBack } from '../../facts/agent-rights';
import { isBehindGate } from '../../facts/gate-apis';
import { resourceGrantsOf } from '../../facts/resource-grants';
import { type AgentWorkload, agentsOf } from '../../facts/workloads';
import { actsFreely, foreignActions } from '../../judge/model-caller-rights';
import { assumed, complaint } from '../../judge/offences';
import { statementPath } from '../../judge/statement-width';
import type { Offence, Rule } from '../../rule';

/** A model caller's role counts as stolen, so it may call only the gate and the model. */
export const modelCallerBounded: Rule = {
  id: 'SandboxModelCallerBounded',
  pillar: 'sandbox',
  severity: 'error',
  holds:
    'What may call a model, and acts on its answer, may do nothing else except call the gate. Without a gate it may at least not delete, stop or switch off anything, or send mail.',
  source: 'OWASP Top 10 for LLM Applications LLM06:2025 "Excessive Agency"; NIST SP 800-53 AC-6(1)',
  fix: 'Take the action from the agent’s role. Let a function with a role of its own do it after a person’s approval, such as a Step Functions state that waits for a task token; with this library, a connector behind the gate. Beside a gate, leave the role only execute-api:Invoke and bedrock:InvokeModel.',
  lists: ['ASI02', 'ASI03', 'LLM06:2025', 'NIST SP 800-53 AC-6(1)'],
  insecure: `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
      Policies:
        - PolicyName: agent
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: bedrock:InvokeModel
                Resource: arn:aws:bedrock:eu-west-1::foundation-model/example.model-v1:0
              - Effect: Allow
                Action: dynamodb:DeleteItem
                Resource: arn:aws:dynamodb:eu-west-1:111122223333:table/orders
  Agent:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Handler: index.handler
      Runtime: nodejs22.x
      Code: { ZipFile: "exports.handler = async () => {}" }
`,
  secure: `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
      Policies:
        - PolicyName: agent
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: bedrock:InvokeModel
                Resource: arn:aws:bedrock:eu-west-1::foundation-model/example.model-v1:0
  Agent:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Handler: index.handler
      Runtime: nodejs22.x
      Code: { ZipFile: "exports.handler = async () => {}" }
`,
  *check(assembly) {
    const { astray } = identityPoliciesOf(assembly);
    for (const agent of agentsOf(assembly).filter(isFirstOfResource)) {
      if (!actsFreely(agent.kind)) continue;
      // A policy whose owner isn't known may be the agent's.
      for (const placed of [...agent.policies.policies, ...astray]) yield* policyOffences(assembly, agent, placed);
      if (isBehindGate(assembly, agent)) yield* attachedOffences(agent);
    }
    for (const grant of resourceGrantsOf(assembly)) {
      if (actsFreely(grant.agent.kind) && !isBehindGate(assembly, grant.agent)) {
        yield* statementOffences(assembly, grant.agent, grant);
      }
    }
  },
};

function isFirstOfResource({ resource }: AgentWorkload, index: number, all: readonly AgentWorkload[]): boolean {
  return all.findIndex((other) => other.resource === resource) === index;
}

function* attachedOffences({ policies }: AgentWorkload): Generator<Offence> {
  for (const { holder, property, arn, assuming } of policies.foreign) {
    const known = awsManagedPolicy(arn);
    if (known?.isOrdinary) continue;
    const message =
      known === undefined
        ? `can't be proven: what ${describe(arn)} allows the model caller isn't in the template`
        : `the AWS managed policy ${known.name} allows the model caller more than calls of its model`;
    yield { resource: holder, property, message: assumed(message, assuming) };
  }
}

function* policyOffences(assembly: Assembly, agent: AgentWorkload, placed: PlacedPolicy): Generator<Offence> {
  for (const statement of statementsOf(placed.policy)) {
    if (statement.effect === 'Deny') continue;
    const property = statementPath(placed.property, statement);
    yield* statementOffences(assembly, agent, { ...placed, property, statement });
  }
}

function* statementOffences(
  assembly: Assembly,
  agent: AgentWorkload,
  { policy, holder, property, statement }: PlacedPolicy & { readonly statement: Statement },
): Generator<Offence> {
  for (const action of statement.action.negated ? [] : statement.action.patterns) {
    // Of other agents, LeastPrivilegeNoWildcard says that it isn't known.
    if (action instanceof Unresolved && !isBehindGate(assembly, agent)) continue;
    const message = complaint(action, (known) => actionFault(assembly, agent, { policy, statement }, known));
    if (message !== undefined) yield { resource: holder, property: `${property}.Action`, message };
  }
}

function actionFault(
  assembly: Assembly,
  agent: AgentWorkload,
  allowed: { readonly policy: Policy; readonly statement: Statement },
  action: Value,
): string | undefined {
  const fault = `allows the model caller ${agent.resource.path} the action ${describe(action)}`;
  if (typeof action !== 'string') return fault;
  const first = firstOf(
    foreignActions(action, isBehindGate(assembly, agent)),
    (each) => !isTakenBack(assembly, agent, allowed, each),
  );
  if (first === undefined) return undefined;
  return first.toLowerCase() === action.toLowerCase() ? fault : `${fault}, with it ${first}`;
}

function firstOf<T>(all: Iterable<T>, isWanted: (each: T) => boolean): T | undefined {
  for (const each of all) if (isWanted(each)) return each;
  return undefined;
}
