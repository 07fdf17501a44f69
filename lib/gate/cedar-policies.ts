import * as fs from 'node:fs';
import type { PolicySetName } from '../../runtime/core/cedar/written-policies';

/**
 * Hand-written Cedar policies, for one of three sets that are evaluated separately. Synthesis validates them against a schema
 * that is generated from the tools' input schemas, so a typo fails the synthesis and never opens the gate. Each policy needs
 * an `@id`, which denials and the ledger name. See docs/policies.md.
 */
export class CedarPolicies {
  /**
   * Denials: `forbid` policies that no other policy overrides.
   * @param path a `.cedar` file, relative to the working directory of the app
   * @throws Error when the file can't be read
   */
  public static deny(path: string): CedarPolicies {
    return new CedarPolicies('deny', path);
  }

  /**
   * Scope: `permit` policies, in addition to those of the runtime's `allow`. Destructive and outbound tools still ask a
   * person.
   * @param path a `.cedar` file, relative to the working directory of the app
   * @throws Error when the file can't be read
   */
  public static allow(path: string): CedarPolicies {
    return new CedarPolicies('allow', path);
  }

  /**
   * Whether a person is asked. In this set, a `forbid` asks a person, even for a tool that only reads, and a `permit` is an
   * auto-approval: the calls that it permits run without a person. A `forbid` overrides a `permit`.
   * @param path a `.cedar` file, relative to the working directory of the app
   * @throws Error when the file can't be read
   */
  public static ask(path: string): CedarPolicies {
    return new CedarPolicies('ask', path);
  }

  /** @internal */
  public readonly _text: string;

  private constructor(
    /** @internal */
    public readonly _set: PolicySetName,
    /** The file. */
    public readonly path: string,
  ) {
    try {
      this._text = fs.readFileSync(path, 'utf8');
    } catch {
      throw new Error(`CedarPolicies.${_set}: ${path} can't be read; write a path relative to where the app runs`);
    }
  }
}
