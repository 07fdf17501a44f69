import {
  DynamicReference,
  isTextual,
  keyOf,
  listOf,
  memberOf,
  piecesOf,
  type Resource,
  type Value,
} from '../../../template';
import { UNKNOWN_NAME, type Variable, variablesOf } from '../../facts/variables';
import { assumed, complaint } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** Everyone who may read the stack can read a credential in its template. */
export const noPlainText: Rule = {
  id: 'SecretsNoPlainText',
  pillar: 'secrets',
  severity: 'error',
  holds: 'The template contains no credential, and no environment variable or container receives one.',
  source: 'Secrets Manager User Guide, "AWS Secrets Manager best practices"; OWASP ASVS 4.0 V2.10.4; CWE-798, CWE-526',
  fix: 'Store it in Secrets Manager after deployment. The connector reads it at run time by its ARN.',
  *check(assembly) {
    for (const resource of assembly.resources) {
      yield* knownFormats(resource, resource.properties, 'Properties');
      for (const variable of variablesOf(resource)) yield* variableOffences(resource, variable);
    }
    for (const secret of assembly.ofType('AWS::SecretsManager::Secret')) yield* secretOffences(secret);
    for (const task of assembly.ofType('AWS::ECS::TaskDefinition')) yield* taskOffences(task);
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

function* taskOffences(task: Resource): Generator<Offence> {
  for (const { value, where } of task.items('ContainerDefinitions')) {
    if (listOf(memberOf(value, 'Secrets')).length === 0) continue;
    yield {
      resource: task,
      property: `${task.below(where)}.Secrets`,
      message: 'gives a credential to the container: the code in it can read and leak it',
    };
  }
}

/** Formats of credentials, from their issuers' documentation. */
const FORMATS: readonly (readonly [string, RegExp])[] = [
  ['an AWS access key', /\b(AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a GitHub token', /\bgh[pousr]_[A-Za-z0-9]{36,}\b/],
  ['a Slack token', /\bxox[abprs]-[A-Za-z0-9-]{10,}/],
  ['a Stripe key', /\b[sr]k_live_[A-Za-z0-9]{16,}\b/],
  ['a model provider key', /\bsk-[A-Za-z0-9_-]{32,}/],
  ['a JSON Web Token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./],
  ['a Bedrock API key', /\bABSK[A-Za-z0-9+/=]{40,}/],
];

/** Searches the raw properties, in which intrinsic functions are JSON too. */
function* knownFormats(resource: Resource, raw: unknown, at: string): Generator<Offence> {
  if (typeof raw === 'string') {
    for (const [what, format] of FORMATS) {
      if (format.test(raw)) yield { resource, property: at, message: `the template contains ${what}` };
    }
  } else if (Array.isArray(raw)) {
    for (const [i, item] of raw.entries()) yield* knownFormats(resource, item, `${at}[${i}]`);
  } else if (typeof raw === 'object' && raw !== null) {
    for (const [key, item] of Object.entries(raw)) yield* knownFormats(resource, item, `${at}.${key}`);
  }
}

/** Names of variables that contain a credential, not the place of one. */
const CREDENTIAL_NAME =
  /(^|_)(PASSWORD|PASSWD|PWD|SECRET|SECRET_KEY|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?|BEARER)$/i;

function* variableOffences(resource: Resource, { name, value, property }: Variable): Generator<Offence> {
  const message =
    isDynamicReference(value) && name !== UNKNOWN_NAME
      ? `CloudFormation writes a stored value into ${name} at deployment, and it can be read there`
      : credentialFault(name, value);
  if (message !== undefined) yield { resource, property, message };
}

function isDynamicReference(value: Value): boolean {
  return (piecesOf(value) ?? []).some((piece) => piece instanceof DynamicReference);
}

function credentialFault(name: string, value: Value): string | undefined {
  if (name !== UNKNOWN_NAME && !CREDENTIAL_NAME.test(name)) return undefined;
  return complaint(value, () =>
    isTextual(value) && keyOf(value) !== '""'
      ? `${name} looks like a credential in an environment variable`
      : undefined,
  );
}
