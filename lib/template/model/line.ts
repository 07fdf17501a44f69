const indexes = new Map<string, ReadonlyMap<string, number>>();

/**
 * Line (from 1) on which a resource starts in the text of its template, JSON or YAML.
 *
 * The text isn't parsed: the line is that of the first member with this name inside `Resources`, at the indentation of the
 * first resource. For a template in one line it is 1.
 *
 * @returns undefined when there is no text or no such member
 */
export function lineOfResource(text: string | undefined, logicalId: string): number | undefined {
  if (text === undefined) return undefined;
  let index = indexes.get(text);
  if (index === undefined) {
    index = indexResources(text);
    indexes.set(text, index);
  }
  return index.get(logicalId);
}

function indexResources(text: string): Map<string, number> {
  const lines = text.split('\n');
  const found = new Map<string, number>();
  let depth: number | undefined;
  let inside = false;
  for (const [i, line] of lines.entries()) {
    const match = /^(\s*)["']?([A-Za-z0-9:]+)["']?\s*:/.exec(line);
    if (match === null) continue;
    const [, indent = '', key = ''] = match;
    if (!inside) {
      inside = key === 'Resources' && indent.length <= 2;
      continue;
    }
    depth ??= indent.length;
    if (indent.length < depth) break;
    if (indent.length === depth && !found.has(key)) found.set(key, i + 1);
  }
  return found;
}
