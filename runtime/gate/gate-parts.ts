import type { Authorizer } from '../core/authorizer';
import type { Manifest, ToolManifest } from '../core/contracts';
import type { ToolSchemas } from '../core/schema/tool-schemas';
import type { TrustedDirectory } from '../core/target-provenance';
import type { GatePorts } from './gate-ports';
import type { Journal } from './journal';

/** What the steps of a call share. It is made once, when the gate starts. */
export interface GateParts {
  readonly manifest: Manifest;
  readonly tools: ReadonlyMap<string, ToolManifest>;
  readonly schemas: ToolSchemas;
  readonly directory: TrustedDirectory;
  readonly authorizer: Authorizer;
  readonly journal: Journal;
  readonly ports: GatePorts;
  /** The users of sessions that this gate has opened. A session's user never changes. */
  readonly users: Map<string, string>;
}
