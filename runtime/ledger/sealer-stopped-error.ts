/** The locked bucket contradicts what the sealer would write. It stops and signs nothing: a person must look. */
export class SealerStoppedError extends Error {
  constructor(
    readonly code: 'FORK' | 'LEDGER_ALTERED' | 'BATCH_MALFORMED' | 'KEY_UNKNOWN',
    message: string,
  ) {
    super(`${code}: ${message}`);
    this.name = 'SealerStoppedError';
  }
}
