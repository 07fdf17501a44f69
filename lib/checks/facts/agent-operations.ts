import { isObject, listOf, memberOf, placeInList, type Resource, Unresolved, type Value } from '../../template/index';
import { operationsIn } from './openapi-operations';
import { knownTextOf } from './texts';

/** One operation that a Bedrock agent may call in an action group. */
export interface AgentOperation {
  /** What the operation is called: its name, or its method and path. */
  readonly name: string;
  /** Upper case; undefined for a function. */
  readonly method: string | undefined;
  /** `ENABLED` where the user is asked first. */
  readonly confirmation: Value;
  /** Path below the resource. */
  readonly property: string;
}

/** An action group that is on, with what runs its operations. */
export interface ActionGroup {
  /** The function that runs them; undefined where the calling app does. */
  readonly runBy: Value;
  readonly operations: readonly AgentOperation[];
  /** Why its operations can't be read. */
  readonly unread: string | undefined;
  /** Path below the resource. */
  readonly property: string;
  readonly assuming: readonly string[];
}

/** The action groups of a Bedrock agent whose operations a function runs. */
export function actionGroupsOf(agent: Resource): readonly ActionGroup[] {
  return agent.items('ActionGroups').flatMap(({ value, where, assuming }): ActionGroup[] => {
    if (!isObject(value) || value.ActionGroupState === 'DISABLED') return [];
    const runBy = memberOf(value, 'ActionGroupExecutor', 'Lambda');
    if (runBy === undefined) return [];
    const property = agent.below(where);
    return [{ runBy, property, assuming, ...operationsOf(value, property) }];
  });
}

function operationsOf(group: Value, at: string): Pick<ActionGroup, 'operations' | 'unread'> {
  const functions = memberOf(group, 'FunctionSchema', 'Functions');
  if (functions !== undefined) {
    const property = `${at}.FunctionSchema.Functions`;
    if (functions instanceof Unresolved) return { operations: [], unread: functions.reason };
    return {
      operations: listOf(functions).map((item, i) => ofFunction(item, `${property}[${placeInList(functions, i)}]`)),
      unread: undefined,
    };
  }
  const schema = memberOf(group, 'ApiSchema');
  const payload = memberOf(schema, 'Payload');
  const property = `${at}.ApiSchema`;
  if (payload === undefined || payload instanceof Unresolved) {
    const unread = schema === undefined ? undefined : 'its schema isn’t in the template';
    return { operations: [], unread };
  }
  const operations = operationsIn(payload).map((operation) => ({ ...operation, property: `${property}.Payload` }));
  return { operations, unread: undefined };
}

function ofFunction(item: Value, property: string): AgentOperation {
  const name = knownTextOf(memberOf(item, 'Name'));
  return { name, method: undefined, confirmation: memberOf(item, 'RequireConfirmation'), property };
}
