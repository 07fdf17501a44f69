import type { Manifest, TargetManifest, ToolManifest } from '../../runtime/core/contracts';
import { schemaHash, sha256Hex } from '../../runtime/core/digest';
import { replayedManifest } from '../replay/manifest';
import { type Domain, type DomainName, type DomainTool, domains } from './domains';
import { LABELS } from './labels';
import type { TargetLabel, ToolLabel } from './labels/tool-label';
import type { TaskSetting } from './settings';

/** The manifest that a deployment of a domain's tools would have under a setting. */
export function deploymentOf(name: DomainName, setting: TaskSetting): Manifest {
  const domain = domains[name];
  const tools = domain.tools.map((tool) => {
    const label = labelOf(name, tool.name);
    return { manifest: manifestOf(tool, label, { name, domain, setting }), texts: label.texts };
  });
  return replayedManifest(name, tools, setting);
}

export function labelOf(name: DomainName, tool: string): ToolLabel {
  const label = LABELS[name][tool];
  if (!label) throw new Error(`The tool ${tool} of ${name} has no label.`);
  return label;
}

/**
 * What is declared of a label: targets with their kinds, what leaving them out means, and directory lists. The address book, ids of
 * reads, the user's own address and limits aren't declared yet.
 */
function manifestOf(
  { name, description, input, output }: DomainTool,
  { effect, trust = 'untrusted', targets = [] }: ToolLabel,
  { name: connector, domain, setting }: { name: DomainName; domain: Domain; setting: TaskSetting },
): ToolManifest {
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
    targets: setting.targets ? targets.map(targetOf) : [],
    ...(listed.length > 0 ? { trustedTargets: listed } : {}),
    ...(output ? { outputSchema: output } : {}),
    trust,
    limits: { maxArgumentBytes: 65_536, maxResultBytes: 65_536 },
    timeoutMs: 1000,
    policyVersion: sha256Hex(name),
  };
}

function targetOf({ at, kind, whenAbsent }: TargetLabel): TargetManifest {
  return { pointer: at, kind, ...(whenAbsent === 'constant' ? { absent: 'nobody' } : {}) };
}
