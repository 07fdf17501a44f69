import type { Manifest, TargetKind, TargetManifest } from '../../runtime/core/contracts';
import { kindOf } from '../../runtime/core/targets/kinds';
import { type ApprovedTarget, approvedOften } from './approved-targets';
import { type Candidate, withTool } from './declaration';

/** Kinds that the form of a value tells. */
const FORMS: Partial<Record<TargetKind, RegExp>> = {
  url: /^https?:\/\//i,
  email: /^[^\s@]+@[^\s@]+$/,
  // An IBAN. Other account numbers look like any id.
  account: /^[A-Z]{2}\d{2}[A-Z0-9 -]{10,}$/,
};

/** Proposes another kind for a target if all its values have the form of that kind. Whether the task then names them is tried. */
export function proposeKinds(approved: readonly ApprovedTarget[], manifest: Manifest): Candidate[] {
  return approvedOften(approved, ({ tried, target }) => `${tried.tool.name}\n${target.pointer}`).flatMap((group) => {
    const [first] = group;
    const kind = Object.keys(FORMS).find((each) => group.every(({ value }) => hasForm(value, each as TargetKind)));
    if (!first || kind === undefined || kind === first.target.kind) return [];
    const { reach: _, ...target } = first.target;
    const typed: TargetManifest = { ...target, kind: kind as TargetKind };
    const tool = first.tried.tool.name;
    return [
      {
        tool,
        what: 'kind' as const,
        write: [`addTool(${JSON.stringify(tool)}, { targets: [${targetText(typed)}] })`],
        manifest: withTarget(manifest, tool, typed),
      },
    ];
  });
}

function hasForm(value: string, kind: TargetKind): boolean {
  return FORMS[kind]?.test(value) === true && kindOf({ kind }).normal(value) !== undefined;
}

/** The manifest with another declaration of one target. */
export function withTarget(manifest: Manifest, tool: string, target: TargetManifest): Manifest {
  return withTool(manifest, tool, (each) => ({
    ...each,
    targets: each.targets.map((old) => (old.pointer === target.pointer ? target : old)),
  }));
}

/** A target as an app declares it. */
export function targetText({ pointer, kind, absent, of, reach }: TargetManifest): string {
  const options = [
    ...(absent ? [`whenAbsent: WhenAbsent.${absent.toUpperCase()}`] : []),
    ...(of === undefined ? [] : [`of: ${JSON.stringify(of)}`]),
    ...(reach ? ['wholeOrigin: true'] : []),
  ];
  const more = options.length > 0 ? `, { ${options.join(', ')} }` : '';
  return `Target.${kind === 'name' ? 'named' : kind}(${JSON.stringify(pointer)}${more})`;
}
