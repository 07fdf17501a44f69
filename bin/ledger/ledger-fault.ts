import { escapeToLine } from '../../runtime/core/display';
import { commandHint, optionWords } from '../command-line/command-hint';

/** Something in the ledger is not as it must be. `audit verify` finds out what else is wrong. */
export class LedgerFault extends Error {
  /** @param message may contain keys of planted objects, so it stays on one line */
  constructor(message: string) {
    super(escapeToLine(message));
  }
}

/** Runs work on a ledger. If it finds a fault, the error says how to verify the whole ledger. */
export async function withVerifyAdvice<Result>(
  { dir, ledgerBucket }: { readonly dir?: string; readonly ledgerBucket?: string },
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LedgerFault)) throw error;
    const place = dir === undefined ? optionWords('--ledger-bucket', ledgerBucket) : ['--dir', dir];
    throw new Error(`${error.message} Verify the ledger: ${commandHint('audit', 'verify', ...place, '--key', 'KEY')}`);
  }
}
