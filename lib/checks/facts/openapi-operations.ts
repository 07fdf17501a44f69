import { isObject, memberOf, parseJsonText, type Value } from '../../template/index';
import { knownTextOf } from './texts';

/** One operation of an OpenAPI document. */
export interface ApiOperation {
  /** Its operationId; without one, the last name in its path. */
  readonly name: string;
  /** Upper case. */
  readonly method: string;
  /** `ENABLED` where a Bedrock agent asks the user first. */
  readonly confirmation: Value;
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete', 'head', 'options'];

/** The operations of an OpenAPI document that stands in a template as JSON or YAML. */
export function operationsIn(payload: Value): readonly ApiOperation[] {
  const document = isObject(payload) ? payload : parseJsonText(payload);
  if (!isObject(document)) return inYaml(knownTextOf(payload));
  const paths = document.paths;
  return Object.entries(isObject(paths) ? paths : {}).flatMap(([path, item]) =>
    METHODS.flatMap((method): ApiOperation[] => {
      const operation = memberOf(item, method);
      if (!isObject(operation)) return [];
      const named = operation.operationId;
      const name = typeof named === 'string' ? named : lastNameIn(path);
      return [{ name, method: method.toUpperCase(), confirmation: operation['x-requireConfirmation'] }];
    }),
  );
}

function lastNameIn(path: string): string {
  const named = path.split('/').filter((part) => part !== '' && !part.startsWith('{'));
  return named.at(-1) ?? path;
}

/** A line with a method, the lines that are indented below it, and the nearest path before. */
function inYaml(text: string): ApiOperation[] {
  const lines = text.split('\n');
  let path = '';
  return lines.flatMap((line, at): ApiOperation[] => {
    const [, before] = /^\s*['"]?(\/[^'":]*)['"]?:/.exec(line) ?? [];
    if (before !== undefined) path = before;
    const [, indent = '', method] = /^(\s*)(get|put|post|patch|delete):\s*$/.exec(line) ?? [];
    if (method === undefined) return [];
    const rest = lines.slice(at + 1);
    const end = rest.findIndex((each) => each.trim() !== '' && each.search(/\S/) <= indent.length);
    const body = (end < 0 ? rest : rest.slice(0, end)).join('\n');
    const [, named] = /^\s*operationId:\s*['"]?([\w.-]+)/m.exec(body) ?? [];
    const [, asked] = /^\s*x-requireConfirmation:\s*['"]?(\w+)/m.exec(body) ?? [];
    return [{ name: named ?? lastNameIn(path), method: method.toUpperCase(), confirmation: asked }];
  });
}
