import type { Assembly, Resource, Template } from '../template';

/** The six parts that the rules guard, and the template that they all read. */
export type Pillar = 'network' | 'sandbox' | 'least-privilege' | 'secrets' | 'gate' | 'audit' | 'template';

/**
 * How bad it is. `fatal` can't be acknowledged: without it the other protections mean nothing (isolation, the gate, the
 * lock of the ledger). `error` can, with a reason. `warning` never fails a run.
 */
export type Severity = 'fatal' | 'error' | 'warning';

/** One place that breaks a rule, or of which the rule can't be proven. */
export interface Offence {
  /** The whole template where no resource is to blame. */
  readonly resource: Resource | Template;
  /** Path below the resource: `Properties.SecurityGroupEgress[0].CidrIp`. */
  readonly property: string;
  /** What is wrong there; never the value of something secret. */
  readonly message: string;
  /**
   * What exactly is acknowledged: it becomes part of the id, `Rule[detail]`, so that an acknowledgement doesn't hide what
   * is added later. @default - the rule as a whole, on this resource
   */
  readonly detail?: string;
}

/** One rule over a whole synthesized app. */
export interface Rule {
  /** Stable: acknowledgements name it. */
  readonly id: string;
  readonly pillar: Pillar;
  readonly severity: Severity;
  /** What must hold, in one sentence. */
  readonly holds: string;
  /** Where the rule comes from: an AWS page, a CIS, NIST or OWASP number. */
  readonly source: string;
  /** What to write instead. */
  readonly fix: string;
  /** Every offence. A value that isn't known from the template is one: it can't be proven. */
  check(assembly: Assembly): Iterable<Offence>;
}

/** A broken rule at one place, as it is reported. */
export interface Finding {
  /** The id to acknowledge: `Rule` or `Rule[detail]`. */
  readonly ruleId: string;
  readonly severity: Severity;
  /** Logical id; empty when the finding is about a whole template. */
  readonly resource: string;
  /** Construct path, else `template#LogicalId`. */
  readonly path: string;
  /** The template's file, relative to the app's output folder. */
  readonly template: string;
  /** Line of the resource in it, from 1. */
  readonly line?: number;
  /** Path below the resource. */
  readonly property: string;
  readonly message: string;
  readonly fix: string;
}
