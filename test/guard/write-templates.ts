import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { GUARDED_APPS, type GuardedApp } from './apps';
import { maskedTemplates } from './masked-template';

/** Writes what the guard compares into a folder, a file for each app. */
const [folder = '.'] = process.argv.slice(2);
for (const name of Object.keys(GUARDED_APPS) as GuardedApp[]) {
  writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify(maskedTemplates(name), null, 1)}\n`);
}
