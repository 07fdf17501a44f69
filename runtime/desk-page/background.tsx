import type { ApprovalCard } from '../approvals/approval-card';
import { MarkedText } from './marked-text';
import { TaskText } from './task-text';

/** Who asks, for what task, and what came before. */
export function Background({
  card,
  verified,
}: {
  readonly card: ApprovalCard;
  readonly verified: boolean | undefined;
}) {
  const { user, userKind, taskAuthor, taskText, earlierCalls, sessionId, digest } = card;
  return (
    <section aria-labelledby="background">
      <h3 id="background">Why it is asked</h3>
      <dl class="background">
        <dt>For</dt>
        <dd>
          <MarkedText text={user} flagForeign />{' '}
          <span class={userKind === 'unverified' ? 'tag unknown' : 'tag'}>{KIND_WORDS[userKind]}</span>
        </dd>
        {taskAuthor && (
          <>
            <dt>Task written by</dt>
            <dd>
              <MarkedText text={taskAuthor} flagForeign />
            </dd>
          </>
        )}
        {taskText !== '' && (
          <>
            <dt>Task</dt>
            <dd>
              <blockquote>
                <TaskText text={taskText} />
              </blockquote>
            </dd>
          </>
        )}
        <dt>Tool</dt>
        <dd>
          <MarkedText text={card.tool} /> of the connector <MarkedText text={card.connector} />
        </dd>
        <dt>Session</dt>
        <dd>
          <MarkedText text={sessionId} />
          {!card.taint && '; it has read nothing untrusted'}
        </dd>
        <dt>Digest</dt>
        <dd>
          <code>{digest}</code> {verified && '(checked by this page)'}
        </dd>
      </dl>
      <h3>Earlier calls of this session</h3>
      {earlierCalls.length === 0 ? (
        <p class="hint">None.</p>
      ) : (
        <ol class="earlier">
          {earlierCalls.map(({ tool, outcome, at }, index) => (
            <li key={index}>
              <time dateTime={at}>{at.slice(11, 19)}</time> <MarkedText text={tool} />{' '}
              <small>{outcome.toLowerCase().replaceAll('_', ' ')}</small>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

const KIND_WORDS = { person: 'signed in', service: 'service', unverified: 'name not verified' } as const;
