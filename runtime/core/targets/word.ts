/** A word of the task: what stands between white space. */
export interface Word {
  /** As written. */
  readonly raw: string;
  /** Without enclosing punctuation. */
  readonly text: string;
  /** Whether punctuation stands before it, as in `(AC-1`. */
  readonly opens: boolean;
  /** The punctuation after it, as in `AC-1),`. */
  readonly after: string;
  /** Whether a line ends after it. */
  readonly endsLine: boolean;
}
