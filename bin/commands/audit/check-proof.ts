import { withoutConversion } from '../../../runtime/core/merkle/note';
import { checkProof as checkProofFile } from '../../audit/entry-proof';
import { timelineOf } from '../../audit/session-timeline';
import { type ArgumentDefinition, defineCommand } from '../../command-line/define-command';
import { readGivenFileOrInput } from '../../command-line/given-file';
import { flag } from '../../command-line/option';
import { KEY_OPTION } from '../../ledger/ledger-options';

const PROOF: ArgumentDefinition<string> = {
  name: 'FILE',
  description: 'a proof that "hardened-agent audit prove" printed, or - for standard input',
  read: (file, _, io) => readGivenFileOrInput(file, 'FILE', io),
};

export const checkProof = defineCommand({
  description: 'Checks a proof of one entry, offline, with nothing but the file and the public key.',
  argument: PROOF,
  options: { key: KEY_OPTION, json: flag('print the proven entry as JSON') },
  examples: ['hardened-agent audit check-proof entry.tlog-proof --key ledger.key'],
  exitCodes: { 0: 'the entry is proven', 1: 'the file proves nothing' },
  run: async ({ argument: text, options, io }) => {
    const unix = withoutConversion(text);
    const proof = unix.endsWith('\n') ? unix : `${unix}\n`;
    const { problem, key, leaf, size, entry } = checkProofFile(proof, options.key);
    if (problem) {
      io.out(`This proves nothing: ${problem}`);
      return 1;
    }
    if (options.json) io.json({ key, leaf, size, entry });
    else {
      io.out(`Proven: ${key} is leaf ${leaf} of the ${size} that were signed. It says:`);
      for (const line of timelineOf(entry ? [entry] : []).slice(1, -1)) io.out(line);
    }
    return 0;
  },
});
