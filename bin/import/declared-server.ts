/** How a connector shows a server who it is. The value is never part of it. */
export interface DeclaredCredential {
  readonly kind: 'bearer' | 'basic' | 'header';
  /** Its name in policies and logs, such as `github-personal-access-token`. */
  readonly name: string;
  /** Of kind `header`. */
  readonly headerName?: string;
}

/** Why something isn't imported, and what to do instead. */
export interface NotImported {
  readonly why: string;
  readonly instead: string;
}

/** A server as a configuration declares it, without any secret. */
export interface DeclaredServer {
  /** As the file names it. Foreign text: escape it. */
  readonly name: string;
  /** Its address. Undefined: it isn't imported. */
  readonly url?: string;
  readonly credential?: DeclaredCredential;
  /** What was found and what becomes of it, one sentence each. */
  readonly notes: readonly string[];
  readonly notImported?: NotImported;
}

/** Thrown where a server turns out not to be importable. */
export class CannotImport extends Error {
  constructor(
    readonly why: string,
    readonly instead: string,
  ) {
    super(why);
  }
}
