import { type Assembly, listOf, memberOf, type Resource } from '../../../template';
import { hasOwnRuntime } from '../../facts/own-runtime';
import { agentsOf } from '../../facts/workloads';
import { credentialsInResource } from '../../judge/credentials-in-resource';
import { credentialsInSections } from '../../judge/credentials-in-sections';
import type { Offence, Rule } from '../../rule';

/** Everyone who may read the stack can read a credential in its template. */
export const noPlainText: Rule = {
  id: 'SecretsNoPlainText',
  pillar: 'secrets',
  severity: 'error',
  holds:
    'The template contains no credential, no credential is written into what can be described (variables, commands, labels, definitions), and no container of an agent behind the gate receives one.',
  source: 'Secrets Manager User Guide, "AWS Secrets Manager best practices"; OWASP ASVS 4.0 V2.10.4; CWE-798, CWE-526',
  fix: 'Store it in Secrets Manager, and give the code only the secret’s ARN: it reads the value at run time. Where AWS itself uses the password, as for a database, write {{resolve:secretsmanager:NAME}}. Renew the credential, because who may read the template or its history knows it. With this library, a connector reads it, outside the agent.',
  lists: ['ASI03', 'LLM02:2025', 'MCP01:2025', 'NIST SP 800-53 IA-5(7)'],
  insecure: `Resources:
  Agent:
    Type: AWS::Lambda::Function
    Properties:
      Environment:
        Variables: { CRM_API_KEY: k3y-0f-the-crm }
`,
  secure: `Resources:
  Key:
    Type: AWS::SecretsManager::Secret
  Agent:
    Type: AWS::Lambda::Function
    Properties:
      Environment:
        Variables: { CRM_API_KEY_ARN: !Ref Key }
`,
  *check(assembly) {
    for (const template of assembly.templates) yield* distinct(credentialsInSections(assembly, template));
    for (const resource of assembly.resources) yield* distinct(credentialsInResource(assembly, resource));
    if (hasOwnRuntime(assembly)) yield* handedToAgents(assembly);
  },
};

/** In an app with a gate, the connectors have the credentials. The agent needs none. */
function* handedToAgents(assembly: Assembly): Generator<Offence> {
  const agents = new Set(agentsOf(assembly).map(({ resource }) => resource));
  for (const task of assembly.ofType('AWS::ECS::TaskDefinition')) {
    if (agents.has(task) || !hasKnownRole(assembly, task)) yield* handedToContainers(task);
  }
}

/** A task without a role calls no model with one. A role that isn't in the app may do anything. */
function hasKnownRole(assembly: Assembly, task: Resource): boolean {
  return task
    .property('TaskRoleArn')
    .every(({ value }) => value === undefined || assembly.find(value)?.type === 'AWS::IAM::Role');
}

function* handedToContainers(task: Resource): Generator<Offence> {
  for (const { value, where } of task.items('ContainerDefinitions')) {
    if (listOf(memberOf(value, 'Secrets')).length === 0) continue;
    yield {
      resource: task,
      property: `${task.below(where)}.Secrets`,
      message: 'gives a credential to the container: the code in it can read and leak it',
    };
  }
}

/** Several possible values of a property can hold the same, and several signs can tell of one value. */
function* distinct(offences: Iterable<Offence>): Generator<Offence> {
  const seen: string[] = [];
  for (const offence of offences) {
    const { property } = offence;
    if (seen.some((each) => isWithin(property, each) || isWithin(each, property))) continue;
    seen.push(property);
    yield offence;
  }
}

function isWithin(property: string, outer: string): boolean {
  return property.startsWith(outer) && (property.length === outer.length || /^[.[]/.test(property.slice(outer.length)));
}
