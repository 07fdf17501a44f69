import { isObject, isTextual, keyOf, piecesOf, type Resource, Unresolved, type Value } from '../../../template';
import { assumed, belowResource, listOf, memberOf, unproven } from '../../judge/branches';
import type { Offence, Rule } from '../../rule';

/** A credential that stands in a template is read by everybody who may read the stack. */
export const noPlainText: Rule = {
  id: 'SecretsNoPlainText',
  pillar: 'secrets',
  severity: 'error',
  holds: 'No credential stands in the template, in an environment variable, or inside a container.',
  source: 'Secrets Manager User Guide, "AWS Secrets Manager best practices"; OWASP ASVS 4.0 V2.10.4; CWE-798, CWE-526',
  fix: 'Store it in Secrets Manager after deployment, and let the connector read it at run time by its ARN.',
  *check(assembly) {
    for (const resource of assembly.resources) {
      yield* knownFormats(resource);
      yield* environment(resource);
    }
    for (const secret of assembly.ofType('AWS::SecretsManager::Secret')) {
      for (const { value, assuming } of secret.property('SecretString')) {
        if (value === undefined) continue;
        const message =
          value instanceof Unresolved ? unproven(value) : 'the value of the secret is written in the template';
        yield { resource: secret, property: 'Properties.SecretString', message: assumed(message, assuming) };
      }
    }
    for (const task of assembly.ofType('AWS::ECS::TaskDefinition')) {
      for (const { value, where } of task.items('ContainerDefinitions')) {
        if (listOf(memberOf(value, 'Secrets')).length === 0) continue;
        yield {
          resource: task,
          property: `${belowResource(task, where)}.Secrets`,
          message: 'hands a credential to the container: what runs there can read and leak it',
        };
      }
    }
  },
};

/** Formats of credentials, by their issuers' documentation. */
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

function* knownFormats(resource: Resource): Generator<Offence> {
  const walk = function* (raw: unknown, at: string): Generator<Offence> {
    if (typeof raw === 'string') {
      for (const [what, format] of FORMATS) {
        if (format.test(raw)) yield { resource, property: at, message: `${what} stands in the template` };
      }
    } else if (Array.isArray(raw)) {
      for (const [i, item] of raw.entries()) yield* walk(item, `${at}[${i}]`);
    } else if (typeof raw === 'object' && raw !== null) {
      for (const [key, item] of Object.entries(raw)) yield* walk(item, `${at}.${key}`);
    }
  };
  yield* walk(resource.properties, 'Properties');
}

/** Names of variables that hold a credential rather than name where one is. */
const CREDENTIAL_NAME =
  /(^|_)(PASSWORD|PASSWD|PWD|SECRET|SECRET_KEY|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?|BEARER)$/i;

function* environment(resource: Resource): Generator<Offence> {
  for (const { name, value, property } of variablesOf(resource)) {
    const dynamic = (piecesOf(value) ?? []).some(
      (piece) => typeof piece === 'string' && /\{\{resolve:(secretsmanager|ssm-secure|ssm):/.test(piece),
    );
    if (dynamic) {
      yield {
        resource,
        property,
        message: `${name} is filled with a stored value at deployment, and is readable after`,
      };
    } else if (CREDENTIAL_NAME.test(name)) {
      const message =
        value instanceof Unresolved
          ? unproven(value)
          : isTextual(value) && keyOf(value) !== '""'
            ? `${name} looks like a credential in an environment variable`
            : undefined;
      if (message !== undefined) yield { resource, property, message };
    }
  }
}

interface Variable {
  readonly name: string;
  readonly value: Value;
  readonly property: string;
}

function variablesOf(resource: Resource): Variable[] {
  if (resource.type === 'AWS::Lambda::Function') {
    return resource.property('Environment', 'Variables').flatMap(({ value }) =>
      isObject(value)
        ? Object.entries(value).map(([name, item]) => ({
            name,
            value: item,
            property: `Properties.Environment.Variables.${name}`,
          }))
        : [],
    );
  }
  if (resource.type !== 'AWS::ECS::TaskDefinition') return [];
  return resource.items('ContainerDefinitions').flatMap(({ value, where }) =>
    listOf(memberOf(value, 'Environment')).flatMap((item, i) => {
      const name = memberOf(item, 'Name');
      const property = `${belowResource(resource, where)}.Environment[${i}]`;
      return typeof name === 'string' ? [{ name, value: memberOf(item, 'Value'), property }] : [];
    }),
  );
}
