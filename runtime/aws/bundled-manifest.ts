import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Manifest } from '../core/contracts';

/**
 * The manifest that synth put into the function's bundle: the tools and policies of this deployment.
 * @param directory the bundle's own folder, `__dirname` of its handler
 */
export function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(path.join(directory, 'manifest.json'), 'utf8')) as Manifest;
}
