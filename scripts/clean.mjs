// Removes what the compiler wrote: a compiled file whose source is gone would be packed with the others.
import './node-version.mjs';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
for (const compiled of ['build/lib', 'build/runtime', 'build/tsconfig.tsbuildinfo', '.jsii', '.jsii.gz']) {
  rmSync(path.join(root, compiled), { recursive: true, force: true });
}
