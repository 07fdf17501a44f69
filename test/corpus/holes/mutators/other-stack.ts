import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import type { TemplateSource } from '../../../../lib/template';
import type { TemplateBody } from '../../../lib/prove/quickstart-template';

/** Exports a value from the quickstart, and says how another stack names it. */
export function referenceFor(body: TemplateBody, value: JsonValue, as: 'Name' | 'Arn'): JsonObject {
  const Name = `Quickstart:${as}`;
  body.Outputs = { ...(body.Outputs as JsonObject), [`Exported${as}`]: { Value: value, Export: { Name } } };
  return { 'Fn::ImportValue': Name };
}

/** Another stack of the app, with one resource. */
export function otherStack(Type: string, Properties: JsonObject): TemplateSource[] {
  return [{ name: 'Other.template.json', body: { Resources: { Hole: { Type, Properties } } } }];
}
