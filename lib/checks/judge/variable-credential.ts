import {
  type Assembly,
  DynamicReference,
  isTextual,
  Reference,
  type Resource,
  type Template,
  Text,
  Unresolved,
  unknownIn,
  type Value,
} from '../../template/index';
import { isHidden, parameterOf, secretSourceIn } from '../facts/secret-sources';
import { NO_CREDENTIAL, namesCredentialParameter } from '../facts/stored-values';
import { knownTextOf } from '../facts/texts';
import { UNKNOWN_NAME, type Variable } from '../facts/variables';
import { credentialKindOf } from './credential-name';
import { isNamedCredential } from './credential-text';

/** What is wrong with an environment variable: that it holds a credential, or may. Never contains its value. */
export function variableFault(
  assembly: Assembly,
  { template }: Resource,
  { name, value, assuming }: Variable,
): string | undefined {
  if (name === UNKNOWN_NAME) return value instanceof Unresolved ? cantBeProven(value) : undefined;
  if (holdsStoredValue(name, value)) {
    return `CloudFormation writes a stored value into ${name} at deployment, and it can be read there`;
  }
  const source = sourceOf(assembly, template, { name, value, assuming });
  if (source !== undefined) return `${source} is written into ${name}, and it can be read there`;
  const member = typeof value === 'string' ? credentialMemberOf(value) : undefined;
  if (member !== undefined) return `${member} in ${name} looks like a credential`;
  const kind = credentialKindOf(name);
  if (kind === undefined) return undefined;
  if (typeof value === 'string') {
    return isNamedCredential(name, value) ? `${name} looks like a credential in an environment variable` : undefined;
  }
  if (value instanceof Text && isNamedCredential(name, knownTextOf(value))) {
    return `${name} looks like a credential in an environment variable`;
  }
  return kind === 'password' || kind === 'token' ? unknownFault(assembly, value) : undefined;
}

/** Where a credential comes from that the template doesn't contain, in words. */
function sourceOf(
  assembly: Assembly,
  template: Template,
  { name, value, assuming }: Pick<Variable, 'name' | 'value' | 'assuming'>,
): string | undefined {
  const kind = credentialKindOf(name);
  const source = secretSourceIn(
    assembly,
    template,
    value,
    (parameter, declared) => isHidden(parameter, declared) || (kind !== undefined && isCredential(parameter)),
  );
  if (source !== undefined || kind === undefined || kind === 'webhook') return source;
  const given = givenBy(template, value, assuming);
  if (given.length > 1) return 'the value of a parameter';
  return given.length === 0 ? undefined : `the value of the parameter ${given[0]}`;
}

/**
 * The parameters whose default a value is, where somebody is meant to give another: CloudFormation hides it, or the default is empty. The
 * reader takes the default, and its assumptions name the parameters.
 */
function givenBy(template: Template, value: Value, assuming: readonly string[]): string[] {
  const names = assuming.flatMap((each) => /^(\w+) (?:has its default|= .*\(default\))$/s.exec(each)?.[1] ?? []);
  return names.filter((name) => {
    const declared = parameterOf(template, name);
    if (declared === undefined || String(declared.Default ?? '') !== value) return false;
    return isHidden(name, declared) || value === '';
  });
}

/** The member of a JSON text that is a credential by its name. */
function credentialMemberOf(text: string): string | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  let found: string | undefined;
  try {
    JSON.parse(text, (member, value) => {
      if (typeof value === 'string' && isNamedCredential(member, value)) found ??= member;
      return value;
    });
  } catch {
    return undefined;
  }
  return found;
}

function isCredential(parameter: string): boolean {
  const kind = credentialKindOf(parameter);
  return kind === 'password' || kind === 'token';
}

/** Also inside another text, and inside Fn::Base64. A parameter in plain text counts where a name tells that it is a credential. */
function holdsStoredValue(name: string, value: Value): boolean {
  if (value instanceof DynamicReference) {
    if (NO_CREDENTIAL.test(value.expression)) return false;
    return (
      value.service !== 'ssm' || credentialKindOf(name) !== undefined || namesCredentialParameter(value.expression)
    );
  }
  if (value instanceof Text) return value.pieces.some((piece) => holdsStoredValue(name, piece));
  return value instanceof Unresolved && value.parts.some((part) => holdsStoredValue(name, part));
}

/** A value that isn't known under the name of a credential: only the name or ARN of a secret would be none. */
function unknownFault(assembly: Assembly, value: Value): string | undefined {
  if (value instanceof Reference) {
    const type = assembly.find(value)?.type ?? '';
    return /^(Custom::|AWS::CloudFormation::CustomResource$)/.test(type)
      ? "can't be proven: a custom resource makes the value"
      : undefined;
  }
  const unknown = unknownIn(value);
  if (unknown === undefined || !(isTextual(value) || value instanceof Unresolved)) return undefined;
  return /^Ref \w*(Name|Arn|ARN|Id|ID|Path|Uri|URI|Url|URL)$/.test(unknown.expression)
    ? undefined
    : cantBeProven(unknown);
}

/** Without the expression, which may contain the value. */
function cantBeProven(value: Unresolved): string {
  const what = /^Ref \w+$/.test(value.expression) ? `${value.expression}, ` : '';
  return `can't be proven: ${what}${value.reason}`;
}
