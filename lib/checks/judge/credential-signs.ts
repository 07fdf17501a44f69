import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import {
  hasDynamicReference,
  isObject,
  partsOf,
  Reference,
  type Resource,
  Text,
  Unresolved,
  type Value,
} from '../../template/index';
import { isRunUnder } from '../facts/commands';
import { isSecretAttribute } from '../facts/secret-sources';
import { isNaming, knownTextOf } from '../facts/texts';
import { holdsVariables } from '../facts/variables';
import { isOfNames } from '../facts/written-texts';
import { hasMarkOfCredential, namesCredential } from './credential-text';

/** Types whose texts are judged by more than what is written in them. */
const ALWAYS = /^AWS::(SecretsManager::Secret|StepFunctions::StateMachine)$/;

/**
 * Whether anything in a resource may be a credential: a mark, a name, a source, or a place where any text counts. Most resources
 * have none of these. This finds out without writing paths and values, which takes several times as long.
 *
 * It may say yes too often, but never no where `credentialsInResource` would find something.
 */
export function mayShowCredential(resource: Resource): boolean {
  if (ALWAYS.test(resource.type)) return true;
  const { metadata, properties } = resource;
  if ('AWS::CloudFormation::Init' in metadata || hasSign(metadataWithTexts(resource)) || hasSign(properties))
    return true;
  return Object.entries(properties).some(
    ([member, raw]) =>
      // What holds no function is its own value, and was looked at.
      typeof raw === 'object' &&
      resource.property(member).some(({ value }) => value !== raw && (hasSignIn(value) || namesOneIn(member, value))),
  );
}

/** Metadata in which somebody may write a credential. The path of a construct has the form of Base64, and is none. */
export function metadataWithTexts({ metadata }: Resource): JsonObject {
  const { 'AWS::CloudFormation::Init': _init, 'aws:cdk:path': _path, ...others } = metadata;
  return others;
}

/** In what is written. */
function hasSign(raw: JsonValue | undefined): boolean {
  if (typeof raw === 'string') return hasMarkOfCredential(raw) || hasDynamicReference(raw);
  if (typeof raw !== 'object' || raw === null) return false;
  return Array.isArray(raw)
    ? raw.some(hasSign)
    : Object.keys(raw).some((member) => isSignedMember(member, raw[member]));
}

function isSignedMember(member: string, value: JsonValue | undefined): boolean {
  if (isOfNames(member)) return false;
  return isSignedName(member) || (isNaming(member) && namesOne(value)) || hasSign(value);
}

/** In what the functions make of it. */
function hasSignIn(value: Value): boolean {
  if (typeof value === 'string') return hasMarkOfCredential(value);
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Reference) return isSecretAttribute(value.attribute);
  if (value instanceof Unresolved) return true;
  // A mark may stand across pieces.
  if (value instanceof Text && hasMarkOfCredential(knownTextOf(value))) return true;
  if (
    isObject(value) &&
    Object.entries(value).some(([member, inner]) => isSignedName(member) || namesOneIn(member, inner))
  )
    return true;
  return partsOf(value).some(hasSignIn);
}

function namesOneIn(member: string, value: Value): boolean {
  return (
    isNaming(member) && (typeof value === 'string' || value instanceof Text) && namesCredential(knownTextOf(value))
  );
}

/** By name: the same few hundred stand in every template. */
const SIGNED = new Map<string, boolean>();

function isSignedName(name: string): boolean {
  let known = SIGNED.get(name);
  if (known === undefined) {
    known = isRunUnder(name) || holdsVariables(name) || namesCredential(name);
    SIGNED.set(name, known);
  }
  return known;
}

/** A name that stands beside its value, as written or with parts that are known only at deployment. */
function namesOne(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return namesCredential(value);
  const { 'Fn::Sub': inner } = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  return typeof inner === 'string' && namesCredential(inner);
}
