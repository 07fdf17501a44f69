/** What happens to an outbound call whose arguments hold something that shouldn't leave. */
export enum FindingAction {
  /** The call runs with a note in place of the found text. If it is encoded, the call is denied. */
  REDACT = 'redact',
  /** The call is denied, and the agent is told why. */
  DENY = 'deny',
  /** A person is asked, even if the tool is auto-approved. */
  ASK = 'ask',
  /** The call isn't checked for this. */
  ALLOW = 'allow',
}
