import type { CallLimit, Manifest, TargetManifest, ToolManifest } from '../../runtime/core/contracts';
import { schemaHash, sha256Hex } from '../../runtime/core/digest';
import { replayedManifest } from '../replay/manifest';
import { type Domain, type DomainName, type DomainTool, domains } from './domains';
import { LABELS } from './labels';
import type { LimitLabel, TargetLabel, ToolLabel, ValueKind } from './labels/tool-label';
import type { TaskSetting } from './settings';

/** The manifest that a deployment of a domain's tools would have under a setting. */
export function deploymentOf(name: DomainName, setting: TaskSetting): Manifest {
  const domain = domains[name];
  const tools = domain.tools.map((tool) => {
    const label = labelOf(name, tool.name);
    return { manifest: manifestOf(tool, label, { name, domain, setting }), texts: label.texts };
  });
  const addressBook = Object.entries(domain.addressBook).map(([person, targets]) => ({ name: person, targets }));
  return { ...replayedManifest(name, tools, setting), ...(setting.targets ? { addressBook } : {}) };
}

export function labelOf(name: DomainName, tool: string): ToolLabel {
  const label = LABELS[name][tool];
  if (!label) throw new Error(`The tool ${tool} of ${name} has no label.`);
  return label;
}

/** Everything that a label says. */
function manifestOf(
  { name, description, input, output }: DomainTool,
  label: ToolLabel,
  { name: connector, domain, setting }: { name: DomainName; domain: Domain; setting: TaskSetting },
): ToolManifest {
  const { effect, trust = 'untrusted', targets = [], ids = [], limits = [] } = label;
  const lists = setting.directory ? targets.flatMap(({ directory = [] }) => directory) : [];
  const listed = [...new Set(lists.flatMap((list) => domain.directory[list] ?? []))];
  return {
    name,
    connector,
    description,
    effect,
    schema: input,
    schemaHash: schemaHash(input),
    descriptionHash: sha256Hex(description),
    functionArnVariable: 'EXECUTOR_ARN_TASKS',
    targets: setting.targets ? targetsOf(label, name) : [],
    ...(ownIsTrusted(targets) ? { own: 'trusted' as const } : {}),
    ...(ids.length > 0 ? { ids: ids.map(({ at, kind }) => ({ at, of: nounOf(at, kind, name) })) } : {}),
    ...(setting.targets && limits.length > 0 ? { callLimits: limits.map(callLimitOf) } : {}),
    ...(listed.length > 0 ? { trustedTargets: listed } : {}),
    ...(output ? { outputSchema: output } : {}),
    trust,
    limits: { maxArgumentBytes: 65_536, maxResultBytes: 65_536 },
    timeoutMs: 1000,
    policyVersion: sha256Hex(name),
  };
}

/** The keys of a read are its targets: what they choose is trusted if they are. A key that is left out chooses nothing. */
function targetsOf({ targets = [], keys = [] }: ToolLabel, tool: string): TargetManifest[] {
  const places: TargetLabel[] = [...targets, ...keys.map((key) => ({ ...key, whenAbsent: 'constant' as const }))];
  return places.map(({ at, kind, whenAbsent }) => ({
    pointer: at,
    kind,
    ...(kind === 'id' || kind === 'email' ? { of: nounOf(at, kind, tool) } : {}),
    ...(whenAbsent === 'constant' ? { absent: 'nobody' as const } : {}),
  }));
}

/** The product takes one meaning of the user's own address for a whole tool: the stricter one. */
function ownIsTrusted(targets: readonly TargetLabel[]): boolean {
  const addresses = targets.filter(({ kind }) => kind === 'email');
  return addresses.length > 0 && addresses.every(({ own }) => own === 'trusted');
}

/** What an id is of: the name of its field or argument. A field `id` is named after its read. */
function nounOf(at: string, kind: ValueKind, tool: string): string {
  if (kind !== 'id') return kind;
  const name = at.split('/').at(-1) ?? '';
  return name === 'id' ? tool.replace(/^get_/, '') : name.replace(/_id$/, '');
}

/** A session of an office is over within a day. */
function callLimitOf({ per, most, sumOf }: LimitLabel): CallLimit {
  const day = 24 * 3600;
  if (sumOf === undefined) return { per, most, windowSeconds: day, whenReached: 'ask' };
  return { per, most, sum: { pointer: sumOf, places: 0 }, windowSeconds: day, whenReached: 'ask' };
}
