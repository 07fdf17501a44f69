import { DynamicReference, type Resource, Text, type Value } from '../../template/index';
import { namesCredential } from '../judge/credential-text';
import type { PlacedText } from './texts';
import { isInVariables } from './variables';

/** Resources whose properties tell what runs, or with what: whoever may describe them reads all of it. */
const DESCRIBED =
  /^AWS::(ECS::|Lambda::Function$|StepFunctions::StateMachine$|EC2::(Instance|LaunchTemplate)$|AutoScaling::LaunchConfiguration$|Batch::JobDefinition$|AppRunner::|CodeBuild::Project$|Glue::Job$|SSM::|Events::Rule$|Scheduler::|Pipes::|BedrockAgentCore::|SageMaker::|EMR|Lightsail::)/;

/** Members that take the name of a secret, not its value. Source: Amazon ECS API reference, `ContainerDefinition`. */
const TAKES_NAME = /^(ValueFrom|CredentialsParameter)$/;

/** Members of a container that are handed to the code in it, or shown to whoever describes the task. */
const OF_CONTAINER = ['Command', 'EntryPoint', 'HealthCheck', 'DockerLabels', 'LogConfiguration'];

/** Types that keep a credential for others, and don't show it. */
const KEEPS_CREDENTIAL =
  /^AWS::(BedrockAgentCore::(ApiKey|OAuth2)CredentialProvider|SecretsManager::Secret|Events::Connection|CodeBuild::SourceCredential)$/;

/** A header by which a service knows its caller. It can only be written as it stands: CloudFront sends it, AWS WAF and load balancers compare it. */
const COMPARES = /^(OriginCustomHeaders|ByteMatchStatement|HttpHeaderConfig)$/;

/** Members that take a credential, which other services keep. */
const TAKES_CREDENTIAL =
  /(pass(word|phrase|wd)?|secret|token|user(_?name)?|credential|api_?key|auth|secret_?string)s?$/i;

/** Members of a stored object that aren't the credential itself. */
export const NO_CREDENTIAL =
  /:SecretString:(host|hostname|port|dbname|database|engine|user|username|dbInstanceIdentifier|dbClusterIdentifier)(:[^:]*){0,2}\}\}$/i;

/** Whether whoever may describe a resource can read the text in a place of it. */
export function canBeDescribed({ type }: Resource, names: readonly string[]): boolean {
  if (KEEPS_CREDENTIAL.test(type) || names.some((name) => TAKES_NAME.test(name))) return false;
  return DESCRIBED.test(type);
}

/** A place outside environment variables into which CloudFormation writes a stored value that can then be read there. */
export interface StoredValue extends Pick<PlacedText, 'property' | 'assuming'> {
  readonly service: DynamicReference['service'];
}

/** @param texts of the resource */
export function* storedValuesIn(resource: Resource, texts: readonly PlacedText[]): Generator<StoredValue> {
  for (const text of texts) {
    for (const { service, expression } of referencesOf(text.value)) {
      if (isReadable(resource, text.names, service, expression)) {
        yield { property: text.property, assuming: text.assuming, service };
      }
    }
  }
}

function referencesOf(value: Value): DynamicReference[] {
  if (value instanceof DynamicReference) return [value];
  return value instanceof Text ? value.pieces.filter((piece) => piece instanceof DynamicReference) : [];
}

function isReadable(
  resource: Resource,
  names: readonly string[],
  service: DynamicReference['service'],
  expression: string,
): boolean {
  const last = names.at(-1) ?? '';
  if (KEEPS_CREDENTIAL.test(resource.type) || names.some((name) => COMPARES.test(name))) return false;
  if (names.some((name) => TAKES_NAME.test(name)) || isInVariables(resource, names)) return false;
  if (isInContainer(names)) return service !== 'ssm' || namesCredentialParameter(expression);
  // A parameter in plain text is meant to be read: an image, a subnet.
  if (service === 'ssm') return false;
  if (canBeDescribed(resource, names)) return true;
  return !TAKES_CREDENTIAL.test(last) && !NO_CREDENTIAL.test(expression);
}

/** Whether a reference to a parameter in plain text names a credential: `{{resolve:ssm:/agent/token:1}}`. */
export function namesCredentialParameter(expression: string): boolean {
  const [, path = ''] = /^\{\{resolve:ssm:([^:}]+)/.exec(expression) ?? [];
  return namesCredential(path.slice(path.lastIndexOf('/') + 1));
}

function isInContainer([first, member = '']: readonly string[]): boolean {
  return first === 'ContainerDefinitions' && OF_CONTAINER.includes(member);
}
