import { DynamicReference, type Resource, Text, type Value } from '../../template/index';
import { type PlacedText, textsOf } from './texts';

/** Resources whose properties tell what runs, or with what: whoever may describe them reads all of it. */
const DESCRIBED =
  /^AWS::(ECS::|Lambda::Function$|StepFunctions::StateMachine$|EC2::(Instance|LaunchTemplate)$|AutoScaling::LaunchConfiguration$|Batch::JobDefinition$|AppRunner::|CodeBuild::Project$|Glue::Job$|SSM::|Events::Rule$|Scheduler::|Pipes::|BedrockAgentCore::|SageMaker::|EMR|Lightsail::)/;

/** Members that take the name of a secret, not its value. Source: Amazon ECS API reference, `ContainerDefinition`. */
const TAKES_NAME = /^(ValueFrom|CredentialsParameter)$/;

/** Members of a container that are handed to the code in it, or shown to whoever describes the task. */
const OF_CONTAINER = ['Command', 'EntryPoint', 'HealthCheck', 'DockerLabels', 'LogConfiguration'];

/** Members that take a credential, which other services keep. */
const TAKES_CREDENTIAL =
  /(pass(word|phrase|wd)?|secret|token|user(_?name)?|credential|api_?key|auth|secret_?string)s?$/i;

/** Members of a stored object that aren't the credential itself. */
const NO_CREDENTIAL =
  /:SecretString:(host|hostname|port|dbname|database|engine|user|username|dbInstanceIdentifier|dbClusterIdentifier)(:[^:]*){0,2}\}\}$/i;

/** A place outside environment variables into which CloudFormation writes a stored value that can then be read there. */
export interface StoredValue extends Pick<PlacedText, 'property' | 'assuming'> {
  readonly service: DynamicReference['service'];
}

export function* storedValuesOf(resource: Resource): Generator<StoredValue> {
  for (const text of textsOf(resource)) {
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
  if (names.some((name) => TAKES_NAME.test(name)) || isVariable(resource, names)) return false;
  if (isInContainer(names)) return true;
  // A parameter in plain text is meant to be read: an image, a subnet.
  if (service === 'ssm') return false;
  if (DESCRIBED.test(resource.type)) return true;
  return !TAKES_CREDENTIAL.test(last) && !NO_CREDENTIAL.test(expression);
}

function isInContainer([first, member = '']: readonly string[]): boolean {
  return first === 'ContainerDefinitions' && OF_CONTAINER.includes(member);
}

/** `variablesOf` has these, with their names. */
function isVariable({ type }: Resource, [first, second]: readonly string[]): boolean {
  if (type === 'AWS::Lambda::Function') return first === 'Environment';
  return type === 'AWS::ECS::TaskDefinition' && first === 'ContainerDefinitions' && second === 'Environment';
}
