/** Three-valued logic. `depends`: it may be true and it may be false. */
export type Truth = 'true' | 'false' | 'depends';

/** False when one is false; otherwise `depends` when one depends. */
export function and(...truths: Truth[]): Truth {
  if (truths.includes('false')) return 'false';
  return truths.includes('depends') ? 'depends' : 'true';
}

/** True when one is true; otherwise `depends` when one depends. */
export function or(...truths: Truth[]): Truth {
  if (truths.includes('true')) return 'true';
  return truths.includes('depends') ? 'depends' : 'false';
}

/** `depends` stays `depends`. */
export function not(truth: Truth): Truth {
  return truth === 'depends' ? 'depends' : truth === 'true' ? 'false' : 'true';
}

/** The common result of all alternatives; `depends` when they differ. */
export function agree(truths: readonly Truth[]): Truth {
  const [first = 'depends'] = truths;
  return truths.every((truth) => truth === first) ? first : 'depends';
}

/** A boolean as a truth value. */
export function truthOf(holds: boolean): Truth {
  return holds ? 'true' : 'false';
}
