/** A command was called with a wrong option, argument or value. The exit code is 2. */
export class UsageError extends Error {}
