import { closed, sha256, toolName } from './schema-parts';
import type { Sha256Hex } from './words';

/** The format's own limits. Source: agentskills.io, specification: `name` and `description`. */
export const SKILL_NAME_PATTERN = '^[a-z0-9]+(-[a-z0-9]+)*$';
export const MAX_SKILL_NAME = 64;
export const MAX_SKILL_DESCRIPTION = 1024;

/** Path of a file below its skill's folder. */
export const SKILL_PATH_PATTERN = '^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}){0,5}$';

/** Skills of one agent. The model reads all their descriptions in each session. */
export const MAX_SKILLS = 20;
/** Files of one skill, scripts included. */
export const MAX_SKILL_FILES = 100;
/** One file that the gate serves, in UTF-8 bytes. */
export const MAX_SKILL_FILE_BYTES = 64 * 1024;
/** What the gate serves of all skills, in UTF-8 bytes. It loads all of it when it starts. */
export const MAX_SKILLS_BYTES = 1024 * 1024;

/** A file of a skill that the agent may read. */
export interface SkillFile {
  readonly path: string;
  readonly text: string;
}

/** A script of a skill. The gate never serves it. */
export interface SkillScriptManifest {
  readonly path: string;
  /** The tool of a code sandbox that runs these very bytes. Absent: nothing runs it. */
  readonly tool?: string;
}

/** Instructions that the gate gives to the agent. They add no right: each call is still decided by policies. */
export interface SkillManifest {
  readonly name: string;
  readonly description: string;
  /** Hash over all files of its folder. */
  readonly pin: Sha256Hex;
  /** Names of the tools that it is meant to use. Each is allowed to the agent. */
  readonly tools: readonly string[];
  /** `SKILL.md` first. */
  readonly files: readonly SkillFile[];
  readonly scripts: readonly SkillScriptManifest[];
}

const path = { type: 'string', pattern: SKILL_PATH_PATTERN } as const;

export const skillManifestSchema = {
  ...closed,
  required: ['name', 'description', 'pin', 'tools', 'files', 'scripts'],
  properties: {
    name: { type: 'string', pattern: SKILL_NAME_PATTERN, maxLength: MAX_SKILL_NAME },
    description: { type: 'string', minLength: 1, maxLength: MAX_SKILL_DESCRIPTION },
    pin: sha256,
    tools: { type: 'array', items: toolName },
    files: {
      type: 'array',
      minItems: 1,
      maxItems: MAX_SKILL_FILES,
      items: { ...closed, required: ['path', 'text'], properties: { path, text: { type: 'string' } } },
    },
    scripts: {
      type: 'array',
      maxItems: MAX_SKILL_FILES,
      items: { ...closed, required: ['path'], properties: { path, tool: toolName } },
    },
  },
} as const;
