import type { EffectName, JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';

export interface SchemaTool {
  readonly name: string;
  readonly connector: string;
  readonly effect: EffectName;
  readonly schema: JsonObject;
}

/**
 * The Cedar schema for policies and requests: one action for each tool, with the tool's arguments as `context.args`.
 * string → String, integer → Long, boolean → Boolean, number → decimal, array → Set, object → Record, optional → optional
 * attribute. An argument without a Cedar type is left out, so no policy can name it.
 *
 * `context.user` is the entity of the user. Its claims are the declared ones, so that a policy can't read a misspelt one.
 * @param claims that sessions keep of their users
 */
export function cedarSchemaFor(tools: readonly SchemaTool[], claims: readonly string[] = []): JsonObject {
  const actions = tools.map((tool) => [
    tool.name,
    {
      appliesTo: {
        principalTypes: ['Session'],
        resourceTypes: ['Connector'],
        context: {
          type: 'Record',
          attributes: {
            args: cedarType(tool.schema) ?? { type: 'Record', attributes: {} },
            session: {
              type: 'Record',
              attributes: { taint: { type: 'Boolean' }, calls: { type: 'Long' }, denials: { type: 'Long' } },
            },
            provenance: {
              type: 'Record',
              attributes: { trusted: { type: 'Boolean' }, source: { type: 'String' } },
            },
            user: { type: 'Entity', name: 'User' },
          },
        },
      },
    },
  ]);
  const connectors = [...new Set(tools.map((tool) => tool.connector))];
  // With the list, Cedar finds a misspelt connector. It accepts no empty list.
  const connector: JsonObject = connectors.length > 0 ? { enum: connectors } : {};
  const entityTypes = { Session: {}, User: { shape: userShape(claims) }, Connector: connector };
  return { '': { entityTypes, actions: Object.fromEntries(actions) } };
}

/** The claims that a schema of {@link cedarSchemaFor} declares. */
export function claimsOf(schema: JsonObject): string[] {
  const attributes = ['', 'entityTypes', 'User', 'shape', 'attributes', 'claims', 'attributes'].reduce<JsonValue>(
    (value, name) => (isObject(value) ? (value[name] ?? {}) : {}),
    schema,
  );
  return isObject(attributes) ? Object.keys(attributes) : [];
}

function userShape(claims: readonly string[]): JsonObject {
  const kept = claims.map((claim) => [claim, { type: 'String', required: false }]);
  return {
    type: 'Record',
    attributes: {
      verified: { type: 'Boolean' },
      kind: { type: 'String' },
      groups: { type: 'Set', element: { type: 'String' } },
      claims: { type: 'Record', attributes: Object.fromEntries(kept) },
    },
  };
}

/** The Cedar type of a JSON Schema. Undefined: there is none. */
export function cedarType(schema: JsonObject): JsonObject | undefined {
  switch (schema.type) {
    case 'string':
      return { type: 'String' };
    case 'integer':
      return { type: 'Long' };
    case 'boolean':
      return { type: 'Boolean' };
    case 'number':
      return { type: 'Extension', name: 'decimal' };
    case 'array': {
      const element = isObject(schema.items) ? cedarType(schema.items) : undefined;
      return element && { type: 'Set', element };
    }
    case 'object':
      return recordType(schema);
    default:
      return undefined;
  }
}

function recordType(schema: JsonObject): JsonObject {
  const required = Array.isArray(schema.required) ? schema.required : [];
  const attributes: JsonObject = {};
  for (const [name, property] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    const type = isObject(property) ? cedarType(property) : undefined;
    if (type) attributes[name] = { ...type, required: required.includes(name) };
  }
  return { type: 'Record', attributes };
}
