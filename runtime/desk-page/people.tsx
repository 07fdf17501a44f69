import type { ApprovalCard } from '../approvals/approval-card';
import { MarkedText } from './marked-text';

/** How many people must approve, of which groups, and who did. */
export function People({ card: { needed, approvals } }: { readonly card: ApprovalCard }) {
  if (needed.people <= 1 && needed.groups.length === 0) return null;
  const groups = needed.groups.map((any) => any.join(' or ')).join(', and ');
  return (
    <section aria-labelledby="people">
      <h3 id="people">
        {approvals.length} of {needed.people} {needed.people === 1 ? 'person' : 'people'} approved
      </h3>
      {groups !== '' && <p class="hint">Each must be in {groups}.</p>}
      <ul>
        {approvals.map(({ name, at }) => (
          <li key={`${name} ${at}`}>
            <MarkedText text={name} flagForeign /> <small>{at.slice(11, 19)}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
