// Has the package's entry load a class when it is asked for: an app that only uses the checks doesn't load every construct.
import './node-version.mjs';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const entry = path.join(root, 'build/lib/index.js');
const require = createRequire(entry);

const modules = [...readFileSync(entry, 'utf8').matchAll(/require\("(\.\/[^"]+)"\)/g)].map(([, module]) => module);
// By name, because it has to run before anything else loads, and exports nothing.
const [first, ...others] = modules;
if (first !== './private/node-version')
  throw new Error(`build/lib/index.js begins with ${first}, not with the check of Node’s version.`);

const named = others.flatMap((module) => Object.keys(require(module)).map((name) => ({ name, module })));
const isExported = new Set(Object.keys(require(entry)));
// One module may export more than the entry does, as with `export { ApproverRole } from`.
const lazy = named.filter(({ name }) => isExported.has(name));
if (lazy.length !== isExported.size)
  throw new Error(`${isExported.size} names are exported, and ${lazy.length} were found.`);

writeFileSync(
  entry,
  `"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
require("${first}");
const later = (name, get) => Object.defineProperty(exports, name, { enumerable: true, configurable: true, get });
${lazy.map(({ name, module }) => `later("${name}", () => require("${module}").${name});`).join('\n')}
// So that \`import { … }\` of ECMAScript modules finds the names.
0 && (module.exports = { ${lazy.map(({ name }) => name).join(', ')} });
`,
);
