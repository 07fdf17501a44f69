/** What happens to a call beyond a limit. */
export enum LimitAction {
  /** A person is asked. An approved call runs, and counts too. */
  ASK = 'ask',
  /** The call is denied with `LIMIT_REACHED`, even if a person approved it. */
  DENY = 'deny',
}
