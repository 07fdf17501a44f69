import type { JsonObject } from '../../../runtime/core/contracts';
import {
  type Assembly,
  DynamicReference,
  isObject,
  isTextual,
  parseJsonText,
  Reference,
  type Resource,
  Text,
  Unresolved,
  type Value,
} from '../../template/index';
import { isHidden, parameterOf } from '../facts/secret-sources';
import { knownTextOf } from '../facts/texts';
import { credentialKindOf } from './credential-name';
import { isNamedCredential } from './credential-text';
import { isCredentialValue } from './credential-value';

/**
 * What is wrong with the value of a secret: that it stands in the template, or was read where everybody reads. It isn't in the
 * template where CloudFormation reads it from another secret, makes it, or gets it from a parameter that it doesn't show. Never
 * contains the value.
 */
export function secretStringFault(assembly: Assembly, secret: Resource, value: Value): string | undefined {
  if (value === undefined) return undefined;
  if (value instanceof DynamicReference) return storedFault(value);
  if (value instanceof Unresolved) return unknownFault(secret, value);
  if (value instanceof Reference) return undefined;
  const members = isTextual(value) ? parseJsonText(value) : undefined;
  if (isObject(members)) {
    const faults = Object.entries(members).map(([name, member]) => memberFault(assembly, secret, name, member));
    return faults.find((fault) => fault !== undefined);
  }
  return textFault(secret, value);
}

const WRITTEN = 'the template contains the value of the secret';

function storedFault(value: DynamicReference): string | undefined {
  if (value.service === 'secretsmanager' || value.service === 'ssm-secure') return undefined;
  return `the value of the secret is a parameter in plain text: ${value.expression}`;
}

/** A parameter whose value CloudFormation doesn't show is a way to fill a secret. */
function unknownFault(secret: Resource, value: Unresolved): string | undefined {
  const [, name = ''] = /^Ref (\w+)$/.exec(value.expression) ?? [];
  const declared: JsonObject | undefined = parameterOf(secret.template, name);
  if (declared !== undefined && isHidden(name, declared)) return undefined;
  if (declared === undefined) return `can't be proven: ${value.reason}`;
  return `the value of the secret is the parameter ${name}, which isn't NoEcho, so CloudFormation shows it`;
}

function memberFault(assembly: Assembly, secret: Resource, name: string, member: Value): string | undefined {
  if (typeof member === 'string') return isNamedCredential(name, member) ? WRITTEN : undefined;
  if (credentialKindOf(name) === undefined && !(member instanceof Text)) return undefined;
  return isTextual(member) || member instanceof Unresolved ? secretStringFault(assembly, secret, member) : undefined;
}

function textFault(secret: Resource, value: Value): string | undefined {
  if (value instanceof Text) {
    const faults = value.pieces.map((piece) =>
      piece instanceof DynamicReference
        ? storedFault(piece)
        : piece instanceof Unresolved
          ? unknownFault(secret, piece)
          : undefined,
    );
    const found = faults.find((fault) => fault !== undefined);
    if (found !== undefined) return found;
    // Without anything secret in it, the known text is the value.
    const isFilled = value.pieces.some((piece) => piece instanceof Unresolved || piece instanceof Reference);
    return isFilled ? undefined : WRITTEN;
  }
  return isCredentialValue('password', knownTextOf(value)) ? WRITTEN : undefined;
}
