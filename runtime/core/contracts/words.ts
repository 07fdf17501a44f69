export const CONTRACT_VERSION = 1;

/** What a tool does to the world. An undeclared effect counts as `destructive`. */
export const EFFECTS = ['read', 'write', 'outbound', 'destructive'] as const;

export type EffectName = (typeof EFFECTS)[number];

/** Whether a connector's results can be trusted. Untrusted content taints the session. */
export const TRUST_LEVELS = ['trusted', 'untrusted'] as const;

export type Trust = (typeof TRUST_LEVELS)[number];

/**
 * Whether a tool's results can be trusted. `inherited`: as much as what the call was given. They are shown as untrusted data, and taint the
 * session only if the call refers to a result that is untrusted itself.
 */
export const TOOL_TRUST_LEVELS = [...TRUST_LEVELS, 'inherited'] as const;

export type ToolTrust = (typeof TOOL_TRUST_LEVELS)[number];

/** The mode of a gate that records what its allow and ask policies would stop, and lets it through. Absent: it enforces. */
export const LOG_ONLY = 'LOG_ONLY';

/** Lower-case hexadecimal SHA-256. */
export type Sha256Hex = string;

/**
 * Where the targets of a call were found, from the most to the least trusted. `task`: the user's task names them.
 * `directory`: trusted values, or an address book's targets of a name in the task. `derived`: declared ids that a read of
 * this session returned. `own`: the user's own. `constant`: the call has no target.
 */
export const TARGET_PROVENANCES = ['constant', 'task', 'directory', 'derived', 'own', 'unknown'] as const;

export type TargetProvenance = (typeof TARGET_PROVENANCES)[number];
