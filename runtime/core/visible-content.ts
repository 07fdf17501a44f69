import { invisibleAsJsonEscapes, withoutInvisible } from './display';

/** Content without characters that the model would read and a person wouldn't see. */
export interface VisibleContent {
  readonly content: string;
  readonly isJson: boolean;
  readonly notices: readonly string[];
}

/**
 * Content for the model. Hidden characters are removed from a text. In JSON they are written as escapes, because removing
 * them could make two keys the same.
 */
export function visibleContent(given: string): VisibleContent {
  const content = given.startsWith('\ufeff') ? given.slice(1) : given;
  if (isJson(content)) {
    const { text, escaped } = invisibleAsJsonEscapes(content);
    const notices =
      escaped > 0 ? [`${escaped} invisible or direction-changing characters are written as escapes.`] : [];
    return { content: text, isJson: true, notices };
  }
  const { text, removed } = withoutInvisible(content);
  const notices = removed > 0 ? [`${removed} invisible or direction-changing characters were removed.`] : [];
  return { content: text, isJson: isJson(text), notices };
}

function isJson(text: string): boolean {
  // Most texts aren't JSON, and their first character says so.
  if (!/^\s*["[{\d\-tfn]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
