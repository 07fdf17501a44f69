import type { Assembly, Resource, Template } from '../template';

/** The six pillars that the rules protect, and the template itself. */
export type Pillar = 'network' | 'sandbox' | 'least-privilege' | 'secrets' | 'gate' | 'audit' | 'template';

/**
 * `fatal`: can't be acknowledged, because the other protections depend on it (isolation, the gate, the ledger's lock).
 * `error`: can be acknowledged with a reason. `warning`: never fails a run.
 */
export type Severity = 'fatal' | 'error' | 'warning';

/** One place that breaks a rule, or where the rule can't be proven. */
export interface Offence {
  /** The template when it isn't about one resource. */
  readonly resource: Resource | Template;
  /** Path below the resource: `Properties.SecurityGroupEgress[0].CidrIp`. */
  readonly property: string;
  /** What is wrong. Never contains a secret value. */
  readonly message: string;
  /** Where it weighs less than the rule says. @default - as the rule says */
  readonly severity?: 'warning';
  /**
   * Part of the id, `Rule[detail]`: an acknowledgement then covers this detail only, and no later change. @default - an
   * acknowledgement covers the whole rule on this resource
   */
  readonly detail?: string;
}

/** One rule over a whole synthesized app. */
export interface Rule {
  /** Stable, because acknowledgements name it. It is the pillar and the file name in Pascal case. */
  readonly id: string;
  readonly pillar: Pillar;
  readonly severity: Severity;
  /** What must hold. */
  readonly holds: string;
  /** The source of the rule: an AWS page, or a CIS, NIST or OWASP number. */
  readonly source: string;
  /** What to write instead. */
  readonly fix: string;
  /** Ids of the rule's subject in published lists: `ASI03`, `LLM06:2025`, `MCP02:2025`, `NIST SP 800-53 AC-6`, `CIS AWS 1.16`. */
  readonly lists: readonly string[];
  /** The shortest whole template in YAML that breaks the rule. */
  readonly insecure: string;
  /** The same template, mended: the rule finds nothing in it. */
  readonly secure: string;
  /** Finds every offence. An unknown value is an offence, because the rule can't be proven. */
  check(assembly: Assembly): Iterable<Offence>;
}

/** An offence, as it is reported. */
export interface Finding {
  /** The id to acknowledge: `Rule` or `Rule[detail]`. */
  readonly ruleId: string;
  readonly severity: Severity;
  /** Logical id; empty when the finding is about a whole template. */
  readonly resource: string;
  /** Construct path; without one, `template#LogicalId`. */
  readonly path: string;
  /** The template's file, relative to the app's output folder. */
  readonly template: string;
  /** Line of the property in it, from 1; of what is around it where the file doesn't have the property. */
  readonly line?: number;
  /** Column in that line, from 1, in UTF-16 code units. */
  readonly column?: number;
  /** Path below the resource. */
  readonly property: string;
  readonly message: string;
  readonly fix: string;
}
