import { SKILLS_KEY } from '../private/metadata-keys';
import { type Assembly, listOf, memberOf, type Resource, type Value } from '../template';

/** A skill that a gate serves. It adds no right, so it breaks no claim; a reader wants to know of it. */
export interface ServedSkill {
  readonly name: string;
  readonly pin: string;
  /** Names of the tools that it is meant to use. */
  readonly tools: readonly string[];
  /** Its scripts, and the tool that runs each, if one does. */
  readonly scripts: readonly { readonly path: string; readonly tool?: string }[];
  /** Path of the gate's function. */
  readonly path: string;
}

/** Every skill that a gate of the assembly serves. */
export function servedSkills(assembly: Assembly): readonly ServedSkill[] {
  return assembly.resources.flatMap(skillsOf);
}

function skillsOf({ metadata, path }: Resource): ServedSkill[] {
  const listed: Value = metadata[SKILLS_KEY];
  return listOf(listed).map((entry) => ({
    name: textOf(memberOf(entry, 'name')),
    pin: textOf(memberOf(entry, 'pin')),
    tools: listOf(memberOf(entry, 'tools')).map(textOf),
    scripts: listOf(memberOf(entry, 'scripts')).map((script) => {
      const tool = memberOf(script, 'tool');
      const path = textOf(memberOf(script, 'path'));
      return typeof tool === 'string' ? { path, tool } : { path };
    }),
    path,
  }));
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : "can't be read";
}
