import { copyFileSync, cpSync, existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

const CEDAR_WASM = 'cedar_wasm_bg.wasm';

/**
 * The folder of a prebuilt bundle of `runtime/`. This file runs from `lib/private` in a clone and from `build/lib/private`
 * in the published package, so the package's root is found by its `package.json`.
 * @internal
 */
export function bundlePath(bundle: string): string {
  return path.join(packageRoot(__dirname), 'runtime-bundles', bundle);
}

/**
 * Copies a bundle into a folder, complete. The package holds Cedar's WebAssembly once, and not in each bundle that reads it.
 * @internal
 */
export function copyBundle(bundle: string, folder: string): void {
  cpSync(bundlePath(bundle), folder, { recursive: true });
  if (readFileSync(path.join(folder, 'index.js'), 'utf8').includes(CEDAR_WASM)) {
    copyFileSync(path.join(packageRoot(__dirname), 'build/cedar', CEDAR_WASM), path.join(folder, CEDAR_WASM));
  }
}

function packageRoot(directory: string): string {
  if (existsSync(path.join(directory, 'package.json'))) return directory;
  const parent = path.dirname(directory);
  if (parent === directory) throw new Error(`No package.json was found above ${__dirname}; install the package again.`);
  return packageRoot(parent);
}
