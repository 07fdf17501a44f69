import { statementsOf } from '../../template/iam/policy';
import { describe, listOf, memberOf, type Value } from '../../template/index';
import type { AgentWorkload } from './workloads';

/**
 * What a role's actions call: a pattern for them, and the name of the endpoint's service. KMS and X-Ray aren't here: services call
 * the first, and nothing stops without the second. Source: AWS PrivateLink Guide, "AWS services that integrate with AWS PrivateLink".
 */
const BY_ACTION: readonly (readonly [actions: RegExp, service: string])[] = [
  [/^bedrock:(InvokeModel|Converse|ApplyGuardrail|InvokeGuardrail)/i, 'bedrock-runtime'],
  [/^bedrock:(InvokeAgent|InvokeInlineAgent|InvokeFlow|Retrieve|Rerank)/i, 'bedrock-agent-runtime'],
  [/^bedrock-agentcore:InvokeGateway/i, 'bedrock-agentcore.gateway'],
  [/^bedrock-agentcore:(Invoke|StartBrowser|StartCode|CreateEvent|RetrieveMemory)/i, 'bedrock-agentcore'],
  [/^secretsmanager:(Get|BatchGet)/i, 'secretsmanager'],
  [/^ssm:GetParam/i, 'ssm'],
  [/^dynamodb:/i, 'dynamodb'],
  [/^s3:(Get|Put|List|Delete)/i, 's3'],
  [/^sqs:/i, 'sqs'],
  [/^sns:Publish/i, 'sns'],
  [/^lambda:Invoke/i, 'lambda'],
  [/^states:Start/i, 'states'],
  [/^events:Put/i, 'events'],
  [/^execute-api:Invoke/i, 'execute-api'],
  [/^sts:AssumeRole/i, 'sts'],
];

/** Services that an agent calls from its network: its own code by its role, and what starts its container there. */
export function endpointNeedsOf(agent: AgentWorkload): ReadonlySet<string> {
  const { resource, kind, policies } = agent;
  const actions = policies.policies
    .flatMap(({ policy }) => statementsOf(policy))
    .filter(({ effect, action }) => effect !== 'Deny' && !action.negated)
    .flatMap(({ action }) => action.patterns.filter((pattern) => typeof pattern === 'string'));
  const needs = new Set(actions.flatMap((action) => BY_ACTION.find(([of]) => of.test(action))?.[1] ?? []));
  if (kind === 'ECS task') {
    for (const { value } of resource.items('ContainerDefinitions')) addNeedsOfContainer(needs, value);
  } else if (kind === 'AgentCore runtime') {
    const path = ['AgentRuntimeArtifact', 'ContainerConfiguration', 'ContainerUri'] as const;
    for (const { value } of resource.property(...path)) addNeedsOfImage(needs, value);
  } else if (kind === 'Batch job') {
    for (const { value } of resource.property('ContainerProperties', 'Image')) addNeedsOfImage(needs, value);
  }
  return needs;
}

function addNeedsOfContainer(needs: Set<string>, container: Value): void {
  addNeedsOfImage(needs, memberOf(container, 'Image'));
  if (memberOf(container, 'LogConfiguration', 'LogDriver') === 'awslogs') needs.add('logs');
  for (const secret of listOf(memberOf(container, 'Secrets'))) {
    const from = describe(memberOf(secret, 'ValueFrom'));
    if (/:ssm:/.test(from)) needs.add('ssm');
    else if (/:secretsmanager:/.test(from)) needs.add('secretsmanager');
  }
}

/** ECR keeps the layers of an image in S3. Source: Amazon ECR User Guide, "Amazon ECR interface VPC endpoints". */
function addNeedsOfImage(needs: Set<string>, image: Value): void {
  if (!/\.dkr[.-]ecr\./.test(describe(image))) return;
  for (const service of ['ecr.api', 'ecr.dkr', 's3']) needs.add(service);
}

/** Whether an agent sends what it calls to a proxy of its own choice. */
export function usesProxy(variables: readonly { readonly name: string }[]): boolean {
  return variables.some(({ name }) => /^(https?|all)_proxy$/i.test(name));
}
