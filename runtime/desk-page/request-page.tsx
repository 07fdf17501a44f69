import { useEffect, useRef, useState } from 'preact/hooks';
import { type ApprovalCard, describeArguments } from '../approvals/approval-card';
import { ArgumentsTable } from './arguments-table';
import { Background } from './background';
import { Compared } from './compared';
import { Countdown } from './countdown';
import { DecisionBar } from './decision-bar';
import type { DeskApi, SignedIn } from './desk-api';
import { MarkedText } from './marked-text';
import { People } from './people';
import { usePolling } from './polling';
import { isOfDigest } from './verify-digest';

/** Between two looks at one request. The queue is looked at more often. */
const REQUEST_MS = 4000;

interface RequestPageProps {
  readonly api: DeskApi;
  readonly requestId: string;
  readonly signedIn: SignedIn;
  readonly now: number;
  readonly onAnnounce: (text: string) => void;
  readonly onBack: () => void;
}

/** One request: who asks for what, and the decision. */
export function RequestPage({ api, requestId, signedIn, now, onAnnounce, onBack }: RequestPageProps) {
  const [round, setRound] = useState(0);
  const known = usePolling(() => api.show(requestId), REQUEST_MS, `${requestId} ${round}`);
  const [last, setLast] = useState<ApprovalCard>();
  const heading = useRef<HTMLHeadingElement>(null);
  const card = known.body ?? last;
  useEffect(() => {
    if (!known.body) return;
    if (last && last.status !== known.body.status) onAnnounce(statusWords(known.body.status));
    setLast(known.body);
  }, [known.body]);
  useEffect(() => heading.current?.focus(), [card === undefined]);

  const back = (
    <p class="back">
      <button type="button" onClick={onBack}>
        ← All requests
      </button>
    </p>
  );
  if (!card) {
    return (
      <>
        {back}
        <h2 ref={heading} tabIndex={-1}>
          {known.refused ? titleOf(known.refused.code) : 'Loading …'}
        </h2>
        {known.refused && <p role="alert">{wordsOf(known.refused)}</p>}
      </>
    );
  }
  return (
    <article aria-labelledby="tool">
      {back}
      <h2 id="tool" ref={heading} tabIndex={-1}>
        <MarkedText text={card.tool} flagForeign />
      </h2>
      {known.refused && (
        <p class="problem" role="alert">
          {wordsOf(known.refused)}
        </p>
      )}
      <CardBody card={card} now={now}>
        {(readable) => (
          <DecisionBar
            api={api}
            card={card}
            antiForgery={signedIn.antiForgery}
            readable={readable}
            isOver={Date.parse(card.expiresAt) <= now}
            onDecided={(words) => {
              onAnnounce(words);
              api.forget();
              setRound((count) => count + 1);
            }}
          />
        )}
      </CardBody>
    </article>
  );
}

/** Whether a person can have read everything, or what is still to do. */
export type Readable = { readonly ok: true } | { readonly ok: false; readonly why: string };

interface CardBodyProps {
  readonly card: ApprovalCard;
  readonly now: number;
  readonly children: (readable: Readable) => preact.ComponentChildren;
}

function CardBody({ card, now, children }: CardBodyProps) {
  const [verified, setVerified] = useState<boolean>();
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    setVerified(undefined);
    setExpanded(new Set());
    let over = false;
    void isOfDigest(card).then((same) => over || setVerified(same));
    return () => {
      over = true;
    };
  }, [card.digest, card.argumentsText]);

  const { argumentsText } = card;
  const view =
    argumentsText === undefined || !verified ? undefined : describeArguments(argumentsText, card.targets, card.origins);
  const folded = (view?.fields ?? []).filter(({ cut, pointer }) => cut && !expanded.has(pointer)).length;
  const readable = readableOf(verified, folded);
  const problems = [
    ...card.problems,
    ...(verified === false
      ? ['This page hashed the arguments, and they are not the bytes of this digest: don’t approve.']
      : []),
  ];
  return (
    <>
      <p class="facts">
        <span class={`status ${card.status.toLowerCase()}`}>{statusWords(card.status)}</span>
        {card.status === 'PENDING' && <Countdown expiresAt={card.expiresAt} now={now} />}
        <span>{effectWords(card.effect)}</span>
      </p>
      {problems.length > 0 && (
        <ul class="problems" aria-label="Problems">
          {problems.map((problem) => (
            <li key={problem}>
              <MarkedText text={problem} />
            </li>
          ))}
        </ul>
      )}
      {card.taint && (
        <p class="problem">
          This session has read content that an attacker may have written. The call may be what the attacker wants.
        </p>
      )}
      {card.reachedLimits && (
        <ul class="problems" aria-label="Limits reached">
          {card.reachedLimits.map((limit) => (
            <li key={limit}>
              Limit reached: <MarkedText text={limit} />
            </li>
          ))}
        </ul>
      )}
      {view && argumentsText !== undefined && (
        <ArgumentsTable
          view={view}
          argumentsText={argumentsText}
          expanded={expanded}
          onExpand={(pointer) => setExpanded(new Set([...expanded, pointer]))}
        />
      )}
      <Compared card={card} />
      <People card={card} />
      <Background card={card} verified={verified} />
      {children(readable)}
    </>
  );
}

function readableOf(verified: boolean | undefined, folded: number): Readable {
  if (verified === undefined) return { ok: false, why: 'Checking the bytes …' };
  if (!verified) return { ok: false, why: 'The bytes can’t be shown, so they can’t be approved.' };
  if (folded === 0) return { ok: true };
  const values = folded === 1 ? 'One long value is' : `${folded} long values are`;
  return { ok: false, why: `${values} still folded. Unfold to read before you approve.` };
}

const STATUS_WORDS: Readonly<Record<string, string>> = {
  PENDING: 'Waiting for a decision',
  APPROVED: 'Approved; about to run',
  DENIED: 'Denied',
  EXPIRED: 'Expired: nobody decided in time, and it never runs',
  EXECUTING: 'Approved; running now',
  DONE: 'Decided, and over',
  UNKNOWN: 'Approved; nobody knows whether it ran',
};

function statusWords(status: string): string {
  return STATUS_WORDS[status] ?? 'Decided, and over';
}

const EFFECT_WORDS: Readonly<Record<string, string>> = {
  read: 'reads only',
  write: 'changes data',
  destructive: 'can’t be undone',
  outbound: 'leaves the organisation',
};

function effectWords(effect: string): string {
  return EFFECT_WORDS[effect] ?? effect;
}

interface Refused {
  readonly code: string;
  readonly reason: string;
}

function titleOf(code: string): string {
  if (code === 'NOT_FOUND') return 'No such request';
  return code === 'NOT_AN_APPROVER' ? 'Not for you' : 'Can’t be shown';
}

function wordsOf({ code, reason }: Refused): string {
  switch (code) {
    case 'NOT_FOUND':
      return 'No request of this id has waited for a person here. Its link may be old, or from another desk.';
    case 'NOT_AN_APPROVER':
      return 'You are signed in, but in none of the groups that may decide here. Ask the owners of the desk.';
    default:
      return reason;
  }
}
