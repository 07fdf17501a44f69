/** A call's body, in UTF-8 bytes. */
export const MAX_CALL_BYTES = 256 * 1024;

/** A call's nesting depth. */
export const MAX_CALL_DEPTH = 32;

/** A result's content, in UTF-8 bytes, unless the tool declares less. */
export const MAX_RESULT_BYTES = 256 * 1024;

/** Calls that one probation can ask for. Each is stored in one item of the state table, and an item holds 400 KB. */
export const MAX_PROBATION_CALLS = 1000;

/** The waiting state of an approval ends this much later than the request expires, so that the expiry is what ends the wait. */
export const WAIT_MARGIN_SECONDS = 60;

/** Calls of one session that may wait for a person at once, unless the runtime declares another limit. */
export const DEFAULT_WAITING_REQUESTS = 3;

/**
 * The longest time a reply of the gate takes, in milliseconds. A REST API integration ends at 29 s unless the account asked
 * for a higher quota, which lowers its request rate (decision 17).
 */
export const GATE_REPLY_BUDGET_MS = 25_000;

/** The longest time of a target for which the gate waits, in milliseconds. A tool with more time runs later, and the agent polls. */
export const MAX_WAITED_MS = 20_000;

/**
 * The longest time of any target, in milliseconds. A function runs for 15 minutes at most: the executor needs some of it before and
 * after its target, and the function that waits for the executor a little more.
 */
export const MAX_TARGET_MS = 840_000;

/** What one session may send out in the arguments of outbound and destructive calls and in answers, in UTF-8 bytes, unless the runtime declares another limit. */
export const DEFAULT_SENT_BYTES = 1024 * 1024;

/** Ledger entries for late calls of one session. Entries can't be deleted, so a caller must not be able to add more. */
export const MOST_LATE_ENTRIES = 20;

/** Sessions that one agent may have at once, unless the runtime declares another limit. */
export const DEFAULT_SESSIONS_AT_ONCE = 100;
