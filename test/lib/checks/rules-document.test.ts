import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { RULES } from '../../../lib/checks/rules';
import { RULES_DOCUMENT, rulesDocument } from '../../../scripts/rules-document';

const page = readFileSync(path.join(__dirname, '../../..', RULES_DOCUMENT), 'utf8');

test('docs/rules.md is what npm run rules-document writes', () => expect(page).toBe(rulesDocument(page)));

test('it has each rule once', () =>
  expect(page.match(/^### \w+ \((fatal|error|warning)\)$/gm)).toHaveLength(RULES.length));

test('a page without the line at which the rules begin is refused', () => {
  expect(() => rulesDocument('# Rules\n')).toThrow('docs/rules.md lacks the line');
});
