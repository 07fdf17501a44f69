import {
  type Assembly,
  describe,
  isTextual,
  type Resource,
  referencesIn,
  Unresolved,
  unknownIn,
  type Value,
} from '../../../template';
import { identityPoliciesOf } from '../../../template/iam/collect';
import { statementsOf } from '../../../template/iam/policy';
import { trustOf } from '../../../template/iam/trust';
import { computeOf, usersOfRole } from '../../facts/compute';
import { modelRightsOf } from '../../facts/model-rights';
import { agentsOf, possibleAgentsOf } from '../../facts/workloads';
import type { Offence, Rule } from '../../rule';

/** The other rules judge what may call a model. What may do so unseen escapes them. */
export const modelCallerKnown: Rule = {
  id: 'SandboxModelCallerKnown',
  pillar: 'sandbox',
  severity: 'error',
  holds:
    'The template tells of every workload whether it may call a model, and of every role that may, what runs under it. Where the template itself names a role from elsewhere this is an error; where a parameter or a policy from elsewhere decides, or on a plain EC2 instance in an app without any agent, a warning.',
  source: 'OWASP Agentic Security Initiative ASI03 "Identity and Privilege Abuse"; NIST SP 800-53 CM-8',
  fix: 'Put the role, and the text of its policies, into the app that has the workload. If they belong elsewhere, acknowledge this and say who looks after them.',
  lists: ['ASI03', 'NIST SP 800-53 CM-8'],
  insecure: `Resources:
  Agent:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::111122223333:role/agent
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
  Agent:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Handler: index.handler
      Runtime: nodejs22.x
      Code: { ZipFile: "exports.handler = async () => {}" }
`,
  *check(assembly) {
    yield* workloadOffences(assembly);
    for (const role of assembly.ofType('AWS::IAM::Role')) {
      if (usersOfRole(assembly, role).length > 0 || !isForCode(role)) continue;
      const [reference] = role.template.resolve({ Ref: role.logicalId }, role.logicalId);
      if (modelRightsOf(assembly, reference?.value).may !== 'yes') continue;
      const user = otherUserOf(assembly, role);
      if (user !== undefined && RUNS_NO_AGENT.test(user.type)) continue;
      const what =
        user === undefined ? 'what runs under it isn’t in the template' : `${user.path} (${user.type}) takes it`;
      yield {
        resource: role,
        property: 'Properties',
        message: `can't be proven: the role may call a model, and ${what}`,
        ...MILD,
      };
    }
  },
};

function* workloadOffences(assembly: Assembly): Generator<Offence> {
  const hasAgent = agentsOf(assembly).length > 0;
  for (const { resource, kind, property, role, unproven } of possibleAgentsOf(assembly)) {
    if (unproven === undefined) continue;
    const message = `can't be proven: whether this ${kind} may call a model, because ${unproven}`;
    // Most hosts run anything but agents. One that names a model's API is known as an agent by that.
    const isAnyHost = kind === 'EC2 instance' && !hasAgent;
    yield { resource, property, message, ...(isNamedElsewhere(assembly, role) && !isAnyHost ? {} : MILD) };
  }
}

const MILD = { severity: 'warning' } as const;

/** Whether the template itself chose a role that it doesn't have: by its ARN, or by another stack's export. */
function isNamedElsewhere(assembly: Assembly, role: Value): boolean {
  if (assembly.find(role) !== undefined) return false;
  if (role instanceof Unresolved) return role.expression.includes('Fn::ImportValue');
  return isTextual(role) && unknownIn(role) === undefined && !describe(role).includes(':role/aws-service-role/');
}

/** What embeds, evaluates or indexes with a model, but does nothing that the model says. */
const RUNS_NO_AGENT = /^AWS::(Bedrock::|BedrockAgentCore::|OpenSearch|AOSS|Kendra|Cognito::|SSO::)/;

/** Services that run somebody's code with a role. */
const FOR_CODE =
  /^(lambda|edgelambda|ec2|ecs-tasks|states|sagemaker|glue|codebuild|pods\.eks|tasks\.apprunner|bedrock-agentcore|elasticmapreduce|batch|airflow-env)\.amazonaws\.com(\.cn)?$/;

function isForCode(role: Resource): boolean {
  return statementsOf(trustOf(role)).some(
    ({ effect, principal }) =>
      effect !== 'Deny' &&
      principal?.patterns.some(({ kind, value }) => kind === 'Service' && FOR_CODE.test(String(value))) === true,
  );
}

/** A resource that names the role in a property for a role. */
function otherUserOf(assembly: Assembly, role: Resource): Resource | undefined {
  const known = new Set(computeOf(assembly).map(({ resource }) => resource));
  const identities = identityPoliciesOf(assembly);
  return assembly.resources.find(
    (resource) =>
      !resource.type.startsWith('AWS::IAM::') &&
      !known.has(resource) &&
      Object.keys(resource.properties)
        .filter((name) => /Role(Arn)?$/.test(name))
        .some((name) =>
          resource
            .property(name)
            .flatMap(({ value }) => referencesIn(value))
            .some((reference) => identities.roleOf(reference) === role),
        ),
  );
}
