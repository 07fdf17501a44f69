import type { JsonObject } from '../../../runtime/core/contracts';
import {
  type Assembly,
  isObject,
  isTrue,
  Reference,
  type Template,
  Text,
  Unresolved,
  type Value,
} from '../../template/index';

/** Attributes that are a credential after deployment. */
const ATTRIBUTES: { readonly [type: string]: string } = {
  'AWS::IAM::AccessKey': 'SecretAccessKey',
  'AWS::IAM::ServiceSpecificCredential': 'ServicePassword',
  'AWS::Cognito::UserPoolClient': 'ClientSecret',
};

/** Whether an attribute of that name is a credential for some type. */
export function isSecretAttribute(attribute: string): boolean {
  return Object.values(ATTRIBUTES).includes(attribute);
}

/** Where the credential in a value comes from, in words: `the parameter Pw`. Undefined where none is known to be one. */
export function secretSourceIn(
  assembly: Assembly,
  template: Template,
  value: Value,
  isSecret: (parameter: string, declared: JsonObject) => boolean = isHidden,
): string | undefined {
  if (value instanceof Text) {
    return value.pieces.map((piece) => secretSourceIn(assembly, template, piece, isSecret)).find((found) => found);
  }
  if (value instanceof Reference) return attributeIn(assembly, value);
  if (!(value instanceof Unresolved)) return undefined;
  const [, parameter] = /^Ref (\w+)$/.exec(value.expression) ?? [];
  const declared = parameter === undefined ? undefined : parameterOf(template, parameter);
  if (parameter !== undefined && declared !== undefined) {
    return isSecret(parameter, declared) ? `the value of the parameter ${parameter}` : undefined;
  }
  return value.parts.map((part) => secretSourceIn(assembly, template, part, isSecret)).find((found) => found);
}

/** Whether CloudFormation itself doesn't show a parameter's value. */
export function isHidden(_parameter: string, { NoEcho: hidden }: JsonObject): boolean {
  return isTrue(hidden as Value);
}

function attributeIn(assembly: Assembly, reference: Reference): string | undefined {
  const resource = assembly.find(reference);
  if (resource === undefined || ATTRIBUTES[resource.type] !== reference.attribute) return undefined;
  return `the ${reference.attribute} of ${resource.path}`;
}

/** A parameter of the template, or of the templates that it is nested in: a value may be passed down. */
export function parameterOf(template: Template | undefined, name: string): JsonObject | undefined {
  if (template === undefined) return undefined;
  const { Parameters: parameters } = template.source.body;
  const declared = isObject(parameters as Value) ? (parameters as JsonObject)[name] : undefined;
  if (isObject(declared as Value)) return declared as JsonObject;
  return parameterOf(template.parent?.template, name);
}
