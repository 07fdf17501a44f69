import type { JsonValue } from '../../../../runtime/core/contracts';
import {
  type Assembly,
  DynamicReference,
  isObject,
  isTextual,
  keyOf,
  listOf,
  memberOf,
  type Resource,
  type Template,
  Text,
  Unresolved,
  type Value,
} from '../../../template';
import { storedValuesOf } from '../../facts/stored-values';
import { knownTextOf, textsOf } from '../../facts/texts';
import { UNKNOWN_NAME, type Variable, variablesOf } from '../../facts/variables';
import { agentsOf } from '../../facts/workloads';
import { credentialFormatIn, credentialOptionIn, namesCredential } from '../../judge/credential-text';
import { assumed, complaint } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** Everyone who may read the stack can read a credential in its template. */
export const noPlainText: Rule = {
  id: 'SecretsNoPlainText',
  pillar: 'secrets',
  severity: 'error',
  holds:
    'The template contains no credential, no credential is written into what can be described (variables, commands, labels, definitions), and no agent’s container receives one.',
  source: 'Secrets Manager User Guide, "AWS Secrets Manager best practices"; OWASP ASVS 4.0 V2.10.4; CWE-798, CWE-526',
  fix: 'Store it in Secrets Manager after deployment. The connector reads it at run time by its ARN.',
  *check(assembly) {
    for (const template of assembly.templates) yield* partsBeside(template);
    for (const resource of assembly.resources) {
      yield* oncePerPlace(knownFormats(resource));
      yield* oncePerPlace(storedValues(resource));
      for (const variable of variablesOf(resource)) yield* variableOffences(resource, variable);
    }
    for (const secret of assembly.ofType('AWS::SecretsManager::Secret')) yield* secretOffences(secret);
    const agents = new Set(agentsOf(assembly).map(({ resource }) => resource));
    for (const task of assembly.ofType('AWS::ECS::TaskDefinition')) {
      if (agents.has(task) || !hasKnownRole(assembly, task)) yield* handedToContainers(task);
      yield* writtenInContainers(task);
    }
  },
};

function* secretOffences(secret: Resource): Generator<Offence> {
  for (const { value, assuming } of secret.property('SecretString')) {
    if (value === undefined) continue;
    const message = secretFault(value);
    if (message === undefined) continue;
    yield { resource: secret, property: 'Properties.SecretString', message: assumed(message, assuming) };
  }
}

/** A value that CloudFormation reads from another secret, or from an encrypted parameter, is not in the template. */
function secretFault(value: Value): string | undefined {
  if (!(value instanceof DynamicReference))
    return complaint(value, () => 'the template contains the value of the secret');
  if (value.service === 'secretsmanager' || value.service === 'ssm-secure') return undefined;
  return `the value of the secret is a parameter in plain text: ${value.expression}`;
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

const COMMANDS = [['Command'], ['EntryPoint'], ['HealthCheck', 'Command']];
const NAMED = [['DockerLabels'], ['LogConfiguration', 'Options']];

/** Credentials by the name of an option or label. The texts themselves tell nothing. */
function* writtenInContainers(task: Resource): Generator<Offence> {
  for (const { value, where, assuming } of task.items('ContainerDefinitions')) {
    for (const [place, message] of [...inCommands(value), ...underNames(value)]) {
      yield { resource: task, property: `${task.below(where)}.${place}`, message: assumed(message, assuming) };
    }
  }
}

function inCommands(container: Value): (readonly [place: string, message: string])[] {
  return COMMANDS.flatMap((path) => {
    const command = listOf(memberOf(container, ...path))
      .map(knownTextOf)
      .join(' ');
    const option = credentialOptionIn(command);
    return option === undefined ? [] : [[path.join('.'), `${option} looks like a credential in a command`]];
  });
}

function underNames(container: Value): (readonly [place: string, message: string])[] {
  return NAMED.flatMap((path) => {
    const named = memberOf(container, ...path);
    return Object.entries(isObject(named) ? named : {})
      .filter(([name, value]) => namesCredential(name) && isWritten(value))
      .map(([name]): [string, string] => [
        `${path.join('.')}.${name}`,
        `${name} looks like a credential that whoever describes the task reads`,
      ]);
  });
}

function isWritten(value: Value): boolean {
  return isTextual(value) && keyOf(value) !== '""';
}

/** Searches what the properties become, and then what is written in branches that no choice takes. */
function* knownFormats(resource: Resource): Generator<Offence> {
  const found: string[] = [];
  for (const { value, property, assuming } of textsOf(resource)) {
    const what =
      typeof value === 'string' || value instanceof Text ? credentialFormatIn(knownTextOf(value)) : undefined;
    if (what === undefined) continue;
    found.push(property);
    yield { resource, property, message: assumed(`the template contains ${what}`, assuming) };
  }
  for (const offence of rawFormats(resource, resource.properties, 'Properties')) {
    if (!found.some((property) => offence.property.startsWith(property))) yield offence;
  }
}

/** Sections beside the resources. A value of theirs is in the template even where nothing uses it. */
function* partsBeside(template: Template): Generator<Offence> {
  for (const section of ['Parameters', 'Mappings', 'Outputs', 'Metadata'] as const) {
    yield* rawFormats(template, template.source.body[section], section);
  }
}

/** Searches raw JSON, in which intrinsic functions are JSON too. */
function* rawFormats(resource: Resource | Template, raw: JsonValue | undefined, at: string): Generator<Offence> {
  if (typeof raw === 'string') {
    const what = credentialFormatIn(raw);
    if (what !== undefined) yield { resource, property: at, message: `the template contains ${what}` };
  } else if (Array.isArray(raw)) {
    for (const [i, item] of raw.entries()) yield* rawFormats(resource, item, `${at}[${i}]`);
  } else if (typeof raw === 'object' && raw !== null) {
    for (const [key, item] of Object.entries(raw)) yield* rawFormats(resource, item, `${at}.${key}`);
  }
}

function* storedValues(resource: Resource): Generator<Offence> {
  for (const { property, assuming } of storedValuesOf(resource)) {
    const message = 'CloudFormation writes a stored value here at deployment, and it can be read here';
    yield { resource, property, message: assumed(message, assuming) };
  }
}

/** Several possible values of a property can hold the same. */
function* oncePerPlace(offences: Iterable<Offence>): Generator<Offence> {
  const seen = new Set<string>();
  for (const offence of offences) {
    if (seen.has(offence.property)) continue;
    seen.add(offence.property);
    yield offence;
  }
}

function* variableOffences(resource: Resource, { name, value, property }: Variable): Generator<Offence> {
  const message =
    holdsStoredValue(value) && name !== UNKNOWN_NAME
      ? `CloudFormation writes a stored value into ${name} at deployment, and it can be read there`
      : credentialFault(name, value);
  if (message !== undefined) yield { resource, property, message };
}

/** Also inside another text, and inside Fn::Base64. */
function holdsStoredValue(value: Value): boolean {
  if (value instanceof DynamicReference) return true;
  if (value instanceof Text) return value.pieces.some(holdsStoredValue);
  return value instanceof Unresolved && value.parts.some(holdsStoredValue);
}

function credentialFault(name: string, value: Value): string | undefined {
  if (name !== UNKNOWN_NAME && !namesCredential(name)) return undefined;
  return complaint(value, () =>
    isWritten(value) ? `${name} looks like a credential in an environment variable` : undefined,
  );
}
