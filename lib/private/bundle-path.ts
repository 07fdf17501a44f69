import { existsSync } from 'node:fs';
import * as path from 'node:path';

/**
 * The folder of a prebuilt bundle of `runtime/`. This file runs from `lib/private` in a clone and from `build/lib/private`
 * in the published package, so the package's root is found by its `package.json`.
 * @internal
 */
export function bundlePath(bundle: string): string {
  return path.join(packageRoot(__dirname), 'runtime-bundles', bundle);
}

function packageRoot(directory: string): string {
  if (existsSync(path.join(directory, 'package.json'))) return directory;
  const parent = path.dirname(directory);
  if (parent === directory) throw new Error(`No package.json was found above ${__dirname}; install the package again.`);
  return packageRoot(parent);
}
