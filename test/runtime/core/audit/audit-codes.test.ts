import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AUDIT_CODES } from '../../../../runtime/core/audit/audit-finding';

const page = readFileSync(path.join(__dirname, '../../../../docs/ledger.md'), 'utf8');

test.each(AUDIT_CODES)('%s is explained', (code) => {
  expect(page).toContain(`\`${code}\``);
});

test('no other code is explained', () => {
  const explained =
    page.match(/^\| .*\|$/gm)?.flatMap((row) => row.split('|')[1].match(/`(?!HARDENED_AGENT_)[A-Z_]{4,}`/g) ?? []) ??
    [];
  for (const code of explained) expect(AUDIT_CODES).toContain(code.replaceAll('`', ''));
  expect(explained.length).toBe(AUDIT_CODES.length);
});
