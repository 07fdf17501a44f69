import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../../runtime/core/contracts';

export const DOMAINS = ['operations', 'shop', 'practice'] as const;
export type DomainName = (typeof DOMAINS)[number];

/** A call of a ground truth. */
export interface TaskCall {
  readonly f: string;
  readonly a: JsonObject;
  /** What it gives back, if the tool declares an output. */
  readonly r?: JsonObject;
}

export interface Task {
  readonly id: string;
  readonly prompt: string;
  readonly calls: readonly TaskCall[];
}

export interface DomainTool {
  readonly name: string;
  readonly description: string;
  readonly input: JsonObject;
  /** Of tools that give something back. */
  readonly output?: JsonObject;
}

/** What the users of one organisation ask their assistant to do. */
export interface Domain {
  readonly about: string;
  readonly user: { readonly name: string; readonly email: string };
  /** Short lists of the operator's making, by the names that labels use. */
  readonly directory: Readonly<Record<string, readonly string[]>>;
  /** Names, and the addresses and accounts that the operator knows for them. */
  readonly addressBook: Readonly<Record<string, readonly string[]>>;
  readonly tools: readonly DomainTool[];
  readonly tasks: readonly Task[];
}

const read = (name: string) => JSON.parse(readFileSync(path.join(__dirname, name), 'utf8')) as unknown;

export const domains: Readonly<Record<DomainName, Domain>> = {
  operations: read('operations.json') as Domain,
  shop: read('shop.json') as Domain,
  practice: read('practice.json') as Domain,
};
