import { displayParts } from '../core/display-parts';

/** A text from outside. What is invisible in it is written out and framed; it never becomes markup. */
export function MarkedText({ text, flagForeign = false }: { readonly text: string; readonly flagForeign?: boolean }) {
  return (
    <span class="marked" dir="ltr">
      {displayParts(text, flagForeign).map((part, index) =>
        part.kind === 'plain' ? (
          part.text
        ) : (
          <mark key={index} class={part.kind} title={titleOf(part)}>
            {part.text}
          </mark>
        ),
      )}
    </span>
  );
}

function titleOf({ kind, text }: { readonly kind: 'hidden' | 'foreign' | 'plain'; readonly text: string }): string {
  if (kind === 'hidden') return 'An invisible or direction-changing character';
  const points = Array.from(text).slice(0, 8);
  return `Not ASCII: ${points.map((point) => `U+${(point.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`).join(' ')}`;
}
