import path from 'node:path';
import { readSkillFolder } from '../../lib/skills/read-skill-folder';
import { type GivenFile, type ReadSkill, readSkill } from '../../runtime/core/skills/read-skill';

/** A skill that was found, and whether it can be used. */
export interface FoundSkill {
  readonly folder: string;
  /** Undefined: it can't be used. */
  readonly skill?: ReadSkill;
  /** All of its files, as they are pinned. */
  readonly files: readonly GivenFile[];
  /** Why it can't be used. */
  readonly problem?: string;
}

/** Reads a skill as `Skill.fromDirectory` does. */
export function foundSkill(folder: string): FoundSkill {
  try {
    const files = readSkillFolder(folder);
    return { folder, files, skill: readSkill(files) };
  } catch (error) {
    return { folder, files: [], problem: (error as Error).message };
  }
}

/** The name of a skill that a person names it by: its own, or else its folder's. */
export function nameOfSkill({ folder, skill }: FoundSkill): string {
  return skill?.name ?? path.basename(folder);
}
