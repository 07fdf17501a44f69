import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pillar, Severity } from '../../../lib/checks/rule';

/** How a template was written. */
export type Style = 'l1' | 'l2' | 'overrides' | 'yaml' | 'conditions' | 'sam' | 'nested';

/** What the agent runs on. */
export type Compute =
  | 'agentcore'
  | 'app-runner'
  | 'appsync'
  | 'batch'
  | 'bedrock-agent'
  | 'bedrock-flow'
  | 'codebuild'
  | 'ec2'
  | 'ecs'
  | 'eks'
  | 'glue'
  | 'lambda'
  | 'none'
  | 'sagemaker'
  | 'step-functions';

interface Listed {
  readonly id: string;
  readonly style: Style;
  readonly compute: Compute;
}

/** Where a hole can be named. */
export interface Place {
  /** @default - the app's own template */
  readonly template?: string;
  /** Logical id; empty for the template's own sections. */
  readonly resource: string;
  readonly property: string;
}

/** What is wrong in an insecure template. */
export interface Hole {
  readonly what: string;
  /** Pillars whose rules can be about it. */
  readonly pillars: readonly Pillar[];
  readonly places: readonly Place[];
  /** @default 'error' */
  readonly least?: Severity;
}

export interface InsecureAgent extends Listed {
  readonly hole: Hole;
  readonly file: string;
}

export interface SecureAgent extends Listed {
  /** Why it is secure. */
  readonly what: string;
  /** The template is about acknowledged findings, so they are no mistake. */
  readonly acknowledges?: boolean;
  readonly file: string;
}

/** The lists in this folder. */
export type AgentList = 'insecure' | 'secure' | 'unproven' | 'harmless' | 'kept-apart/insecure' | 'kept-apart/secure';

/** The insecure agents, or those that nobody looks at. */
export function insecureAgents(list: 'insecure' | 'kept-apart/insecure' = 'insecure'): InsecureAgent[] {
  return listed<Omit<InsecureAgent, 'file'>>(list);
}

/** The secure agents, or those that nobody looks at; agents of which nobody can tell; and templates without an agent. */
export function secureAgents(list: Exclude<AgentList, `${string}insecure`> = 'secure'): SecureAgent[] {
  return listed<Omit<SecureAgent, 'file'>>(list);
}

/** A fifth of all, by their ids alone, so that nobody chooses. */
export function isKeptApart(id: string): boolean {
  return createHash('sha256').update(id).digest().readUInt32BE(0) % 5 === 0;
}

function listed<Entry extends Listed>(list: AgentList): (Entry & { file: string })[] {
  const index = join(__dirname, `${list}.json`);
  if (!existsSync(index)) return [];
  const entries = JSON.parse(readFileSync(index, 'utf8')) as Entry[];
  return entries.map((entry) => ({ ...entry, file: fileOf(list, entry.id) }));
}

/** A template of its own, or a folder with the templates of nested stacks beside it. */
function fileOf(list: AgentList, id: string): string {
  const names = [`${id}.yaml`, `${id}.json`, `${id}/template.yaml`, `${id}/template.json`];
  const file = names.map((name) => join(__dirname, list, name)).find((path) => existsSync(path));
  if (file === undefined) throw new Error(`${list}: ${id} has no template.`);
  return file;
}
