import { isObject, listOf, memberOf, type Resource, Unresolved, unknownIn, type Value } from '../../template/index';

/** In place of a name that the template doesn't tell. The variable's value is then the unknown name, or the unknown variables. */
export const UNKNOWN_NAME = '';

/** An environment variable of a function or container. */
export interface Variable {
  readonly name: string;
  readonly value: Value;
  /** Path below the resource. */
  readonly property: string;
  readonly assuming: readonly string[];
}

/** Environment variables of a function or of a task's containers. */
export function variablesOf(workload: Resource): readonly Variable[] {
  if (workload.type === 'AWS::Lambda::Function') return variablesOfFunction(workload);
  return workload.type === 'AWS::ECS::TaskDefinition' ? variablesOfTask(workload) : [];
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
      const property = `${task.below(where)}.Environment[${i}]`;
      const unknown = unknownIn(name);
      if (unknown !== undefined) return [{ name: UNKNOWN_NAME, value: unknown, property, assuming }];
      return typeof name === 'string' ? [{ name, value: memberOf(item, 'Value'), property, assuming }] : [];
    }),
  );
}
