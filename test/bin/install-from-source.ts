import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');

/** Gives an app what `npm install` would, with this package from its source. */
export function installFromSource(folder: string): void {
  const modules = path.join(folder, 'node_modules');
  const own = path.join(modules, 'cdk-hardened-agent');
  mkdirSync(own, { recursive: true });
  for (const name of [
    '.bin',
    '@types',
    'aws-cdk',
    'aws-cdk-lib',
    'cdk-nag',
    'constructs',
    'tsx',
    'typescript',
    'undici-types',
  ]) {
    const target = path.join(ROOT, 'node_modules', name);
    if (existsSync(target)) symlinkSync(target, path.join(modules, name));
  }
  const index = JSON.stringify(path.join(ROOT, 'lib/index'));
  writeFileSync(path.join(own, 'package.json'), '{"name":"cdk-hardened-agent","main":"index.js","types":"index.d.ts"}');
  writeFileSync(path.join(own, 'index.js'), `module.exports = require(${index});\n`);
  writeFileSync(path.join(own, 'index.d.ts'), `export * from ${index};\n`);
}
