import type { JsonValue } from '../contracts';

/** A tool as a server lists it. Nothing in it is trusted, not even that a value has its type. */
export interface ToolDefinition {
  readonly name: string;
  readonly title?: JsonValue;
  readonly description?: JsonValue;
  readonly inputSchema?: JsonValue;
  readonly annotations?: JsonValue;
}
