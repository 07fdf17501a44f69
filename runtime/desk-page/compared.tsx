import type { ApprovalCard, ComparedCall } from '../approvals/approval-card';
import { MarkedText } from './marked-text';

/** How the call differs from one that people approved or refused. */
export function Compared({ card: { refusedAlike, lastApproved } }: { readonly card: ApprovalCard }) {
  return (
    <>
      {refusedAlike && (
        <section class="problem" aria-label="Refused before">
          <p>
            People refused {refusedAlike.refusals === 1 ? 'a call' : `${refusedAlike.refusals} calls`} like this one in
            this session
            {refusedAlike.reason && (
              <>
                : “
                <MarkedText text={refusedAlike.reason} />”
              </>
            )}
            .
          </p>
          <Differences call={refusedAlike} than="the refused call" />
        </section>
      )}
      {lastApproved && (
        <section aria-labelledby="approved-before">
          <h3 id="approved-before">Compared with the last approved call of this tool</h3>
          <Differences call={lastApproved} than="that call" />
        </section>
      )}
    </>
  );
}

function Differences({ call, than }: { readonly call: ComparedCall; readonly than: string }) {
  const { differences, furtherDifferences = 0, at } = call;
  if (differences === undefined) return <p class="hint">The arguments of {than} can’t be read any more.</p>;
  if (differences.length === 0) {
    return (
      <p class="hint">
        The arguments are the same as in {than} of <time dateTime={at}>{at.slice(0, 16).replace('T', ' ')}</time>.
      </p>
    );
  }
  return (
    <ul class="differences">
      {differences.map(({ pointer, before, now }) => (
        <li key={pointer}>
          <code>{pointer}</code>: <Value text={before} kind="del" /> → <Value text={now} kind="ins" />
        </li>
      ))}
      {furtherDifferences > 0 && <li>… and in {furtherDifferences} further places.</li>}
    </ul>
  );
}

function Value({ text, kind: Kind }: { readonly text: string | undefined; readonly kind: 'del' | 'ins' }) {
  if (text === undefined) return <em>absent</em>;
  return (
    <Kind>
      <MarkedText text={text} flagForeign />
    </Kind>
  );
}
