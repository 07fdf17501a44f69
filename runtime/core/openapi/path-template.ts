import { UnreadableApi } from './api-operation';
import { shown } from './document-places';

/** A segment's own text: what RFC 3986 calls `pchar`, without escapes, which servers decode in different ways. */
const LITERAL = /^[A-Za-z0-9._~!$&'()*+,;=:@-]*$/;

/**
 * The placeholders of a path such as `/orders/{id}/items`.
 * @throws UnreadableApi if the path could be read in more than one way, or leave its place
 */
export function placeholdersOf(path: string): string[] {
  const fail = (why: string): never => {
    throw new UnreadableApi(`its path "${shown(path)}" is refused: ${why}`);
  };
  if (!path.startsWith('/')) fail('it must begin with /');
  if (/[?#]/.test(path)) fail('it has a query or a fragment; describe these as parameters');
  const names: string[] = [];
  for (const segment of path.slice(1).split('/')) {
    const literal = segment.replace(/\{([^{}/]+)\}/g, (_, name: string) => {
      names.push(name);
      return '';
    });
    if (/[{}]/.test(literal)) fail('a brace isn’t closed');
    if (!LITERAL.test(literal)) fail('it has other characters than RFC 3986 allows in a segment, or an escape');
    if (/^\.+$/.test(segment)) fail('it has . or .. as a segment');
  }
  if (path.slice(0, -1).includes('//')) fail('it has an empty segment');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) fail(`it has {${shown(twice)}} twice`);
  return names;
}
