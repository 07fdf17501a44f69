import path from 'node:path';
import type { Assembly } from '../../lib/template';

/** Name of a template that came by standard input. */
export const STANDARD_INPUT = 'standard input';

/**
 * The files of an assembly by their templates' names: relative to the folder in which the command runs, as an editor or a code
 * review names them. A file outside it has its whole path.
 */
export function shownFiles({ templates }: Assembly, folder: string = process.cwd()): ReadonlyMap<string, string> {
  return new Map(
    templates.map(({ name, source: { file } }) => [name, file === undefined ? name : shown(file, folder)]),
  );
}

function shown(file: string, folder: string): string {
  const relative = path.relative(folder, path.resolve(file));
  const isInside = relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
  return (isInside ? relative : path.resolve(file)).replaceAll(path.sep, '/');
}
