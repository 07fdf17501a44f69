import { type Assembly, type Resource, Unresolved } from '../../../template';
import { type ActionGroup, type AgentOperation, actionGroupsOf } from '../../facts/agent-operations';
import { type Change, changeBy } from '../../facts/changing-rights';
import { functionsAfterModels } from '../../facts/flow-functions';
import { assumed, unproven } from '../../judge/offences';
import { changesByMethod, changesByName, onlyReads } from '../../judge/reading-action';
import type { Offence, Rule } from '../../rule';

/** Where nobody is asked, whoever fools the agent decides. */
export const actionConfirmed: Rule = {
  id: 'GateActionConfirmed',
  pillar: 'gate',
  severity: 'error',
  holds:
    'A Bedrock agent asks the user before an action whose function may change something, and no flow passes a model’s words to such a function.',
  source:
    'Amazon Bedrock User Guide, "Get user confirmation before invoking action group function"; OWASP Top 10 for LLM Applications LLM06:2025 "Excessive Agency"; NIST SP 800-53 AC-3(2)',
  fix: 'Set RequireConfirmation: ENABLED on the function, x-requireConfirmation: ENABLED on the operation of the OpenAPI schema, or give reads a function whose role only reads. In place of a flow, let an agent that asks call the function.',
  lists: ['ASI02', 'ASI09', 'LLM06:2025'],
  insecure: `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: orders
          PolicyDocument:
            Statement: [{ Effect: Allow, Action: 'dynamodb:DeleteItem', Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders' }]
  Orders:
    Type: AWS::Lambda::Function
    Properties: { Role: !GetAtt Role.Arn }
  Desk:
    Type: AWS::Bedrock::Agent
    Properties:
      ActionGroups:
        - ActionGroupName: orders
          ActionGroupExecutor: { Lambda: !GetAtt Orders.Arn }
          FunctionSchema: { Functions: [{ Name: cancel_order }] }
`,
  secure: `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: orders
          PolicyDocument:
            Statement: [{ Effect: Allow, Action: 'dynamodb:DeleteItem', Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders' }]
  Orders:
    Type: AWS::Lambda::Function
    Properties: { Role: !GetAtt Role.Arn }
  Desk:
    Type: AWS::Bedrock::Agent
    Properties:
      ActionGroups:
        - ActionGroupName: orders
          ActionGroupExecutor: { Lambda: !GetAtt Orders.Arn }
          FunctionSchema: { Functions: [{ Name: cancel_order, RequireConfirmation: ENABLED }] }
`,
  *check(assembly) {
    for (const resource of assembly.ofType('AWS::Bedrock::Agent')) {
      for (const group of actionGroupsOf(resource)) {
        for (const { property, message } of faultsOf(assembly, group)) {
          yield { resource, property, message: assumed(message, group.assuming) };
        }
      }
    }
    for (const flow of assembly.ofType('AWS::Bedrock::Flow')) yield* unaskedInFlow(assembly, flow);
  },
};

/** A flow asks nobody: what a model says in it goes straight to the next node. */
function* unaskedInFlow(assembly: Assembly, flow: Resource): Generator<Offence> {
  for (const { named, property } of functionsAfterModels(flow)) {
    const change = changeBy(assembly, named);
    if (change.kind !== 'something') continue;
    const message = `gets the words of a model and may use ${change.by}, and a flow asks nobody`;
    yield { resource: flow, property, message };
  }
}

function faultsOf(assembly: Assembly, group: ActionGroup): { property: string; message: string }[] {
  const change = changeBy(assembly, group.runBy);
  if (group.unread !== undefined) {
    const message = faultOfUnread(change, group.unread);
    return message === undefined ? [] : [{ property: group.property, message }];
  }
  return group.operations.flatMap((operation) => {
    const message = faultOf(operation, change);
    return message === undefined ? [] : [{ property: operation.property, message }];
  });
}

function faultOfUnread(change: Change, unread: string): string | undefined {
  return change.kind === 'something'
    ? `can't be proven: its function may use ${change.by}, and ${unread}, so whether the user is asked isn't known`
    : undefined;
}

function faultOf(operation: AgentOperation, change: Change): string | undefined {
  const { name, confirmation } = operation;
  if (confirmation === 'ENABLED' || onlyReads(operation)) return undefined;
  const effect = effectOf(operation, change);
  if (effect === undefined) return undefined;
  return confirmation instanceof Unresolved ? unproven(confirmation) : `${name} ${effect}, and nobody is asked before`;
}

function effectOf({ name, method }: AgentOperation, change: Change): string | undefined {
  if (change.kind === 'something') return `may change something: its function may use ${change.by}`;
  const saysSo = changesByMethod(method) || changesByName(name);
  if (change.kind === 'unknown') {
    return saysSo ? `changes something by its name (${change.why})` : undefined;
  }
  return saysSo && change.hasCredential
    ? 'changes something by its name, and its function reads a credential to do it with'
    : undefined;
}
