import type { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import type { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { Assembly } from '../../../lib/template';
import { type RoleQuestion, roleQuestions } from '../../../lib/template/iam/role-questions';
import type { TemplateBody } from '../../lib/prove/quickstart-template';

const ACCOUNT = '111122223333';
export const TEMPLATE_NAME = 'Quickstart.template.json';

/** Physical ids as CloudFormation makes them: names, ids, and ARNs for some types. */
function physicalId(logicalId: string, type: string): string {
  const arn = (rest: string) => `arn:aws:${rest}`;
  if (type === 'AWS::SecretsManager::Secret')
    return arn(`secretsmanager:eu-west-1:${ACCOUNT}:secret:${logicalId}-AbCdEf`);
  if (type === 'AWS::StepFunctions::StateMachine') return arn(`states:eu-west-1:${ACCOUNT}:stateMachine:${logicalId}`);
  if (type === 'AWS::IAM::ManagedPolicy') return arn(`iam::${ACCOUNT}:policy/${logicalId}`);
  if (type === 'AWS::ECS::TaskDefinition') return arn(`ecs:eu-west-1:${ACCOUNT}:task-definition/${logicalId}:1`);
  return type === 'AWS::S3::Bucket' ? logicalId.toLowerCase() : `Quickstart-${logicalId}`;
}

const DEPLOYED = {
  account: ACCOUNT,
  partition: 'aws',
  region: 'eu-west-1',
  physicalId: ({ logicalId, type }: { logicalId: string; type: string }) => physicalId(logicalId, type),
};

/** Answers of IAM, by role, action and resource. */
export type Decide = (role: string, action: string, resource: string) => string;

export type Send = (command: unknown) => Promise<unknown>;

/** Clients of an account where the template is deployed. IAM decides with `decide`, and answers page by page. */
export function deployedAccount(body: TemplateBody, decide: Decide, pageSize = 3) {
  const calls: SimulatePrincipalPolicyCommand['input'][] = [];
  const all = Object.entries(body.Resources).map(([LogicalResourceId, { Type }]) => ({
    LogicalResourceId,
    PhysicalResourceId: physicalId(LogicalResourceId, Type),
  }));
  const cloudFormation: Send = async (command) => {
    const { StackName, NextToken } = (command as ListStackResourcesCommand).input;
    if (StackName !== 'Quickstart') throw new Error(`Stack with id ${StackName} does not exist`);
    const start = Number(NextToken ?? 0);
    const next = start + 100 < all.length ? String(start + 100) : undefined;
    return { StackResourceSummaries: all.slice(start, start + 100), NextToken: next };
  };
  const iam: Send = async (command) => {
    const { input } = command as SimulatePrincipalPolicyCommand;
    calls.push(input);
    const pairs = (input.ActionNames ?? []).flatMap((action) =>
      (input.ResourceArns ?? []).map((resource) => [action, resource] as const),
    );
    const start = Number(input.Marker ?? 0);
    const page = pairs.slice(start, start + pageSize);
    return {
      EvaluationResults: page.map(([action, resource]) => ({
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: decide(input.PolicySourceArn ?? '', action, resource),
      })),
      IsTruncated: start + pageSize < pairs.length,
      Marker: String(start + pageSize),
    };
  };
  const clients = {
    iam: { send: iam } as never,
    sts: { send: async () => ({ Account: ACCOUNT, Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/auditor/x` }) } as never,
    cloudFormation: {
      send: cloudFormation,
      config: { region: async () => 'eu-west-1' },
    } as unknown as CloudFormationClient,
  };
  return { calls, clients };
}

/** The questions about the roles of the deployed template. */
export function questionsAbout(body: TemplateBody): readonly RoleQuestion[] {
  return roleQuestions(Assembly.of({ name: TEMPLATE_NAME, body }), DEPLOYED);
}

/** The answers of AWS when the deployed roles are as in the template. */
export function faithful(body: TemplateBody): Decide {
  const answers = new Map(
    questionsAbout(body).map(({ roleArn, action, resourceArn, expected }) => [
      `${roleArn} ${action} ${resourceArn}`,
      expected === 'true' ? 'allowed' : 'implicitDeny',
    ]),
  );
  return (role, action, resource) => answers.get(`${role} ${action} ${resource}`) ?? 'implicitDeny';
}
