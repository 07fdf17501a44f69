import { MAX_SKILLS, MAX_SKILLS_BYTES } from '../../runtime/core/contracts';
import type { Tool } from '../connectors/connector';
import type { Skill } from './skill';

/**
 * What is wrong with the skills of an agent. A skill must not name more than the agent may do.
 * @param allowedTools those that a policy allows
 * @internal
 */
export function skillProblems(skills: readonly Skill[], allowedTools: readonly Tool[]): string[] {
  const allowed = new Set(allowedTools.map(({ toolName }) => toolName));
  return [
    ...(skills.length > MAX_SKILLS
      ? [
          `there are ${skills.length} skills, and ${MAX_SKILLS} are the most: the model reads each one's description in every session`,
        ]
      : []),
    ...tooLarge(skills),
    ...sharedNames(skills),
    ...skills.flatMap((skill) => toolProblems(skill, allowed)),
  ];
}

function tooLarge(skills: readonly Skill[]): string[] {
  const bytes = skills.flatMap(({ _files }) => _files).reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  return bytes > MAX_SKILLS_BYTES
    ? [
        `the skills have ${bytes} bytes of text, and ${MAX_SKILLS_BYTES} are the most; leave out what the agent won't read`,
      ]
    : [];
}

function sharedNames(skills: readonly Skill[]): string[] {
  const names = skills.map(({ skillName }) => skillName);
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))].map(
    (name) => `two skills have the name "${name}"; give each a name of its own in its SKILL.md`,
  );
}

function toolProblems({ skillName, tools, _namedTools }: Skill, allowed: ReadonlySet<string>): string[] {
  const declared = tools
    .map(({ toolName }) => toolName)
    .filter((name) => !allowed.has(name))
    .map(
      (name) =>
        `the skill "${skillName}" is meant to use the tool "${name}", which no policy allows to this agent; write agent.allow(…) for it, or leave it out of the skill's tools`,
    );
  const named = _namedTools
    .filter((name) => !allowed.has(name))
    .map(
      (name) =>
        `the skill "${skillName}" names the tool "${shown(name)}" in its allowed-tools, which this agent doesn't have; allow a tool of that name, or write withoutTools: ['${shown(name)}']`,
    );
  return [...declared, ...named];
}

/** Its text was written by somebody else. */
function shown(name: string): string {
  return name.slice(0, 80).replace(/[^A-Za-z0-9_:.-]/g, '?');
}
