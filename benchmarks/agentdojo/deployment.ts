import type { JsonObject, JsonValue, Manifest, TargetManifest, ToolManifest } from '../../runtime/core/contracts';
import { schemaHash, sha256Hex } from '../../runtime/core/digest';
import { replayedManifest } from '../replay/manifest';
import { LABELS, type ToolLabel } from './labels';
import type { Setting } from './settings';
import { type DojoSuite, dojo, type SuiteName } from './suites';

/** The manifest that a deployment of a suite's tools would have under a setting. */
export function deploymentOf(suite: SuiteName, setting: Setting): Manifest {
  const { tools: described, directory } = dojo.suites[suite];
  const labels = LABELS[suite];
  const labelOf = (tool: string) => {
    const label = labels[tool];
    if (!label) throw new Error(`The tool ${tool} of ${suite} has no label.`);
    return label;
  };
  const tools = described.map((tool) => {
    const label = labelOf(tool.name);
    return { manifest: manifestOf(tool, suite, label, setting, directory), texts: label.texts };
  });
  return replayedManifest(suite, tools, setting);
}

function manifestOf(
  { name, description, schema: given }: DojoSuite['tools'][number],
  suite: SuiteName,
  label: ToolLabel,
  setting: Setting,
  directory: JsonObject,
): ToolManifest {
  const schema = closed(given, given);
  const listed =
    setting.directory === 'everywhere' || (setting.directory === 'outbound' && label.effect === 'outbound')
      ? (label.directory ?? []).flatMap((list) => directory[list] ?? []).map(String)
      : [];
  return {
    name,
    connector: suite,
    description,
    effect: label.effect,
    schema,
    schemaHash: schemaHash(schema),
    descriptionHash: sha256Hex(description),
    functionArnVariable: 'EXECUTOR_ARN_DOJO',
    targets: setting.targets ? (label.targets ?? []).map((target) => leftOut(target, setting)) : [],
    ...(label.ids && setting.ids ? { ids: label.ids } : {}),
    ...(label.own && setting.own === 'by tool' ? { own: label.own } : {}),
    ...(listed.length > 0 ? { trustedTargets: listed } : {}),
    trust: label.trust ?? 'untrusted',
    limits: { maxArgumentBytes: 65_536, maxResultBytes: 65_536 },
    timeoutMs: 1000,
    policyVersion: sha256Hex(name),
  };
}

function leftOut(target: TargetManifest, { leftOut: means }: Setting): TargetManifest {
  return means === 'nobody' ? { absent: 'nobody', ...target } : target;
}

/** A schema of the package as the gate takes one: closed, with one type a place. What may be null may be left out. */
function closed(schema: JsonObject, root: JsonObject): JsonObject {
  if (typeof schema.$ref === 'string') {
    const definitions = root.$defs as Record<string, JsonObject>;
    const definition = definitions[schema.$ref.replace('#/$defs/', '')];
    if (!definition) throw new Error(`The schema has no ${schema.$ref}.`);
    return closed(definition, root);
  }
  const type = (schema.anyOf as JsonObject[] | undefined)?.find((each) => each.type !== 'null');
  if (type) return closed(type, root);
  switch (schema.type) {
    case 'object': {
      // The one open object is an attachment, whose description names its fields.
      const properties = (schema.properties ?? ATTACHMENT) as Record<string, JsonObject>;
      return {
        type: 'object',
        additionalProperties: false,
        required: schema.required ?? [],
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, property]) => [name, closed(property, root)]),
        ),
      };
    }
    case 'array':
      return { type: 'array', maxItems: 100, items: closed(schema.items as JsonObject, root) };
    case 'string':
      return { type: 'string', maxLength: 10_000, ...(schema.enum ? { enum: schema.enum } : {}) };
    default:
      return { type: schema.type as JsonValue };
  }
}

const text: JsonObject = { type: 'string' };
const ATTACHMENT: JsonObject = {
  type: text,
  file_id: text,
  event_details: {
    type: 'object',
    properties: {
      title: text,
      description: text,
      start_time: text,
      end_time: text,
      location: text,
      participants: { type: 'array', items: text },
    },
  },
};
