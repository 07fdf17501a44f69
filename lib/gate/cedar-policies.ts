import * as fs from 'node:fs';
import type { PolicySetName } from '../../runtime/core/cedar/written-policies';

/**
 * Hand-written Cedar policies, in one of the three sets that are evaluated apart. They are validated at synth against a
 * schema that is made from the tools' input schemas: a typo fails the synth, and never opens the gate. Each policy needs
 * an `@id`, by which denials and the ledger name it. See docs/policies.md.
 */
export class CedarPolicies {
  /**
   * Hard denials: `forbid` policies that no other policy overrides.
   * @param path a `.cedar` file, relative to the working directory of the app
   * @throws Error when the file can't be read
   */
  public static deny(path: string): CedarPolicies {
    return new CedarPolicies('deny', path);
  }

  /**
   * Scope: `permit` policies, beside those of `allow`. What is destructive or outbound still asks a person.
   * @param path a `.cedar` file, relative to the working directory of the app
   * @throws Error when the file can't be read
   */
  public static allow(path: string): CedarPolicies {
    return new CedarPolicies('allow', path);
  }

  /**
   * Whether a person is asked. Here a `forbid` asks one, also for a tool that only reads, and a `permit` is an
   * auto-approval: what it permits runs without a person. A `forbid` wins.
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
