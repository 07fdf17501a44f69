import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HERE } from './checkout';
import { RULES_DOCUMENT, rulesDocument } from './rules-document';

/** `npm run rules-document`: writes what the rules say of themselves into their page. */
const file = path.join(HERE, RULES_DOCUMENT);
writeFileSync(file, rulesDocument(readFileSync(file, 'utf8')));
