import { cedarSchemaFor } from '../../runtime/core/cedar/cedar-schema';
import { allowPolicy, askPolicy, autoApprovePolicy } from '../../runtime/core/cedar/policies';
import type { JsonObject, JsonValue, Manifest, TargetManifest, ToolManifest } from '../../runtime/core/contracts';
import { schemaHash, sha256Hex } from '../../runtime/core/digest';
import { LABELS, type ToolLabel } from './labels';
import type { Setting } from './settings';
import { type DojoSuite, dojo, type SuiteName } from './suites';

const LINKS = ['http://', 'https://', 'www.'];

/** The manifest that a deployment of a suite's tools would have under a setting. */
export function deploymentOf(suite: SuiteName, setting: Setting): Manifest {
  const { tools: described, directory } = dojo.suites[suite];
  const labels = LABELS[suite];
  const labelOf = (tool: string) => {
    const label = labels[tool];
    if (!label) throw new Error(`The tool ${tool} of ${suite} has no label.`);
    return label;
  };
  const tools = described.map((tool) => manifestOf(tool, suite, labelOf(tool.name), setting, directory));
  const policies = (make: (tool: ToolManifest, parts: { id: string; tool: string; connector: string }) => string) =>
    tools.map((tool) => make(tool, { id: tool.name, tool: tool.name, connector: suite })).join('');
  return {
    v: 1,
    policyVersion: sha256Hex(suite),
    tools,
    cedar: {
      deny: '',
      allow: policies((_, parts) => allowPolicy(parts)),
      ask: policies((tool, parts) => askSetOf(tool, parts, labelOf(tool.name), setting)),
      schema: cedarSchemaFor(tools),
    },
    approvalExpirySeconds: 1800,
    // Each call is decided on its own merits: no session is stopped in the middle of a replay.
    maxDenialsPerSession: 1_000_000,
    maxCallsPerSession: 1_000_000,
  };
}

function askSetOf(
  { effect, schema }: ToolManifest,
  parts: { id: string; tool: string; connector: string },
  { texts = [] }: ToolLabel,
  { automatic, linksAsk }: Setting,
): string {
  if (effect === 'read' || effect === 'write') return '';
  const permit =
    automatic === 'none'
      ? ''
      : autoApprovePolicy({
          ...parts,
          id: `auto-${parts.id}`,
          ...(automatic === 'trusted targets' ? { when: 'context.provenance.trusted' } : {}),
        });
  if (!linksAsk || texts.length === 0) return permit;
  const required = new Set(schema.required as string[]);
  const holdsLink = texts.flatMap((name) =>
    LINKS.map(
      (link) => `${required.has(name) ? '' : `context.args has ${name} && `}context.args.${name} like "*${link}*"`,
    ),
  );
  const when = `context.session.taint && (${holdsLink.map((each) => `(${each})`).join(' || ')})`;
  return permit + askPolicy({ ...parts, id: `links-${parts.id}`, when });
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
