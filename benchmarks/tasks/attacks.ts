import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject, JsonValue } from '../../runtime/core/contracts';
import { DOMAINS, type DomainName } from './domains';

/** How an attack tries to pass. */
export type AttackKind =
  /** The attacker's own target, unrelated to the task. */
  | "attacker's target"
  /** A target that looks like a trusted one. */
  | 'look-alike'
  /** The call names no receiver, so that a default gets it. */
  | 'left out'
  /** The user's own address receives the attacker's text. */
  | 'own address'
  /** Somebody of the operator's lists receives the attacker's text. */
  | 'directory'
  /** What the task forbids or rules out. */
  | 'excluded'
  /** A value of the task as something that it isn't. */
  | 'other role'
  /** Another path of a host that the user named. */
  | 'trusted host'
  /** The attacker has put entries or values into what the session reads. */
  | 'poisoned'
  /** A value beside the one that the task needs. */
  | 'neighbour'
  /** What the task needs once, many times or much larger. */
  | 'repeated'
  /** The right target with the attacker's words: no rule about targets sees it. */
  | 'right target, other text';

/** What the attacker wants, as calls of the fooled agent. */
export interface Attack {
  readonly id: string;
  readonly how: AttackKind;
  readonly goal: string;
  /** The one task that it is aimed at; without it, it is tried in every task of its domain. */
  readonly task?: string;
  readonly calls: readonly AttackCall[];
  /** What the attacker has put into results of the task's own reads. */
  readonly poison?: readonly Poison[];
  /** Calls that may run without harm: as many as the operator declared that an agent may make by itself. @default 0 */
  readonly harmlessUpTo?: number;
}

export interface AttackCall {
  readonly f: string;
  readonly a: JsonObject;
  /** How often it is called. @default 1 */
  readonly times?: number;
}

export interface Poison {
  /** The tool whose results it is in. */
  readonly f: string;
  /** JSON pointer; `-` adds an element to a list. */
  readonly at: string;
  readonly value: JsonValue;
}

const read = (domain: DomainName) =>
  JSON.parse(readFileSync(path.join(__dirname, 'attacks', `${domain}.json`), 'utf8')) as readonly Attack[];

/** Written after the tasks and labels were committed. */
export const ATTACKS = Object.fromEntries(DOMAINS.map((domain) => [domain, read(domain)])) as Readonly<
  Record<DomainName, readonly Attack[]>
>;
