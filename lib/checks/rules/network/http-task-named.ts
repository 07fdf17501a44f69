import { isObject, memberOf, type Resource, unknownIn, type Value } from '../../../template';
import { definitionsOf, type State, statesOf } from '../../facts/state-machines';
import { knownTextOf } from '../../facts/texts';
import { agentsOf } from '../../facts/workloads';
import { assumed } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** Step Functions calls the address from its own network: no route and no security group is in the way. */
export const httpTaskNamed: Rule = {
  id: 'NetworkHttpTaskNamed',
  pillar: 'network',
  severity: 'error',
  holds:
    'An HTTP task of a state machine that calls a model names the host that it calls. The model doesn’t choose it.',
  source:
    'Step Functions Developer Guide, "Call HTTPS APIs in Step Functions workflows": ApiEndpoint, and the condition key states:HTTPEndpoint; NIST SP 800-53 SC-7(5); CWE-918 "Server-Side Request Forgery"',
  fix: 'Write the host into ApiEndpoint (ApiEndpoint: https://api.example.com/…), and allow states:InvokeHTTPEndpoint only with StringLike states:HTTPEndpoint = this address.',
  lists: ['ASI02', 'LLM06:2025', 'NIST SP 800-53 SC-7'],
  insecure: template('"{% $states.input.answer.url %}"'),
  secure: template('https://api.example.com/notes'),
  *check(assembly) {
    const machines = new Set(agentsOf(assembly).map(({ resource }) => resource));
    for (const machine of machines) {
      if (machine.type === 'AWS::StepFunctions::StateMachine') yield* machineOffences(machine);
    }
  },
};

function template(address: string): string {
  return `Resources:
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      Definition:
        StartAt: Post
        QueryLanguage: JSONata
        States:
          Post:
            Type: Task
            Resource: arn:aws:states:::http:invoke
            Arguments: { Method: POST, ApiEndpoint: ${address} }
            End: true
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: model
          PolicyDocument: { Statement: [{ Effect: Allow, Action: bedrock:InvokeModel, Resource: "*" }] }
`;
}

function* machineOffences(machine: Resource): Generator<Offence> {
  for (const { value, property, assuming } of definitionsOf(machine)) {
    for (const state of statesOf(value)) {
      const fault = faultOf(state);
      if (fault === undefined) continue;
      // A definition as text has no members.
      const at =
        isObject(value) && property === 'Properties.Definition' ? `${property}.States.${state.name}` : property;
      yield { resource: machine, property: at, message: assumed(`the state ${state.name} ${fault}`, assuming) };
    }
  }
}

function faultOf({ members }: State): string | undefined {
  if (!/:states:::http:invoke/.test(String(members.Resource ?? ''))) return undefined;
  const given = [members.Parameters, members.Arguments]
    .map((from) => addressIn(from))
    .find((found) => found !== undefined);
  if (given === undefined) return "can't be proven: its ApiEndpoint isn't in the definition";
  return unknownIn(given) !== undefined || !NAMED.test(knownTextOf(given))
    ? 'calls whatever host its input names, and a model may have written that'
    : undefined;
}

function addressIn(from: Value): Value {
  if (!isObject(from)) return undefined;
  return memberOf(from, 'ApiEndpoint') ?? memberOf(from, 'ApiEndpoint.$');
}

/** A host at the beginning, in an expression too. */
const NAMED = /^(\{%\s*)?(States\.Format\()?['"]?https:\/\/[a-z0-9\0][a-z0-9.\0-]*([/:'"?]|$)/i;
