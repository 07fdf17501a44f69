import type { JsonObject } from '../../../runtime/core/contracts';
import {
  type Assembly,
  DynamicReference,
  isObject,
  type Template,
  Text,
  Unresolved,
  type Value,
} from '../../template/index';
import { isHidden, secretSourceIn } from '../facts/secret-sources';
import { type WrittenText, writtenTextsIn } from '../facts/written-texts';
import type { Offence } from '../rule';
import { credentialKindOf } from './credential-name';
import { isNamedCredential } from './credential-text';
import { isCredentialValue } from './credential-value';
import { assumedWithoutValues } from './offences';
import { formatsAsWritten } from './written-formats';

/** Sections beside the resources. A value of theirs is in the template even where nothing uses it. */
export function* credentialsInSections(assembly: Assembly, template: Template): Generator<Offence> {
  const { Resources: _, Parameters: parameters, Mappings: mappings, ...others } = template.source.body;
  for (const written of writtenTextsIn(others, '')) yield* formatsAsWritten(template, [belowTemplate(written)]);
  yield* formatsAsWritten(template, writtenTextsIn(parameters, 'Parameters'));
  yield* formatsAsWritten(template, writtenTextsIn(mappings, 'Mappings'));
  for (const { text, property, name } of writtenTextsIn(mappings, 'Mappings')) {
    if (name === undefined || !isNamedCredential(name, text)) continue;
    yield { resource: template, property, message: `${name} looks like a credential that the template contains` };
  }
  yield* inParameters(template, isObject(parameters) ? (parameters as JsonObject) : {});
  yield* inOutputs(assembly, template);
}

function belowTemplate(written: WrittenText): WrittenText {
  return { ...written, property: written.property.replace(/^\./, '') };
}

/** The default of a parameter that is a credential by its name, or because CloudFormation hides its value. */
function* inParameters(template: Template, parameters: JsonObject): Generator<Offence> {
  for (const [name, declared] of Object.entries(parameters)) {
    if (!isObject(declared) || String(declared.Type).startsWith('AWS::SSM::')) continue;
    const { Default: text } = declared;
    const kind = credentialKindOf(name) ?? (isHidden(name, declared as JsonObject) ? 'token' : undefined);
    if (kind === undefined || typeof text !== 'string' || !isCredentialValue(kind, text)) continue;
    const message = `the default of ${name} looks like a credential, and the template contains it`;
    yield { resource: template, property: `Parameters.${name}.Default`, message };
  }
}

/** Outputs are shown to everybody who may describe the stack. */
function* inOutputs(assembly: Assembly, template: Template): Generator<Offence> {
  for (const [id, output] of Object.entries(template.outputs)) {
    if (!isObject(output)) continue;
    const property = `Outputs.${id}.Value`;
    for (const { value, assuming } of template.resolve(output.Value, property)) {
      const message = outputFault(assembly, template, id, value);
      if (message !== undefined)
        yield { resource: template, property, message: assumedWithoutValues(message, assuming) };
    }
  }
}

function outputFault(assembly: Assembly, template: Template, id: string, value: Value): string | undefined {
  if (holdsStoredValue(value)) return 'the output shows a stored value, which CloudFormation reads at deployment';
  const source = secretSourceIn(assembly, template, value);
  if (source !== undefined) return `the output shows ${source}`;
  if (typeof value !== 'string' || !isNamedCredential(id, value)) return undefined;
  return `${id} looks like a credential that the template contains`;
}

function holdsStoredValue(value: Value): boolean {
  if (value instanceof DynamicReference) return value.service !== 'ssm';
  if (value instanceof Text) return value.pieces.some(holdsStoredValue);
  return value instanceof Unresolved && value.parts.some(holdsStoredValue);
}
