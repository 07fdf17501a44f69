import type { Resource } from '../../template/index';
import type { WrittenText } from '../facts/written-texts';
import { isNamedCredential, namesCredential } from './credential-text';

/** Members whose inner names are not those of values: policies, schemas, patterns, templates of requests, tags. */
const NAMES_SOMETHING_ELSE =
  /Policy$|PolicyDocument$|Schema$|Pattern$|Templates?$|^(Statement|Condition|Conditions|Body|DefinitionBody|FilterCriteria|AttributeDefinitions|Columns|Tags|Parameters|ResponseParameters|MethodResponses|TokenValidityUnits|Secrets|RuntimeEnvironmentSecrets|SecretOptions)$/;

/** Members of resources in which every inner name is that of a value, although it is called as above. */
const NAMES_VALUES: ReadonlySet<string> = new Set([
  'AWS::CloudFormation::Stack Parameters',
  'AWS::StepFunctions::StateMachine Definition',
]);

/** Whether a text that is written in a resource is the credential that its member, or the name beside it, announces. */
export function isCredentialOfResource({ type }: Resource, written: WrittenText): boolean {
  const { name, names, text } = written;
  if (name === undefined || !namesCredential(name) || !type.startsWith('AWS::')) return false;
  const [first = ''] = names;
  const outer = NAMES_VALUES.has(`${type} ${first}`) ? [] : names.slice(0, -1);
  if (outer.some((each) => NAMES_SOMETHING_ELSE.test(each))) return false;
  // API Gateway takes what is in single quotes as it stands, and the rest as the place of a value.
  if (names.includes('RequestParameters')) {
    const [, literal] = /^'(.*)'$/.exec(text) ?? [];
    return literal !== undefined && isNamedCredential(name, literal);
  }
  return isNamedCredential(name, text);
}
