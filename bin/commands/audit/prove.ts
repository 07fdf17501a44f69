import { proveEntry } from '../../audit/entry-proof';
import { type ArgumentDefinition, defineCommand } from '../../command-line/define-command';
import { UsageError } from '../../command-line/usage-error';
import { withVerifyAdvice } from '../../ledger/ledger-fault';
import { KEY_OPTION, LEDGER_OPTIONS, openLedger } from '../../ledger/ledger-options';
import { StoredLedger } from '../../ledger/stored-ledger';

const ENTRY_KEY = /^entries\/[A-Za-z0-9][A-Za-z0-9_-]{0,127}\/\d{12}$/;

const ENTRY: ArgumentDefinition<string> = {
  name: 'ENTRY',
  description: 'the key of one entry, entries/SESSION/NUMBER',
  read: (given) => {
    if (ENTRY_KEY.test(given)) return given;
    throw new UsageError(
      `"${given}" is not the key of an entry. Write entries/SESSION/NUMBER, the number with 12 digits.`,
    );
  },
};

export const prove = defineCommand({
  description: `Prints a proof that one entry is in the ledger. A holder of the public key can check it, and sees no other
entry.`,
  argument: ENTRY,
  options: { key: KEY_OPTION, ...LEDGER_OPTIONS },
  examples: ['hardened-agent audit prove entries/s-0123/000000000007 --dir copy --key ledger.key > entry.tlog-proof'],
  exitCodes: { 0: 'the proof was printed', 1: 'there is no such entry, or no proof can be made' },
  permissions: ['s3:ListBucket', 's3:GetObject'],
  run: async ({ argument: entry, options: { key, ...places }, io }) => {
    const ledger = new StoredLedger(openLedger(places).stores);
    const proof = await withVerifyAdvice(places, () => proveEntry(ledger, entry, key));
    for (const line of proof.trimEnd().split('\n')) io.out(line);
    return 0;
  },
});
