import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../../runtime/core/contracts';

export const SUITES = ['banking', 'slack', 'workspace', 'travel'] as const;
export type SuiteName = (typeof SUITES)[number];
/** Labels and rules were made on these; the others were first run when both were committed. */
export const DEVELOPED_ON: readonly SuiteName[] = ['banking', 'slack'];

/** A call of a ground truth. */
export interface DojoCall {
  readonly f: string;
  readonly a: JsonObject;
  /** Of a search: the ids that it returns in the package's default environment. */
  readonly ids?: readonly string[];
}

export interface DojoTask {
  readonly id: string;
  readonly calls: readonly DojoCall[];
}

export interface DojoSuite {
  readonly tools: readonly { readonly name: string; readonly description: string; readonly schema: JsonObject }[];
  readonly user_tasks: readonly (DojoTask & { readonly prompt: string })[];
  /** `derived`: the package has no calls for it, so they were written from its goal. */
  readonly injection_tasks: readonly (DojoTask & { readonly derived?: unknown })[];
  readonly directory: JsonObject;
}

interface Dojo {
  readonly source: string;
  readonly suites: Readonly<Record<SuiteName, DojoSuite>>;
}

/** AgentDojo v1.2.2, as extracted. Its license is in the same folder. */
export const dojo = JSON.parse(readFileSync(path.join(__dirname, 'agentdojo.json'), 'utf8')) as Dojo;
