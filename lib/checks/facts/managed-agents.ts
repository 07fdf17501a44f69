import { identityPoliciesOf } from '../../template/iam/collect';
import type { Assembly, Resource } from '../../template/index';

/** What AWS runs for an agent, and the property with its role. */
const MANAGED_ROLES: { readonly [type: string]: string } = {
  'AWS::BedrockAgentCore::Runtime': 'RoleArn',
  'AWS::BedrockAgentCore::Harness': 'ExecutionRoleArn',
  'AWS::BedrockAgentCore::Gateway': 'RoleArn',
  'AWS::BedrockAgentCore::BrowserCustom': 'ExecutionRoleArn',
  'AWS::BedrockAgentCore::CodeInterpreterCustom': 'ExecutionRoleArn',
  'AWS::BedrockAgentCore::Memory': 'MemoryExecutionRoleArn',
  'AWS::Bedrock::Agent': 'AgentResourceRoleArn',
  'AWS::Bedrock::Flow': 'ExecutionRoleArn',
  'AWS::Bedrock::KnowledgeBase': 'RoleArn',
};

/** A managed part of an agent with one of its possible roles. */
export interface ManagedRole {
  readonly resource: Resource;
  /** Path below the resource. */
  readonly property: string;
  /** Undefined when the role isn't in the app. */
  readonly role: Resource | undefined;
}

/** The roles of everything that AWS runs for the app's agents. */
export function managedRolesOf(assembly: Assembly): readonly ManagedRole[] {
  const identities = identityPoliciesOf(assembly);
  return Object.entries(MANAGED_ROLES).flatMap(([type, member]) =>
    assembly.ofType(type).flatMap((resource) =>
      resource
        .property(member)
        .filter(({ value }) => value !== undefined)
        .map(({ value }) => ({ resource, property: `Properties.${member}`, role: identities.roleOf(value) })),
    ),
  );
}

/** What AWS runs that a model drives. */
const AGENTS = [
  'AWS::Bedrock::Agent',
  'AWS::Bedrock::Flow',
  'AWS::BedrockAgentCore::Runtime',
  'AWS::BedrockAgentCore::Harness',
];

/** The agents and flows that AWS runs. */
export function managedAgentsOf(assembly: Assembly): readonly Resource[] {
  return assembly.ofType(...AGENTS);
}
