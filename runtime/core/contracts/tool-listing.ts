import type { JsonObject } from './json';

/** A tool as the gate lists it to the agent. It is the copy pinned at synth, never a live one. */
export interface ToolListing {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly openWorldHint: boolean;
  };
}
