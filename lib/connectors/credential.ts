import type { HttpCredential } from '../../runtime/core/executor-config';

/**
 * A credential by name. Its value lives in the connector's own secret, is read by the connector's own executor when a
 * tool runs, and never reaches the model.
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

  /** A header of its own, such as `x-api-key`. */
  public static header(name: string, headerName: string): Credential {
    if (!/^[A-Za-z0-9-]{1,64}$/.test(headerName)) {
      throw new Error(`Credential.header: "${headerName}" is no header name; write letters, digits and -`);
    }
    return new Credential({ name, kind: 'header', headerName });
  }

  /** The name that logs, approvals and the agent know it by. */
  public readonly name: string;

  private constructor(
    /** @internal */
    public readonly _http: HttpCredential,
  ) {
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(_http.name)) {
      throw new Error(
        `Credential: "${_http.name}" is no name; write letters, digits, _ and -, and never the value itself`,
      );
    }
    this.name = _http.name;
  }
}
