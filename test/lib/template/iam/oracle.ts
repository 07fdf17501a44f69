import { fc } from '../../../seed';
import { CASES, isExplained, oracle, ours } from './generated-cases';

export interface Comparison {
  readonly compared: number;
  readonly allowed: number;
  /** Undecided by ours, with the one reason that is accepted. */
  readonly explained: number;
  readonly differences: string[];
}

/** Runs both evaluators over generated cases. */
export async function compareWithOracle(count: number): Promise<Comparison> {
  const differences: string[] = [];
  let allowed = 0;
  let explained = 0;
  for (const generated of fc.sample(CASES, { numRuns: count })) {
    const theirs = await oracle(generated);
    const mine = ours(generated);
    if ('error' in theirs) differences.push(`oracle refused: ${theirs.error}`);
    else if (mine === 'depends' && isExplained(generated)) explained += 1;
    else if (mine !== String(theirs.allowed)) differences.push(JSON.stringify({ mine, theirs, generated }));
    if ('allowed' in theirs && theirs.allowed) allowed += 1;
  }
  return { compared: count, allowed, explained, differences };
}
