import type { TokenRefusal } from '../core/contracts';

/** A token that proves nothing. The reason says what to do, and never repeats a part of the token. */
export class TokenRefused extends Error {
  constructor(
    readonly code: TokenRefusal,
    reason: string,
  ) {
    super(reason);
  }
}
