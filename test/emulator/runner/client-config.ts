export interface EmulatorCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What every AWS SDK client is made with: `new S3Client(emulator.clientConfig())`. */
export interface EmulatorClientConfig {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: EmulatorCredentials;
  /** S3 bucket names aren't host names here. */
  readonly forcePathStyle: true;
  /** Nor are `sync-` and other prefixes of API host names. */
  readonly disableHostPrefix: true;
}
