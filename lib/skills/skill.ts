import type { SkillManifest } from '../../runtime/core/contracts';
import { readSkill } from '../../runtime/core/skills/read-skill';
import { Tool } from '../connectors/connector';
import { fromFactory } from '../private/props/from-factory';
import { instanceOf, listOf, optional, struct, text } from '../private/props/shape';
import { readSkillFolder } from './read-skill-folder';
import type { SkillOptions } from './skill-options';
import { SkillScripts } from './skill-scripts';

const OPTIONS = struct<SkillOptions>(
  {
    pin: optional(text('the 64 digits that the error says')),
    tools: optional(listOf(instanceOf(Tool, 'the result of tickets.addTool(…)'), 'read')),
    withoutTools: optional(listOf(text('Bash'), "'Bash'")),
  },
  "{ pin: '…', tools: [read] }",
);

/**
 * Instructions that the agent may read when a task needs them: a folder with a `SKILL.md`. The gate serves its text files by the
 * built-in tool `get_skill` and records each reading. A skill adds no right: whatever it says, policies decide each call.
 *
 * Its scripts are pinned and listed, and never served: they run in a code sandbox or nowhere. Other files, such as pictures, are pinned
 * and left out. Files whose names begin with a dot don't count.
 *
 * Source: agentskills.io, specification.
 */
export class Skill {
  /**
   * Reads a skill from a folder, relative to the working directory of the app.
   *
   * A runtime refuses a skill that can't be read, that is too large, that hides characters, or that isn't what its pin says.
   */
  public static fromDirectory(directory: string, options: SkillOptions = {}): Skill {
    const given = { directory: [text('skills/refunds'), directory], options: [OPTIONS, options] } as const;
    return fromFactory(Skill, 'Skill.fromDirectory', given, () => new Skill(directory, options));
  }

  /** Its name, as the agent asks for it. */
  public readonly skillName: string;
  /** When the agent should read it. */
  public readonly description: string;
  /** SHA-256 over all of its files. */
  public readonly pin: string;
  /** The tools that it is meant to use. */
  public readonly tools: Tool[];
  /** Its scripts. */
  public readonly scripts: SkillScripts;
  /** Files that are neither served nor run. */
  public readonly leftOut: string[];

  /** @internal */
  public readonly _files: SkillManifest['files'];
  /** Names of tools in its front matter that nobody declared to do without. @internal */
  public readonly _namedTools: readonly string[];

  private constructor(directory: string, options: SkillOptions) {
    const read = atFolder(directory, () => readSkill(readSkillFolder(directory)));
    if (options.pin !== read.pin) throw new Error(pinProblem(directory, options.pin, read.pin));
    this.skillName = read.name;
    this.description = read.description;
    this.pin = read.pin;
    this.tools = [...(options.tools ?? [])];
    this.scripts = SkillScripts._of(read.name, read.scripts);
    this.leftOut = [...read.leftOut];
    this._files = read.files;
    const without = options.withoutTools ?? [];
    this._namedTools = read.namedTools.filter((name) => !without.includes(name));
  }

  /**
   * What the gate knows of it.
   * @param runners tools of code sandboxes, by the hash of the script that each runs
   * @internal
   */
  public _manifest(runners: ReadonlyMap<string, string>): SkillManifest {
    return {
      name: this.skillName,
      description: this.description,
      pin: this.pin,
      tools: this.tools.map(({ toolName }) => toolName),
      files: this._files,
      scripts: this.scripts._scripts.map(({ path, sha256 }) => {
        const tool = runners.get(sha256);
        return tool === undefined ? { path } : { path, tool };
      }),
    };
  }
}

function pinProblem(directory: string, given: string | undefined, actual: string): string {
  const write = `write pin: '${actual}'`;
  if (given === undefined) {
    return `${directory} has no pin, so nobody would notice a change of what the agent is told; read its files, then ${write}`;
  }
  return `the files of ${directory} aren't those of the pin; read what changed, then ${write}`;
}

function atFolder<Read>(directory: string, read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    throw new Error(`${directory}: ${(error as Error).message}`);
  }
}
