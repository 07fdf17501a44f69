/** What the desk answered to a decision. */
export interface Answer {
  /** The HTTP status. */
  readonly status: number;
  /** `DECIDED`, or why not. Empty where the desk's API itself refused. */
  readonly code: string;
}

/** A person who has signed in. */
export interface Person {
  /** As in the ledger. */
  readonly actor: RegExp;
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

/** Who plays. */
export interface Cast {
  readonly maria: Person;
  readonly paul: Person;
  /** Somebody of another group, if the way admits such a person at all. */
  readonly eve: Person | undefined;
  /** Maria by each further account that she has. */
  readonly mariaElsewhere: readonly Person[];
  /** As a session names Maria that runs for her. */
  readonly mariaAsUser: string;
  readonly forgeries: readonly Forgery[];
  /** What happens at the issuer, if there is one. */
  readonly atIssuer?: {
    /** Paul, who signs in after the issuer withdrew its keys. */
    rotateKeys(): Promise<Person>;
    /** Whoever signed in while the issuer was down. */
    goDown(): Promise<Person | undefined>;
  };
}

/** How people reach the desk: each has its own proofs of who somebody is, and its own ways to forge one. */
export interface WayIn {
  readonly name: string;
  cast(): Promise<Cast>;
}
