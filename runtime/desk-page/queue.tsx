import { useEffect, useRef } from 'preact/hooks';
import type { WaitingList } from '../approvals/approval-card';
import { Countdown } from './countdown';
import { MarkedText } from './marked-text';
import type { Known } from './polling';

interface QueueProps {
  readonly base: string;
  readonly known: Known<WaitingList>;
  readonly now: number;
  readonly selected: string | undefined;
  readonly onOpen: (requestId: string) => void;
  readonly onChange: (count: number) => void;
}

/** What waits, the most urgent first. */
export function Queue({ base, known, now, selected, onOpen, onChange }: QueueProps) {
  const waiting = (known.body?.requests ?? []).filter(({ expiresAt }) => Date.parse(expiresAt) > now);
  const before = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (known.body && before.current !== undefined && before.current !== waiting.length) onChange(waiting.length);
    if (known.body) before.current = waiting.length;
  }, [waiting.length, known.body]);
  return (
    <nav aria-label="Waiting requests" class="queue">
      <h2>{known.body ? `${known.body.more ? 'Over ' : ''}${waiting.length} waiting` : 'Waiting'}</h2>
      {known.refused && (
        <p class="problem" role="alert">
          {known.refused.code === 'NOT_AN_APPROVER'
            ? 'You are signed in, but in none of the groups that may decide here.'
            : known.refused.reason}
        </p>
      )}
      {known.body && waiting.length === 0 && <p class="hint">Nothing waits for a decision.</p>}
      <ul>
        {waiting.map(({ requestId, tool, sessionId, expiresAt }) => (
          <li key={requestId}>
            <a
              href={`${base}/requests/${requestId}`}
              aria-current={requestId === selected ? 'page' : undefined}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                onOpen(requestId);
              }}
            >
              <strong>
                <MarkedText text={tool} flagForeign />
              </strong>
              <Countdown expiresAt={expiresAt} now={now} />
              <small>
                <MarkedText text={sessionId} />
              </small>
            </a>
          </li>
        ))}
      </ul>
      {known.body?.more && (
        <p class="hint">
          These are the most urgent. More requests wait, and are listed as these are decided. The link of a notification
          opens any of them.
        </p>
      )}
    </nav>
  );
}
