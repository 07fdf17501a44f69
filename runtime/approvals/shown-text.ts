import { escapeForDisplay } from '../core/display';

/** A text that is safe to print, and what was made visible in it. */
export interface ShownText {
  readonly text: string;
  /** Sentences about characters that aren't what they look like, or aren't seen at all. */
  readonly warnings: readonly string[];
}

/** Makes a text safe for a terminal or a page, and says what it hid. */
export function showText(text: string): ShownText {
  const shown = escapeForDisplay(text);
  return { text: shown, warnings: shown === text ? [] : ['Hidden or direction-changing characters are written out.'] };
}
