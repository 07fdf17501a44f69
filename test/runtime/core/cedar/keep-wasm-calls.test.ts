import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const BUNDLES = path.join(__dirname, '../../../../runtime-bundles');

// Without a manifest a bundle stops after its imports, which is late enough.
const LOAD = `
const seen = [];
const v8 = require('node:v8');
const set = v8.setFlagsFromString;
v8.setFlagsFromString = (flag) => { seen.push(flag); set(flag); };
WebAssembly.Module = new Proxy(WebAssembly.Module, {
  construct: (module, args) => { seen.push('WebAssembly'); return new module(...args); },
});
try { require(process.argv[1]); } catch {}
process.stdout.write(seen.join(' '));
process.exit(0);
`;

const deciding = readdirSync(BUNDLES).filter((bundle) => existsSync(path.join(BUNDLES, bundle, 'cedar_wasm_bg.wasm')));

test('the gate and the function of approved calls decide with Cedar', () => {
  expect(deciding).toEqual(expect.arrayContaining(['approvals-execute-approved', 'gate-gate']));
});

test.each(deciding)('%s keeps V8 from inlining calls of WebAssembly before it loads any', (bundle) => {
  const seen = execFileSync(process.execPath, ['-e', LOAD, path.join(BUNDLES, bundle, 'index.js')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(seen).toBe('--no-turbo-inline-js-wasm-calls WebAssembly');
});
