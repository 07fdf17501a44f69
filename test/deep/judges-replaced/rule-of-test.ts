import type { Rule } from '../../../lib/checks/rule';

/** The rule that a test file is about: `audit/ledger-locked-create-only.test.ts` is about `AuditLedgerLocked`. */
export function ruleOfTest(file: string, rules: readonly Rule[]): string | undefined {
  const spelled = file
    .replace(/\.test\.ts$/, '')
    .replaceAll(/(?:^|[/\\-])(\w)/g, (_, letter: string) => letter.toUpperCase());
  const [longest] = rules
    .map(({ id }) => id)
    .filter((id) => spelled.startsWith(id))
    .sort((a, b) => b.length - a.length);
  return longest;
}
