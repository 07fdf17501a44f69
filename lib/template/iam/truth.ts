/** Three-valued logic: `depends` is neither safe to rely on nor safe to rule out. */
export type Truth = 'true' | 'false' | 'depends';

export function and(...truths: Truth[]): Truth {
  if (truths.includes('false')) return 'false';
  return truths.includes('depends') ? 'depends' : 'true';
}

export function or(...truths: Truth[]): Truth {
  if (truths.includes('true')) return 'true';
  return truths.includes('depends') ? 'depends' : 'false';
}

export function not(truth: Truth): Truth {
  return truth === 'depends' ? 'depends' : truth === 'true' ? 'false' : 'true';
}

/** What holds in every alternative; `depends` when they differ. */
export function agree(truths: readonly Truth[]): Truth {
  const [first = 'depends'] = truths;
  return truths.every((truth) => truth === first) ? first : 'depends';
}

export function truthOf(holds: boolean): Truth {
  return holds ? 'true' : 'false';
}
