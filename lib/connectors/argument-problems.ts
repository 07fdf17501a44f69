import type { JsonObject } from '../../runtime/core/contracts';
import { isObject } from '../../runtime/core/json/is-object';
import type { OperationArgument } from './operations/made-operation';
import type { Target } from './target';

/** Why a schema doesn't give an operation its arguments; undefined when it does. @internal */
export function argumentProblem(wanted: readonly OperationArgument[], schema: JsonObject): string | undefined {
  const required = Array.isArray(schema.required) ? schema.required : [];
  const properties = isObject(schema.properties) ? schema.properties : {};
  for (const { name, required: always, types } of wanted) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (always && !required.includes(name)) {
      return `the operation needs the argument "${name}", which the input schema doesn't require; add it to "required"`;
    }
    if (!isObject(property)) {
      return `the operation takes the argument "${name}", which the input schema doesn't declare; add it to "properties"`;
    }
    if (types !== undefined && !types.includes(String(property.type))) {
      return `the operation takes the argument "${name}" as ${types.join(' or ')}, and the input schema declares ${JSON.stringify(property.type)}; change its "type"`;
    }
  }
  return undefined;
}

/** Why a tool may reach people that nobody compares with the task; undefined when its recipients are targets. @internal */
export function recipientProblem(recipients: readonly string[], targets: readonly Target[]): string | undefined {
  const free = recipients.find(
    (name) => !targets.some(({ pointer }) => pointer === `/${name}` || pointer.startsWith(`/${name}/`)),
  );
  return free === undefined
    ? undefined
    : `the argument "${free}" says who gets it, but it isn't a target of the tool; write targets: [Target.email('/${free}')]`;
}
