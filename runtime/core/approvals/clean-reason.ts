import { withoutInvisible } from '../display';
import { withoutCredentials } from '../guard/credential-shapes';

/** The longest reason that an agent is shown, in characters. */
const REASON_CHARACTERS = 300;

/**
 * A person's reason as the agent may see it: one line without hidden or direction-changing characters and without what looks like a
 * credential. Undefined: nothing is left.
 */
export function cleanReason(reason: string): string | undefined {
  const visible = withoutInvisible(withoutCredentials(reason.normalize('NFC'))).text;
  const line = withoutCredentials(visible.replace(/\s+/gu, ' ').trim());
  const points = Array.from(line);
  const cut = points.length > REASON_CHARACTERS ? `${points.slice(0, REASON_CHARACTERS).join('')}…` : line;
  return cut === '' ? undefined : cut;
}
