import type { SkillScript } from '../../runtime/core/skills/read-skill';

/** The scripts of a skill, pinned. They run in a code sandbox or nowhere. */
export class SkillScripts {
  /** @internal */
  public static _of(skill: string, scripts: readonly SkillScript[]): SkillScripts {
    return new SkillScripts(skill, scripts);
  }

  private constructor(
    /** Name of the skill. */
    public readonly skill: string,
    /** @internal */
    public readonly _scripts: readonly SkillScript[],
  ) {}

  /** Their paths below the skill's folder. */
  public get paths(): string[] {
    return this._scripts.map(({ path }) => path);
  }
}
