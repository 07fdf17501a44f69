import { beforeSentence, type TaskText } from './task-text';
import type { ValueKind } from './value-kind';

/** A URL, taken apart. */
interface Place {
  readonly origin: string;
  /** Decoded, without a slash at the end. */
  readonly segments: readonly string[];
  /** With its question mark. Empty: none. */
  readonly query: string;
}

/**
 * URLs of http and https. A target is named by the same URL or by one above it: at the same origin, with whole segments
 * of the path. A host without a path names its whole origin. A query must be named with its path. The fragment isn't sent,
 * so it doesn't count.
 */
export const urls: ValueKind = {
  normal(value) {
    const place = placeOf(value);
    return place && `${place.origin}/${place.segments.map(encodeURIComponent).join('/')}${place.query}`;
  },
  isNamed(value, task, { reach }) {
    const place = placeOf(value);
    if (!place) return false;
    const covering = named(task).filter((each) => covers(each.place, place, reach === 'origin' && !each.excluded));
    return covering.length > 0 && !covering.some(({ excluded }) => excluded);
  },
};

function covers(named: Place, place: Place, wholeOrigin: boolean): boolean {
  if (named.origin !== place.origin) return false;
  const below = named.segments.every((segment, index) => segment === place.segments[index]);
  const same = below && named.segments.length === place.segments.length;
  if (same && named.query === place.query) return true;
  return (below || wholeOrigin) && place.query === '' && (named.query === '' || wholeOrigin);
}

/** Characters that browsers and servers read in different ways, or drop. */
const AMBIGUOUS = /[\p{Cc}\s\\<>"{}|^`]/u;
const SCHEME = /^https?:\/\//i;
const WITH_SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const AUTHORITY = /^https?:\/\/([^/?#]*)([^?#]*)/i;

/** Undefined: it isn't a URL that every client reads alike. */
function placeOf(value: string): Place | undefined {
  if (AMBIGUOUS.test(value)) return undefined;
  const text = SCHEME.test(value) ? value : bareHost(value) && `https://${value}`;
  if (!text || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const [, authority = '', path = ''] = AUTHORITY.exec(text) ?? [];
  // The host as written: no user, no other spelling of an address, no letter that is mapped to another, no dot at the end.
  const host = authority.toLowerCase().replace(/:\d*$/, '');
  if (host !== url.hostname || host.endsWith('.') || !/^[\x21-\x7e]+$/.test(authority)) return undefined;
  const segments = segmentsOf(path);
  return segments && { origin: url.origin, segments, query: url.search };
}

/** The decoded segments of a path. Undefined: servers may read it as another path. */
function segmentsOf(path: string): string[] | undefined {
  const written = path.replace(/\/$/, '').split('/').slice(1);
  const segments = written.map(decoded);
  const doubtful = (segment: string) => segment === '' || /^\.{1,2}(?:;|$)|[/\\\p{Cc}]|%[0-9a-f]{2}/iu.test(segment);
  return segments.some(doubtful) ? undefined : segments;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A lone percent sign stands for itself.
    return segment.replace(/%(?:2[ef]|5c)/gi, '/');
  }
}

/** A host without a scheme: `www.example.com/docs`, or one whose ending is no ending of file names. */
function bareHost(text: string): boolean {
  if (WITH_SCHEME.test(text) && !/^[a-z0-9.-]+:\d+(?:[/?#]|$)/i.test(text)) return false;
  const [host = ''] = text.split(/[/?#:]/);
  if (!/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i.test(host)) return false;
  return /^www\./i.test(host) || HOST_ENDINGS.has(host.slice(host.lastIndexOf('.') + 1).toLowerCase());
}

/** `readme.md` and `build.sh` are names of files that are hosts too, so only these endings make a word a host. */
const HOST_ENDINGS = new Set(['com', 'org', 'net', 'edu', 'gov', 'int', 'info', 'biz', 'eu', 'io', 'dev', 'example']);

interface NamedUrl {
  readonly place: Place;
  readonly excluded: boolean;
}

const read = new WeakMap<TaskText, readonly NamedUrl[]>();

function named(task: TaskText): readonly NamedUrl[] {
  const known = read.get(task);
  if (known) return known;
  const found = task.words.flatMap(({ raw, text }, index) =>
    text.includes('.') || text.includes('://')
      ? [...new Set([raw, text, beforeSentence(text)])].flatMap((form) => {
          const place = placeOf(form);
          return place ? [{ place, excluded: task.excluded[index] === true }] : [];
        })
      : [],
  );
  read.set(task, found);
  return found;
}
