/**
 * `ready` passes. `blocked` would stop the deployment or the first session. `unknown` could not be asked, for example because
 * a permission is missing, and is no pass. `note` is for a person to read: these credentials can never answer it, or it stops
 * neither the deployment nor the first session. It doesn't change the exit code.
 */
export type Verdict = 'ready' | 'blocked' | 'unknown' | 'note';

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

export function unknown(text: string): Finding {
  return { verdict: 'unknown', text };
}

export function note(text: string, fix: string): Finding {
  return { verdict: 'note', text, fix };
}

/** Problems as they are, or one line that says that there are none. */
export function unlessBlocked(problems: readonly Finding[], fine: string): readonly Finding[] {
  return problems.length > 0 ? problems : [ready(fine)];
}
