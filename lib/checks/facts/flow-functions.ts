import { isObject, listOf, memberOf, type Resource, type Value } from '../../template/index';

/** A function that a node of a flow calls with what a model said. */
export interface FlowFunction {
  readonly named: Value;
  /** Path below the flow. */
  readonly property: string;
}

/** Functions of a Bedrock flow that get the words of a model, directly or through other nodes. */
export function functionsAfterModels(flow: Resource): readonly FlowFunction[] {
  const nodes = flow.items('Definition', 'Nodes');
  const told = new Set(
    nodes.filter(({ value }) => speaks(memberOf(value, 'Configuration'))).flatMap(({ value }) => nameOf(value, 'Name')),
  );
  const connections = flow.items('Definition', 'Connections').map(({ value }) => value);
  // A set that grows is read to its end.
  for (const name of told) {
    for (const connection of connections) {
      if (memberOf(connection, 'Source') !== name) continue;
      for (const target of nameOf(connection, 'Target')) told.add(target);
    }
  }
  return nodes.flatMap(({ value, where }): FlowFunction[] => {
    const named = memberOf(value, 'Configuration', 'LambdaFunction', 'LambdaArn');
    if (named === undefined || !nameOf(value, 'Name').some((name) => told.has(name))) return [];
    return [{ named, property: `${flow.below(where)}.Configuration.LambdaFunction.LambdaArn` }];
  });
}

/** Whether a model decides what comes out of a node. */
function speaks(configuration: Value): boolean {
  if (!isObject(configuration)) return false;
  const { Prompt: prompt, Agent: agent, KnowledgeBase: base } = configuration;
  return isObject(prompt) || isObject(agent) || (isObject(base) && base.ModelId !== undefined);
}

function nameOf(value: Value, member: string): string[] {
  return listOf(memberOf(value, member)).filter((name): name is string => typeof name === 'string');
}
