import { readFileSync } from 'node:fs';
import path from 'node:path';
import { MANIFESTS_FILE, type Manifest } from '../core/contracts';

/**
 * The manifest that synth put into the function's bundle: the tools and policies of this deployment.
 * @param directory the bundle's own folder, `__dirname` of its handler
 */
export function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(path.join(directory, 'manifest.json'), 'utf8')) as Manifest;
}

/** The same for a function that serves all agents of a platform: their manifests by their ids. */
export function readManifests(directory: string): ReadonlyMap<string, Manifest> {
  const text = readFileSync(path.join(directory, MANIFESTS_FILE), 'utf8');
  return new Map(Object.entries(JSON.parse(text) as Record<string, Manifest>));
}
