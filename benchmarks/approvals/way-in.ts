/** What the desk answered to a decision. */
export interface Answer {
  /** The HTTP status. */
  readonly status: number;
  /** `DECIDED`, or why not. Empty where the desk's API itself refused. */
  readonly code: string;
}

/** A person who has signed in. */
export interface Person {
  readonly name: string;
  /** Whether the desk shows the request as one that waits. */
  isShown(requestId: string): Promise<boolean>;
  decide(requestId: string, body: string): Promise<Answer>;
  /** Sends the same bytes twice, as somebody who recorded them would. */
  decideTwice(requestId: string, body: string): Promise<readonly [Answer, Answer]>;
}

/** A decision that is sent without the right to it. */
export interface Forgery {
  readonly name: string;
  send(requestId: string, body: string): Promise<Answer>;
}

/** How people reach the desk: each has its own proofs of who somebody is, and its own ways to forge one. */
export interface WayIn {
  readonly name: string;
  /** Signs a person in who has the group. Undefined: the way doesn't admit the person at all. */
  signIn(name: string, group: string): Promise<Person | undefined>;
  forgeries(): Promise<readonly Forgery[]>;
}
