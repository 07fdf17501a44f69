import type { HttpCredential } from '../../runtime/core/executor-config';
import type { Arguments } from '../private/props/check';
import { fromFactory } from '../private/props/from-factory';
import { optional, struct, text } from '../private/props/shape';

const NAME = text('tickets-api');
const HEADER_NAME = text('x-api-key');
const PARAMETER_NAME = text('key');

/** How a secret holds a credential's value. */
export interface CredentialValueOptions {
  /**
   * The secret is a JSON object, and this member of it is the value: `token` of `{"token": "…"}`. A colon or a dot in it has no
   * special meaning. If the secret isn't such an object when a tool runs, the call is refused and nothing is sent.
   * @default - the whole text of the secret is the value
   */
  readonly jsonField?: string;
}

const OPTIONS = struct<CredentialValueOptions>({ jsonField: optional(text('token')) }, "{ jsonField: 'token' }");

/**
 * A credential by name. Its value is in the connector's own secret. The connector's executor reads it when a tool runs; the
 * model never gets it.
 *
 * A connector refuses a credential whose name has other characters than letters, digits, `_` and `-`, or over 128 of them.
 */
export class Credential {
  /** `Authorization: Bearer <value>`. */
  public static bearer(name: string, options: CredentialValueOptions = {}): Credential {
    const given = { name: [NAME, name], options: [OPTIONS, options] } as const;
    return Credential.named('bearer', given, () => ({ name, kind: 'bearer', ...fieldOf(options) }));
  }

  /** `Authorization: Basic <base64 of value>`; the value is `user:password`. */
  public static basic(name: string, options: CredentialValueOptions = {}): Credential {
    const given = { name: [NAME, name], options: [OPTIONS, options] } as const;
    return Credential.named('basic', given, () => ({ name, kind: 'basic', ...fieldOf(options) }));
  }

  /** A header such as `x-api-key`. */
  public static header(name: string, headerName: string, options: CredentialValueOptions = {}): Credential {
    const given = {
      name: [NAME, name],
      headerName: [HEADER_NAME, headerName],
      options: [OPTIONS, options],
    } as const;
    return Credential.named('header', given, () => ({ name, kind: 'header', headerName, ...fieldOf(options) }));
  }

  /**
   * A parameter of the query, such as `?key=<value>`. Servers and proxies write addresses into their logs, so the value is in these too:
   * prefer a header where the target takes one.
   */
  public static query(name: string, parameterName: string, options: CredentialValueOptions = {}): Credential {
    const given = {
      name: [NAME, name],
      parameterName: [PARAMETER_NAME, parameterName],
      options: [OPTIONS, options],
    } as const;
    return Credential.named('query', given, () => ({ name, kind: 'query', parameterName, ...fieldOf(options) }));
  }

  private static named(factory: string, given: Arguments, http: () => HttpCredential): Credential {
    return fromFactory(Credential, `Credential.${factory}`, given, () => new Credential(http()));
  }

  /** The name shown in logs, in approvals and to the agent. */
  public readonly name: string;

  private constructor(
    /** @internal */
    public readonly _http: HttpCredential,
  ) {
    // The messages don't repeat what was given: somebody may have written the credential's value.
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(_http.name)) {
      throw new Error(
        "the name has other characters than letters, digits, _ and -, or over 128 of them; write a name such as 'tickets-api', never the value itself",
      );
    }
    if (_http.headerName !== undefined && !/^[A-Za-z0-9-]{1,64}$/.test(_http.headerName)) {
      throw new Error(
        "the header name has other characters than letters, digits and -, or over 64 of them; write a name such as 'x-api-key'",
      );
    }
    if (_http.parameterName !== undefined && !/^[A-Za-z0-9_.~-]{1,64}$/.test(_http.parameterName)) {
      throw new Error(
        "the parameter's name has other characters than letters, digits, _, ., ~ and -, or over 64 of them; write a name such as 'key'",
      );
    }
    this.name = _http.name;
  }
}

function fieldOf({ jsonField }: CredentialValueOptions): Pick<HttpCredential, 'field'> {
  return jsonField === undefined ? {} : { field: jsonField };
}
