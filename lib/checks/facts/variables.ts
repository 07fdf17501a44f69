import {
  isObject,
  listOf,
  memberOf,
  placeInList,
  type Resource,
  Unresolved,
  unknownIn,
  type Value,
} from '../../template/index';
import { definitionsOf } from './state-machines';

/** In place of a name that the template doesn't tell. The variable's value is then the unknown name, or the unknown variables. */
export const UNKNOWN_NAME = '';

/** An environment variable of what runs code. */
export interface Variable {
  readonly name: string;
  readonly value: Value;
  /** Path below the resource. */
  readonly property: string;
  readonly assuming: readonly string[];
}

/** Environment variables of a function, of a task's containers, or of other code. */
export function variablesOf(workload: Resource): readonly Variable[] {
  if (workload.type === 'AWS::Lambda::Function') return variablesOfFunction(workload);
  if (workload.type === 'AWS::ECS::TaskDefinition') return variablesOfTask(workload);
  return OTHER_CODE.test(workload.type) ? variablesOfOther(workload) : [];
}

/** Types beside functions and tasks that give variables to code. */
const OTHER_CODE =
  /^AWS::(AppRunner::Service|Batch::JobDefinition|CodeBuild::Project|SageMaker::|BedrockAgentCore::|Glue::Job|Amplify::|ElasticBeanstalk::|Lightsail::Container|MWAA::|EMRServerless::|Events::Rule|Scheduler::|Pipes::|ECS::ExpressGatewayService|StepFunctions::StateMachine)/;

/** Members with variables, at any depth: a map from name to value, or a list of names and values. */
const HOLDS_VARIABLES =
  /^(Environment|Env|EnvironmentVariables|RuntimeEnvironmentVariables|Variables|DefaultArguments|NonOverridableArguments|OptionSettings|AirflowConfigurationOptions)$/;

/** Whether a member of that name holds variables, in some type. */
export function holdsVariables(member: string): boolean {
  return HOLDS_VARIABLES.test(member);
}

/** Whether a place, given by the names of its members, is inside of such variables. */
export function isInVariables({ type }: Resource, names: readonly string[]): boolean {
  const [first, second] = names;
  if (type === 'AWS::Lambda::Function') return first === 'Environment';
  if (type === 'AWS::ECS::TaskDefinition') return first === 'ContainerDefinitions' && second === 'Environment';
  return OTHER_CODE.test(type) && names.slice(0, -1).some((name) => HOLDS_VARIABLES.test(name));
}

function variablesOfFunction(workload: Resource): Variable[] {
  return workload.property('Environment', 'Variables').flatMap(({ value: variables, assuming }): Variable[] => {
    const property = 'Properties.Environment.Variables';
    if (variables instanceof Unresolved) return [{ name: UNKNOWN_NAME, value: variables, property, assuming }];
    return Object.entries(isObject(variables) ? variables : {}).map(([name, value]) => ({
      name,
      value,
      property: `${property}.${name}`,
      assuming,
    }));
  });
}

function variablesOfTask(task: Resource): Variable[] {
  return task.items('ContainerDefinitions').flatMap(({ value: container, where, assuming }) =>
    listOf(memberOf(container, 'Environment')).flatMap((item, i): Variable[] => {
      const name = memberOf(item, 'Name');
      const property = `${task.below(where)}.Environment[${placeInList(memberOf(container, 'Environment'), i)}]`;
      const unknown = unknownIn(name);
      if (unknown !== undefined) return [{ name: UNKNOWN_NAME, value: unknown, property, assuming }];
      return typeof name === 'string' ? [{ name, value: memberOf(item, 'Value'), property, assuming }] : [];
    }),
  );
}

function variablesOfOther(workload: Resource): Variable[] {
  const definitions = workload.type === 'AWS::StepFunctions::StateMachine' ? definitionsOf(workload) : [];
  const members = Object.keys(workload.properties).flatMap((member) =>
    workload.property(member).map(({ value, assuming }) => ({
      value: { [member]: value },
      property: 'Properties',
      assuming,
    })),
  );
  return [...members, ...definitions].flatMap(({ value, property, assuming }) =>
    [...variablesIn(value, property)].map((variable) => ({ ...variable, assuming })),
  );
}

type Found = Omit<Variable, 'assuming'>;

function* variablesIn(value: Value, at: string): Generator<Found> {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield* variablesIn(item, `${at}[${placeInList(value, i)}]`);
  } else if (isObject(value)) {
    for (const [member, inner] of Object.entries(value)) {
      const property = `${at}.${member}`;
      if (HOLDS_VARIABLES.test(member)) yield* held(inner, property);
      yield* variablesIn(inner, property);
    }
  }
}

function* held(variables: Value, property: string): Generator<Found> {
  if (Array.isArray(variables)) {
    for (const [i, item] of variables.entries()) yield* listed(item, `${property}[${placeInList(variables, i)}]`);
  } else if (isObject(variables)) {
    for (const [name, value] of Object.entries(variables)) {
      if (!isObject(value) && !Array.isArray(value)) yield { name, value, property: `${property}.${name}` };
    }
  }
}

function* listed(item: Value, property: string): Generator<Found> {
  if (!isObject(item)) return;
  const { Name, OptionName, Variable: variable, Key, Type, Namespace: namespace } = item;
  const name = Name ?? OptionName ?? variable ?? Key;
  // Elastic Beanstalk sets other options here too.
  if (typeof namespace === 'string' && !namespace.endsWith(':environment')) return;
  // CodeBuild reads the others from a store. The value is then the name there.
  if (typeof name !== 'string' || Type === 'PARAMETER_STORE' || Type === 'SECRETS_MANAGER') return;
  if (item.Value !== undefined) yield { name, value: item.Value, property };
}
