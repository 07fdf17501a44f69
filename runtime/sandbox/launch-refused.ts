import type { LaunchRefusal, LaunchRefusalCode } from '../core/contracts';
import { TokenRefused } from '../oidc/token-refused';

/** A launch that opens no session. The reason says what to send instead, and never repeats what was sent. */
export class LaunchRefused extends Error {
  constructor(
    readonly code: LaunchRefusalCode,
    reason: string,
  ) {
    super(reason);
  }
}

/** The reply for an error that the application can act on. @throws the error, if it is another */
export function refusalOf(error: unknown): LaunchRefusal {
  if (error instanceof LaunchRefused || error instanceof TokenRefused) {
    return { v: 1, code: error.code, reason: error.message };
  }
  throw error;
}
