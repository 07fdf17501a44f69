import type { HttpCredential } from '../../runtime/core/executor-config';

/**
 * A credential by name. Its value is in the connector's own secret. The connector's executor reads it when a tool runs; the
 * model never gets it.
 */
export class Credential {
  /** `Authorization: Bearer <value>`. */
  public static bearer(name: string): Credential {
    return new Credential({ name, kind: 'bearer' });
  }

  /** `Authorization: Basic <base64 of value>`; the value is `user:password`. */
  public static basic(name: string): Credential {
    return new Credential({ name, kind: 'basic' });
  }

  /**
   * A header such as `x-api-key`.
   * @throws Error when the header's name contains other characters than letters, digits and -
   */
  public static header(name: string, headerName: string): Credential {
    if (!/^[A-Za-z0-9-]{1,64}$/.test(headerName)) {
      throw new Error(`Credential.header: "${headerName}" is not a header name; write letters, digits and -`);
    }
    return new Credential({ name, kind: 'header', headerName });
  }

  /** The name shown in logs, in approvals and to the agent. */
  public readonly name: string;

  private constructor(
    /** @internal */
    public readonly _http: HttpCredential,
  ) {
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(_http.name)) {
      throw new Error(
        `Credential: "${_http.name}" is not a name; write letters, digits, _ and -, and never the value itself`,
      );
    }
    this.name = _http.name;
  }
}
