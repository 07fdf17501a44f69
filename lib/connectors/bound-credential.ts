import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { SECRET } from '../private/props/cdk-shapes';
import { fromFactory } from '../private/props/from-factory';
import { instanceOf, listOf, optional, struct, text } from '../private/props/shape';
import { Credential } from './credential';
import { Effect } from './effect';

/** Where a bound credential's value is. */
export interface BoundCredentialOptions {
  /**
   * A secret that holds the value already. See `CredentialOptions.secret`.
   * @default - a secret and a key of its own, which only the executor of its tools can read
   */
  readonly secret?: secretsmanager.ISecret;
}

/** Which tools a credential is for. @internal */
export type CredentialBinding = { readonly effects: readonly Effect[] } | { readonly tools: readonly string[] };

const CREDENTIAL = instanceOf(Credential, "Credential.bearer('tickets-read')");
const OPTIONS = struct<BoundCredentialOptions>({ secret: optional(SECRET) }, '{ secret }');

/**
 * A second credential of a connector, for some of its tools: a token that may only read, for what only reads. It has a secret,
 * a function and a role of its own, so the role that reads one credential never reads the other.
 *
 * A credential that is bound to a tool comes before one that is bound to the tool's effect. All other tools have the
 * connector's `credential`.
 *
 * The connector refuses a binding to no tool or effect, or to the same one twice.
 */
export class BoundCredential {
  /** For tools with `Effect.READ`. A tool that declares no effect counts as destructive, so it isn't one of them. */
  public static forReads(credential: Credential, options: BoundCredentialOptions = {}): BoundCredential {
    const given = { credential: [CREDENTIAL, credential], options: [OPTIONS, options] } as const;
    return fromFactory(
      BoundCredential,
      'BoundCredential.forReads',
      given,
      () => new BoundCredential(credential, options, { effects: [Effect.READ] }),
    );
  }

  /** For tools with one of these effects. */
  public static forEffects(
    effects: Effect[],
    credential: Credential,
    options: BoundCredentialOptions = {},
  ): BoundCredential {
    const given = {
      effects: [listOf(instanceOf(Effect, 'Effect.READ'), 'Effect.READ'), effects],
      credential: [CREDENTIAL, credential],
      options: [OPTIONS, options],
    } as const;
    return fromFactory(BoundCredential, 'BoundCredential.forEffects', given, () => {
      if (effects.length === 0) throw new Error('effects is empty; write at least one, such as Effect.READ');
      return new BoundCredential(credential, options, { effects });
    });
  }

  /** For tools by name, whatever their effect. */
  public static forTools(
    toolNames: string[],
    credential: Credential,
    options: BoundCredentialOptions = {},
  ): BoundCredential {
    const given = {
      toolNames: [listOf(text('tickets_refund'), "'tickets_refund'"), toolNames],
      credential: [CREDENTIAL, credential],
      options: [OPTIONS, options],
    } as const;
    return fromFactory(BoundCredential, 'BoundCredential.forTools', given, () => {
      if (toolNames.length === 0) throw new Error("toolNames is empty; write at least one, such as 'tickets_refund'");
      return new BoundCredential(credential, options, { tools: toolNames });
    });
  }

  /** The credential's name, as logs, approvals and the agent see it. */
  public readonly name: string;

  private constructor(
    /** @internal */
    public readonly _credential: Credential,
    /** @internal */
    public readonly _options: BoundCredentialOptions,
    /** @internal */
    public readonly _binding: CredentialBinding,
  ) {
    this.name = _credential.name;
  }
}
