import type { TemplateSource } from '../../../lib/template';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { add, ROLES } from '../../lib/prove/hole';
import { arnOf, idOf, propertiesOf, type Resources, type TemplateBody } from '../../lib/prove/quickstart-template';

/** One small change of the quickstart's template. */
export interface Mutation {
  readonly id: string;
  /** Changes the template in place; may return more stacks of the same app. */
  readonly dig: (resources: Resources, body: TemplateBody) => void | TemplateSource[];
}

/** A change that leaves the runtime less safe. */
export interface CorpusHole extends Mutation {
  readonly clause: string;
  /** What it lets happen, in one sentence. */
  readonly harm: string;
}

export type Dig = Mutation['dig'];

/** A copy of a template with the change in it, and the stacks that the change adds. */
export function dug(clean: TemplateBody, { dig }: Mutation): { body: TemplateBody; others: readonly TemplateSource[] } {
  const body = structuredClone(clean);
  return { others: dig(body.Resources, body) ?? [], body };
}

/** Holes of one clause, each as its id, its harm and its change. */
export function holesOf(
  clause: string,
  rows: readonly (readonly [id: string, harm: string, dig: Dig])[],
): CorpusHole[] {
  return rows.map(([id, harm, dig]) => ({ id, clause, harm, dig }));
}

/** Adds one resource, whose properties may name others. */
export function adding(type: string, properties: (resources: Resources) => JsonObject): Dig {
  return (r) => add(r, 'Hole', type, properties(r));
}

/** Sets members of the one resource of a type whose id begins so. */
export function setting(type: string, start: string, members: JsonObject | ((r: Resources) => JsonObject)): Dig {
  return (r) => {
    Object.assign(propertiesOf(r, type, start), typeof members === 'function' ? members(r) : members);
  };
}

export const refTo = (r: Resources, type: string, start: string): JsonValue => ({ Ref: idOf(r, type, start) });
export const attribute = (r: Resources, type: string, start: string, name: string): JsonValue => ({
  'Fn::GetAtt': [idOf(r, type, start), name],
});
export const gate = (r: Resources): JsonValue => arnOf(r, 'AWS::Lambda::Function', 'AgentGate');
export const gateName = (r: Resources): JsonValue => refTo(r, 'AWS::Lambda::Function', 'AgentGate');
export const executor = (r: Resources): JsonValue => arnOf(r, 'AWS::Lambda::Function', 'TicketsExecutor');
export const state = (r: Resources): JsonValue => arnOf(r, 'AWS::DynamoDB::Table', 'AgentState');
export const ledger = (r: Resources): JsonValue => arnOf(r, 'AWS::S3::Bucket', 'AgentLedgerBucket');
export const ledgerName = (r: Resources): JsonValue => refTo(r, 'AWS::S3::Bucket', 'AgentLedgerBucket');
export const evidence = (r: Resources): JsonValue => arnOf(r, 'AWS::S3::Bucket', 'AgentLedgerEvidence');
export const evidenceName = (r: Resources): JsonValue => refTo(r, 'AWS::S3::Bucket', 'AgentLedgerEvidence');
export const secret = (r: Resources): JsonValue => refTo(r, 'AWS::SecretsManager::Secret', 'TicketsCredential');
export const workflow = (r: Resources): JsonValue =>
  refTo(r, 'AWS::StepFunctions::StateMachine', 'AgentApprovalsStateMachine');
export const network = (r: Resources): JsonValue => refTo(r, 'AWS::EC2::VPC', 'AgentNetworkVpc');
export const subnet = (r: Resources): JsonValue => refTo(r, 'AWS::EC2::Subnet', 'AgentNetworkVpcIsolatedSubnet1');
export const gateLogs = (r: Resources): JsonValue => refTo(r, 'AWS::Logs::LogGroup', 'AgentGateLogs');

/** Sets variables of a function beside those that it has. */
export function variables(start: string, values: JsonObject): Dig {
  return (r) => {
    const environment = propertiesOf(r, 'AWS::Lambda::Function', start).Environment as { Variables: JsonObject };
    Object.assign(environment.Variables, values);
  };
}

/** The agent's container. */
export function container(r: Resources): JsonObject {
  const task = propertiesOf(r, 'AWS::ECS::TaskDefinition', 'AgentTask');
  return (task.ContainerDefinitions as JsonObject[])[0] as JsonObject;
}

/** The first statement of an endpoint's policy. */
export function endpointStatement(r: Resources, name: string): JsonObject {
  const endpoint = propertiesOf(r, 'AWS::EC2::VPCEndpoint', `AgentNetworkEndpoints${name}`);
  return (endpoint.PolicyDocument as { Statement: JsonObject[] }).Statement[0] as JsonObject;
}

/** The first statement of who may assume a role. */
export function trustStatement(r: Resources, start: string): JsonObject {
  const role = propertiesOf(r, 'AWS::IAM::Role', start);
  return (role.AssumeRolePolicyDocument as { Statement: JsonObject[] }).Statement[0] as JsonObject;
}

/** Another account's number. */
export const FOREIGN = '999988887777';
export const APPROVERS = 'AgentApprovalsApproverRole';
export const OPERATORS = 'AgentOperatorsRole';
export const AGENT = ROLES.agent;
/** What CloudFormation puts in from elsewhere when it deploys. */
export const INCLUDE: JsonObject = {
  Name: 'AWS::Include',
  Parameters: { Location: 's3://example-snippets/more.yaml' },
};
