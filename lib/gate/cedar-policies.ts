import * as fs from 'node:fs';
import { tooDeep } from '../../runtime/core/cedar/too-deep';
import type { PolicySetName } from '../../runtime/core/cedar/written-policies';
import { fromFactory } from '../private/props/from-factory';
import { text } from '../private/props/shape';

/**
 * Hand-written Cedar policies, for one of three sets that are evaluated separately. Synthesis validates them against a schema
 * that is generated from the tools' input schemas, so a typo fails the synthesis and never opens the gate. Each policy needs
 * an `@id`, which denials and the ledger name. See docs/policies.md.
 */
export class CedarPolicies {
  /**
   * Denials: `forbid` policies that no other policy overrides.
   * @param path a `.cedar` file, relative to the working directory of the app
   */
  public static deny(path: string): CedarPolicies {
    return CedarPolicies.ofSet('deny', path);
  }

  /**
   * Scope: `permit` policies, in addition to those of the runtime's `allow`. Destructive and outbound tools still ask a
   * person.
   * @param path a `.cedar` file, relative to the working directory of the app
   */
  public static allow(path: string): CedarPolicies {
    return CedarPolicies.ofSet('allow', path);
  }

  /**
   * Whether a person is asked. In this set, a `forbid` asks a person, even for a tool that only reads, and a `permit` is an
   * auto-approval: the calls that it permits run without a person. A `forbid` overrides a `permit`.
   * @param path a `.cedar` file, relative to the working directory of the app
   */
  public static ask(path: string): CedarPolicies {
    return CedarPolicies.ofSet('ask', path);
  }

  private static ofSet(set: PolicySetName, path: string): CedarPolicies {
    const given = { path: [text(`${set}.cedar`), path] } as const;
    return fromFactory(CedarPolicies, `CedarPolicies.${set}`, given, () => new CedarPolicies(set, path));
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
      throw new Error(`${path} can't be read; write a path relative to where the app runs`);
    }
    const deep = tooDeep(this._text);
    if (deep !== undefined) throw new Error(`${path}: ${deep}`);
  }
}
