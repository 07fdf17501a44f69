import type { ConnectorReview } from './connector-review';

/** The text of a review file: one key a line, so that a change shows as few lines. */
export function formatReview(review: ConnectorReview): string {
  const { v, kind, source, prefix, tools } = review;
  const ordered = {
    ...{ v, kind, source, prefix },
    tools: tools.map(
      ({ name, original, granted, effect, description, input, changes, refused, choices, possible, pin, listed }) => ({
        ...{ name, original, granted, effect, description, input, changes, refused, choices, possible, pin, listed },
      }),
    ),
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}
