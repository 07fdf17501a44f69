/** `ready` passes. `blocked` would stop the deployment or the first session. `unknown` could not be asked, and is no pass. */
export type Verdict = 'ready' | 'blocked' | 'unknown';

/** One answer of the account. */
export interface Finding {
  readonly verdict: Verdict;
  readonly text: string;
  /** What to run, or what to change, to make it ready. */
  readonly fix?: string;
}

export function ready(text: string): Finding {
  return { verdict: 'ready', text };
}

export function blocked(text: string, fix: string): Finding {
  return { verdict: 'blocked', text, fix };
}

export function unknown(text: string, fix?: string): Finding {
  return { verdict: 'unknown', text, ...(fix === undefined ? {} : { fix }) };
}

/** Problems as they are, or one line that says that there are none. */
export function unlessBlocked(problems: readonly Finding[], fine: string): readonly Finding[] {
  return problems.length > 0 ? problems : [ready(fine)];
}
