import type { Manifest, ToolManifest } from '../../runtime/core/contracts';

/** Something to declare of a tool, before it is tried on the recorded calls. */
export interface Candidate {
  /** The tool whose questions it would save. */
  readonly tool: string;
  readonly what: 'addressBook' | 'ids' | 'kind' | 'limit';
  /** Lines of TypeScript, with where they belong. */
  readonly write: readonly string[];
  readonly manifest: Manifest;
}

/** A call that would have run, although no person approved it. */
export interface LetThrough {
  readonly entry: string;
  readonly decision: 'denied' | 'not approved';
}

/** Something to declare, with what it would have changed. */
export interface Declaration extends Omit<Candidate, 'manifest'> {
  readonly saved: number;
  readonly letsThrough: readonly LetThrough[];
  /** Calls that nobody approved and whose arguments or task can't be read: they might run too. */
  readonly cannotTell: number;
}

/** Approvals that a proposal needs, in as many sessions: what was approved once may be an attacker's. */
export const LEAST_APPROVALS = 2;

export function withTool(manifest: Manifest, name: string, change: (tool: ToolManifest) => ToolManifest): Manifest {
  return { ...manifest, tools: manifest.tools.map((tool) => (tool.name === name ? change(tool) : tool)) };
}
