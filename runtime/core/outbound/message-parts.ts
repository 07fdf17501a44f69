import type { JsonValue } from '../contracts';
import { namesElsewhere } from './address';
import type { NamedAddresses } from './named-addresses';

/** Names of members, or kinds of parts, whose address a chat program loads: Slack, Teams, Discord, Google Chat. */
const LOADED =
  /^(?:image|img|icon|thumb|thumbnail|avatar|logo|poster|banner|photo|picture|background_?image|(?:author|footer|header|start|top)_?icon|media|video|iframe)(?:[_-]?(?:url|uri|src|link|href|element))?$/i;
const ADDRESS = /^(?:url|uri|src|href|link|content_?url|image_?url|icon_?url)$/i;

/** Whether a message made of parts has one that a chat program loads. The parts may be JSON in a text. */
export function loadsParts(value: JsonValue, named: NamedAddresses): boolean {
  return loads(value, false, named, 0);
}

/** What is nested deeper can't be shown, and counts as a part that is loaded. */
const MOST_DEPTH = 64;

function loads(value: JsonValue, isLoaded: boolean, named: NamedAddresses, depth: number): boolean {
  if (depth > MOST_DEPTH) return true;
  if (typeof value === 'string') {
    if (isLoaded && namesElsewhere(value, named)) return true;
    const parts = partsIn(value);
    return parts !== undefined && loads(parts, false, named, depth + 1);
  }
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((each) => loads(each, isLoaded, named, depth + 1));
  const { type } = value;
  const isPart = isLoaded || (typeof type === 'string' && LOADED.test(type));
  return Object.entries(value).some(([name, inner]) =>
    loads(inner, LOADED.test(name) || (isPart && (ADDRESS.test(name) || typeof inner === 'object')), named, depth + 1),
  );
}

/** The value of a text that is JSON. */
function partsIn(text: string): JsonValue | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
