import type { FindingAction } from './finding-action';

/** What happens to the calls of an outbound or destructive tool whose arguments hold something that shouldn't leave. */
export interface OutboundOptions {
  /**
   * Credentials, found by their form: keys of AWS, GitHub, Stripe and others, JSON web tokens, private keys, URLs with passwords.
   * @default FindingAction.DENY
   */
  readonly credentials?: FindingAction;
  /**
   * Images, forms, scripts and styles that send data when somebody sees them, and links that carry much data.
   * @default FindingAction.ASK
   */
  readonly activeContent?: FindingAction;
  /**
   * Instructions to a model, such as "ignore previous instructions", that the user's task doesn't contain.
   * @default FindingAction.ASK
   */
  readonly instructions?: FindingAction;
}
