import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { RULES } from '../../../lib/checks/rules';

test('docs/rules.md says of each rule what the code says', () => {
  const document = readFileSync(path.join(__dirname, '../../../docs/rules.md'), 'utf8');
  for (const { id, severity, holds, fix, source } of RULES) {
    expect(document).toContain(`### ${id} (${severity})\n\n${holds}\n\n- Fix: ${fix}\n- Source: ${source}\n`);
  }
  expect(document.match(/^### /gm)).toHaveLength(RULES.length);
});
