import { type Assembly, Reference, type Resource, Text } from '../../template/index';
import { commandsOf, isRun } from '../facts/commands';
import { secretSourceIn } from '../facts/secret-sources';
import { definitionsOf } from '../facts/state-machines';
import { canBeDescribed, storedValuesIn } from '../facts/stored-values';
import { knownTextOf, type PlacedText, textsIn, textsOf } from '../facts/texts';
import { isInVariables, variablesOf } from '../facts/variables';
import { type WrittenText, writtenTextsIn } from '../facts/written-texts';
import type { Offence } from '../rule';
import { mayShowCredential, metadataWithTexts } from './credential-signs';
import {
  credentialFormatIn,
  credentialIn,
  credentialNameInCode,
  credentialOptionIn,
  isNamedCredential,
  namesCredential,
  plainText,
  withoutExamples,
} from './credential-text';
import { isCredentialOfResource } from './named-texts';
import { assumedWithoutValues } from './offences';
import { secretStringFault } from './secret-string';
import { variableFault } from './variable-credential';
import { formatsAsWritten, isProse } from './written-formats';

/** Credentials that a resource of the template shows: by what they look like, by their name, and by where they come from. */
export function* credentialsInResource(assembly: Assembly, resource: Resource): Generator<Offence> {
  if (mayShowCredential(resource)) yield* credentialsShownBy(assembly, resource);
}

/** Every text is looked at, whether there is a sign of a credential or not. */
export function* credentialsShownBy(assembly: Assembly, resource: Resource): Generator<Offence> {
  const texts = textsOf(resource);
  const written = writtenTextsIn(resource.properties, 'Properties');
  yield* formatsIn(resource, texts);
  yield* formatsAsWritten(resource, written);
  for (const { property, assuming } of storedValuesIn(resource, texts)) {
    const message = 'CloudFormation writes a stored value here at deployment, and it can be read here';
    yield { resource, property, message: assumedWithoutValues(message, assuming) };
  }
  yield* sourcesIn(assembly, resource, texts);
  for (const variable of variablesOf(resource)) {
    const message = variableFault(assembly, resource, variable);
    if (message !== undefined) yield { resource, property: variable.property, message };
  }
  if (resource.type === 'AWS::SecretsManager::Secret') yield* secretStrings(assembly, resource);
  yield* underNames(resource, written, texts);
  yield* whatIsRun(resource, texts);
  yield* inMetadata(resource);
}

/** By what a value looks like: first what the properties become, and then what is written in branches that no choice takes. */
function* formatsIn(resource: Resource, texts: readonly PlacedText[]): Generator<Offence> {
  for (const { value, property, names, assuming } of texts) {
    if (typeof value !== 'string' && !(value instanceof Text)) continue;
    const text = isProse(names.at(-1)) ? withoutExamples(knownTextOf(value)) : knownTextOf(value);
    const isValue = isRun({ names }) || isInVariables(resource, names);
    const what = isValue ? credentialIn(text) : credentialFormatIn(text);
    if (what === undefined) continue;
    yield { resource, property, message: assumedWithoutValues(`the template contains ${what}`, assuming) };
  }
}

/** Values that are credentials because of where they come from: attributes, and parameters that CloudFormation hides. */
function* sourcesIn(assembly: Assembly, resource: Resource, texts: readonly PlacedText[]): Generator<Offence> {
  for (const { value, property, names, assuming } of texts) {
    if (typeof value === 'string' || isInVariables(resource, names)) continue;
    const source = secretSourceIn(assembly, resource.template, value);
    if (source === undefined || !isShown(resource, names, value)) continue;
    const message = `${source} is written here, and it can be read here`;
    yield { resource, property, message: assumedWithoutValues(message, assuming) };
  }
}

function isShown(resource: Resource, names: readonly string[], value: PlacedText['value']): boolean {
  if (canBeDescribed(resource, names)) return true;
  return value instanceof Reference && resource.type.startsWith('AWS::SSM::');
}

function* secretStrings(assembly: Assembly, secret: Resource): Generator<Offence> {
  for (const { value, assuming } of secret.property('SecretString')) {
    const message = secretStringFault(assembly, secret, value);
    if (message === undefined) continue;
    yield { resource: secret, property: 'Properties.SecretString', message: assumedWithoutValues(message, assuming) };
  }
}

/** Credentials by the name of what they are the value of. The texts themselves tell nothing. */
function* underNames(
  resource: Resource,
  written: readonly WrittenText[],
  texts: readonly PlacedText[],
): Generator<Offence> {
  for (const each of written) {
    const { name, property, names } = each;
    if (!isCredentialOfResource(resource, each)) continue;
    if (isInVariables(resource, names) || names[0] === 'SecretString') continue;
    yield { resource, property, message: `${name} looks like a credential that the template contains` };
  }
  yield* madeUnderNames(resource, written, texts);
  if (resource.type !== 'AWS::StepFunctions::StateMachine') return;
  for (const { value, property, assuming } of definitionsOf(resource)) {
    for (const text of textsIn(value, { property, names: [], assuming })) {
      const name = text.names.at(-1) ?? '';
      if (typeof text.value !== 'string' || !isNamedCredential(name, text.value)) continue;
      yield { resource, property: text.property, message: `${name} looks like a credential in the definition` };
    }
  }
}

/** The same of texts that functions make of what is written: joined, chosen from a list, looked up in a mapping. */
function* madeUnderNames(
  resource: Resource,
  written: readonly WrittenText[],
  texts: readonly PlacedText[],
): Generator<Offence> {
  for (const { value, name, names, property, assuming } of texts) {
    if (typeof value !== 'string' || name === undefined || !namesCredential(name)) continue;
    if (isInVariables(resource, names) || names[0] === 'SecretString') continue;
    if (written.some((each) => each.property === property) || assuming.some(isOfNamedParameter)) continue;
    if (!isCredentialOfResource(resource, { text: value, property, names, name })) continue;
    const message = `${name} looks like a credential that the template contains`;
    yield { resource, property, message: assumedWithoutValues(message, assuming) };
  }
}

/** A parameter that is called like a credential is judged where it is declared. */
function isOfNamedParameter(assumption: string): boolean {
  const [, name] = /^(\w+) (?:=|has its) /.exec(assumption) ?? [];
  return name !== undefined && namesCredential(name);
}

function* whatIsRun(resource: Resource, texts: readonly PlacedText[]): Generator<Offence> {
  for (const { text, property, assuming } of commandsOf(resource)) {
    const option = credentialOptionIn(text);
    if (option === undefined) continue;
    const message = `${option} looks like a credential in a command`;
    yield { resource, property, message: assumedWithoutValues(message, assuming) };
  }
  for (const { value, property, names, assuming } of texts) {
    if (!isRun({ names }) || (typeof value !== 'string' && !(value instanceof Text))) continue;
    const text = plainText(knownTextOf(value));
    const name = names.includes('ZipFile')
      ? credentialNameInCode(text)
      : (credentialOptionIn(text) ?? credentialNameInCode(text));
    if (name === undefined) continue;
    const message = `${name} looks like a credential in what is run`;
    yield { resource, property, message: assumedWithoutValues(message, assuming) };
  }
}

/** Metadata, such as the files of AWS::CloudFormation::Init, can be read with the template. */
function* inMetadata(resource: Resource): Generator<Offence> {
  const { 'AWS::CloudFormation::Init': init } = resource.metadata;
  const others = metadataWithTexts(resource);
  yield* formatsAsWritten(resource, writtenTextsIn(others, 'Metadata'));
  for (const { text, property, name } of writtenTextsIn(init, 'Metadata.AWS::CloudFormation::Init')) {
    const what = credentialIn(text);
    const named =
      name !== undefined && isNamedCredential(name, text)
        ? name
        : (credentialOptionIn(text) ?? credentialNameInCode(text));
    if (what !== undefined) yield { resource, property, message: `the template contains ${what}` };
    else if (named !== undefined)
      yield { resource, property, message: `${named} looks like a credential in what is run` };
  }
}
