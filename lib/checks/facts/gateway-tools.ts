import { type Assembly, isObject, listOf, memberOf, type Resource, type Value } from '../../template/index';
import { onlyReads } from '../judge/reading-action';
import { changeBy } from './changing-rights';
import { operationsIn } from './openapi-operations';

/** The targets that name a gateway. */
export function targetsOf(assembly: Assembly, gateway: Resource): readonly Resource[] {
  return assembly
    .ofType('AWS::BedrockAgentCore::GatewayTarget')
    .filter((target) => target.property('GatewayIdentifier').some(({ value }) => assembly.find(value) === gateway));
}

/** How a tool of a target may change something; undefined where that isn't known of any. */
export function changeByTarget(assembly: Assembly, target: Resource): string | undefined {
  return target
    .property('TargetConfiguration', 'Mcp')
    .map(({ value }) => changeByTools(assembly, value))
    .find((change) => change !== undefined);
}

function changeByTools(assembly: Assembly, tools: Value): string | undefined {
  const fn = memberOf(tools, 'Lambda', 'LambdaArn');
  const change = fn === undefined ? undefined : changeBy(assembly, fn);
  if (change?.kind === 'something') return `its function may use ${change.by}`;
  const changing = operationsIn(memberOf(tools, 'OpenApiSchema', 'InlinePayload')).find((each) => !onlyReads(each));
  if (changing !== undefined) return `${changing.name} sends ${changing.method}`;
  if (memberOf(tools, 'SmithyModel') !== undefined) return 'a Smithy model has operations that write';
  const method = methodsOfApi(tools).find((each) => typeof each === 'string' && !SAFE.includes(each));
  return method === undefined ? undefined : `it passes on ${String(method)}`;
}

const SAFE = ['GET', 'HEAD', 'OPTIONS'];

function methodsOfApi(tools: Value): readonly Value[] {
  const filters = memberOf(tools, 'ApiGateway', 'ApiGatewayToolConfiguration', 'ToolFilters');
  return listOf(filters).flatMap((filter) => (isObject(filter) ? listOf(filter.Methods) : []));
}
