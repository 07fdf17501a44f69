export const CONTRACT_VERSION = 1;

/** What a tool does to the world. An undeclared effect counts as `destructive`. */
export const EFFECTS = ['read', 'write', 'outbound', 'destructive'] as const;

export type EffectName = (typeof EFFECTS)[number];

/** Whether a connector's results can be trusted. Untrusted content taints the session. */
export const TRUST_LEVELS = ['trusted', 'untrusted'] as const;

export type Trust = (typeof TRUST_LEVELS)[number];

/** The mode of a gate that records what its allow and ask policies would stop, and lets it through. Absent: it enforces. */
export const LOG_ONLY = 'LOG_ONLY';

/** Lower-case hexadecimal SHA-256. */
export type Sha256Hex = string;
