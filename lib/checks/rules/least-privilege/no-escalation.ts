import { type Assembly, describe, isObject, memberOf, type Resource, unknownIn, type Value } from '../../../template';
import { actionNamed, actionsMatching, type KnownAction } from '../../../template/iam/actions';
import { identityPoliciesOf, type PlacedPolicy } from '../../../template/iam/collect';
import { type Policy, type Statement, statementsOf } from '../../../template/iam/policy';
import { isTakenBack } from '../../facts/agent-rights';
import { modelStateOf } from '../../facts/model-calls';
import { resourceGrantsOf } from '../../facts/resource-grants';
import { definitionsOf, statesBeforeWait } from '../../facts/state-machines';
import { type AgentWorkload, agentsOf } from '../../facts/workloads';
import { escalationBy } from '../../judge/escalations';
import { actsFreely } from '../../judge/model-caller-rights';
import { assumed, unproven } from '../../judge/offences';
import { statementPath } from '../../judge/statement-width';
import type { Offence, Rule } from '../../rule';

/** With one such right, all limits of the agent's own role are only suggestions. */
export const noEscalation: Rule = {
  id: 'LeastPrivilegeNoEscalation',
  pillar: 'least-privilege',
  severity: 'error',
  holds:
    'What may call a model, and acts on its answer, may not pass, assume or change a role, replace code or run commands elsewhere, open its network, or change who may use a resource, not even by exact ARNs, by a resource’s own policy, or as an administrator of a cluster. No state machine passes what a model says to such an action.',
  source:
    'IAM User Guide, "Grant a user permissions to pass a role to an AWS service"; MITRE ATT&CK T1098, T1548.005; NIST SP 800-53 AC-6(1), AC-6(10)',
  fix: 'Remove the action from the agent’s role. Let a function with a role of its own do it after a person’s approval, such as a Step Functions state that waits for a task token; with this library, a connector behind the gate.',
  lists: ['ASI03', 'LLM06:2025', 'NIST SP 800-53 AC-6(10)'],
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
              - { Effect: Allow, Action: sts:AssumeRole, Resource: "arn:aws:iam::111122223333:role/deploy" }
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
    for (const agent of agentsOf(assembly)) {
      if (!actsFreely(agent.kind)) continue;
      for (const placed of agent.policies.policies) yield* policyOffences(assembly, agent, placed);
    }
    for (const grant of resourceGrantsOf(assembly)) {
      if (actsFreely(grant.agent.kind)) yield* statementOffences(assembly, grant.agent, grant);
    }
    yield* clusterOffences(assembly);
    for (const machine of assembly.ofType('AWS::StepFunctions::StateMachine')) yield* machineOffences(machine);
  },
};

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
  { policy, statement, holder, property }: PlacedPolicy & { readonly statement: Statement },
): Generator<Offence> {
  for (const pattern of statement.action.negated ? [] : statement.action.patterns) {
    if (typeof pattern !== 'string') continue;
    const found = escalationIn(assembly, agent, { policy, statement }, pattern);
    if (found === undefined) continue;
    const named = found.name.toLowerCase() === pattern.toLowerCase() ? pattern : `${pattern}, with it ${found.name}`;
    const message = `allows the agent ${agent.resource.path} the action ${named}: that ${escalationBy(found)}`;
    yield {
      resource: holder,
      property: `${property}.Action`,
      message,
      detail: `${pattern}@${describe(statement.resource?.patterns[0])}`,
    };
  }
}

/** The first action under a pattern that opens other rights, and that nothing takes back. */
function escalationIn(
  assembly: Assembly,
  agent: AgentWorkload,
  allowed: { readonly policy: Policy; readonly statement: Statement },
  pattern: string,
): KnownAction | undefined {
  const covered = /[*?]/.test(pattern) ? actionsMatching(pattern) : [actionNamed(pattern)];
  return covered.find(
    (action) => escalationBy(action) !== undefined && !isTakenBack(assembly, agent, allowed, action.name),
  );
}

/** Who may change what runs in a whole cluster takes the rights of every pod in it. */
function* clusterOffences(assembly: Assembly): Generator<Offence> {
  const entries = assembly.ofType('AWS::EKS::AccessEntry');
  if (entries.length === 0) return;
  const identities = identityPoliciesOf(assembly);
  const agents = new Map(
    agentsOf(assembly)
      .filter(({ kind }) => actsFreely(kind))
      .map((agent) => [identities.roleOf(agent.role), agent] as const),
  );
  for (const entry of entries) {
    const [agent] = entry.property('PrincipalArn').flatMap(({ value }) => agents.get(identities.roleOf(value)) ?? []);
    if (agent === undefined) continue;
    for (const { value, where, assuming } of entry.items('AccessPolicies')) {
      const message = clusterFault(value);
      if (message === undefined) continue;
      const said = `${message}: the agent ${agent.resource.path} takes the rights of what runs there`;
      yield { resource: entry, property: entry.below(where), message: assumed(said, assuming) };
    }
  }
}

/** Source: Amazon EKS User Guide, "Review access policy permissions". */
function clusterFault(policy: Value): string | undefined {
  const arn = memberOf(policy, 'PolicyArn');
  const unknown = unknownIn(arn);
  if (unknown !== undefined) return unproven(unknown);
  const name = describe(arn).split('/').at(-1) ?? '';
  if (/^AmazonEKS(View|AutoNode|BlockStorage|Networking)Policy$/.test(name)) return undefined;
  const isNarrow = memberOf(policy, 'AccessScope', 'Type') === 'namespace' && !/Cluster/.test(name);
  return isNarrow ? undefined : `${name} lets it change, or read the secrets of, the whole cluster`;
}

/** A machine asks nobody: what a model says in one state goes on to the next, unless a person is waited for before. */
function* machineOffences(machine: Resource): Generator<Offence> {
  if (modelStateOf(machine) === undefined) return;
  for (const { value, property, assuming } of definitionsOf(machine)) {
    for (const { name, members } of statesBeforeWait(value)) {
      const action = actionOfState(describe(members.Resource));
      const found = action === undefined ? undefined : escalationBy(actionNamed(action));
      if (found === undefined || !takesInput(members.Parameters ?? members.Arguments)) continue;
      const message = `the state ${name} calls ${action} with what came before it, a model’s words among it: that ${found}`;
      yield { resource: machine, property, message: assumed(message, assuming) };
    }
  }
}

/** The action that a state takes by the integration with any AWS API. Source: Step Functions Developer Guide, "Learning to use AWS service SDK integrations". */
function actionOfState(resource: string): string | undefined {
  const [, service, first = '', rest = ''] = /:states:::aws-sdk:([a-z0-9]+):([a-z])([A-Za-z0-9]*)/.exec(resource) ?? [];
  return service === undefined ? undefined : `${service}:${first.toUpperCase()}${rest}`;
}

/** Whether an argument comes from the input: by a path, or by an expression of JSONata. */
function takesInput(value: Value): boolean {
  if (typeof value === 'string') return value.startsWith('{%');
  if (Array.isArray(value)) return value.some(takesInput);
  return isObject(value) && Object.entries(value).some(([member, inner]) => member.endsWith('.$') || takesInput(inner));
}
