import { lstatSync } from 'node:fs';
import path from 'node:path';
import type { CopyOddity } from '../../runtime/core/audit/ledger-source';
import { type CopyFacts, readCopyFacts } from './copy-facts';
import { FolderStore, type FoundInFolder } from './folder-store';
import type { OpenedLedger } from './stored-ledger';

/** Opens a downloaded copy. @throws Error when the folder is not one */
export function openCopy(dir: string): OpenedLedger & { readonly copiedAt: number } {
  const facts = readCopyFacts(dir);
  const ledger = part(dir, 'ledger');
  const witness = part(dir, 'witness');
  return {
    stores: {
      ledger: ledger ?? new FolderStore(path.join(dir, 'ledger')),
      publication: part(dir, 'publication'),
      witness,
      history: async function* (prefix = '') {
        yield* facts.history.filter(({ key }) => key.startsWith(prefix));
      },
      oddities: () => odditiesOf(facts, ledger, witness),
    },
    copiedAt: Date.parse(facts.at),
  };
}

/** Undefined where the copy has no such part. @throws Error for a link: it may lead to another ledger than the copied one */
function part(dir: string, name: string): FolderStore | undefined {
  const folder = path.join(dir, name);
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (stats.isDirectory()) return new FolderStore(folder);
  throw new Error(`${folder} is not a folder. Links are not followed: give --dir the folder that the copy is in.`);
}

async function* odditiesOf(facts: CopyFacts, ledger?: FolderStore, witness?: FolderStore): AsyncIterable<CopyOddity> {
  for (const { key, why } of facts.notCopied ?? []) {
    yield { key, what: 'NOT_COPIED', message: `The download could not copy this object. ${why}` };
  }
  for (const prefix of ['checkpoints/', 'batches/', 'entries/']) {
    for (const found of ledger?.oddities(prefix) ?? []) yield oddity(found, '');
  }
  for (const found of witness?.oddities('checkpoints/') ?? []) yield oddity(found, 'witness: ');
}

function oddity({ key, kind }: FoundInFolder, holder: string): CopyOddity {
  return kind === 'stray file'
    ? { key: `${holder}${key}`, what: 'STRAY_FILE', message: '' }
    : {
        key: `${holder}${key}`,
        what: 'NOT_A_FILE',
        message: `The copy has a ${kind} here. A download stores regular files only, so it was not read.`,
      };
}
