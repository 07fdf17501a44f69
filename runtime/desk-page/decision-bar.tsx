import { useRef, useState } from 'preact/hooks';
import type { ApprovalCard } from '../approvals/approval-card';
import type { Decision, DeskApi } from './desk-api';
import { MarkedText } from './marked-text';
import type { Readable } from './request-page';

interface DecisionBarProps {
  readonly api: DeskApi;
  readonly card: ApprovalCard;
  readonly antiForgery: string;
  readonly readable: Readable;
  readonly isOver: boolean;
  /** Called with what happened, in words. */
  readonly onDecided: (words: string) => void;
}

/** Approve or deny. Each needs a second, explicit confirmation. */
export function DecisionBar({ api, card, antiForgery, readable, isOver, onDecided }: DecisionBarProps) {
  const approval = useRef<HTMLDialogElement>(null);
  const denial = useRef<HTMLDialogElement>(null);
  const [sending, setSending] = useState(false);
  const [outcome, setOutcome] = useState<{ readonly ok: boolean; readonly words: string }>();

  const send = async (decision: Omit<Decision, 'digest'>) => {
    setSending(true);
    // The digest of the bytes on this screen, whatever the desk has by now.
    const answer = await api.decide(card.requestId, { ...decision, digest: card.digest }, antiForgery);
    setSending(false);
    approval.current?.close();
    denial.current?.close();
    const words =
      (answer.kind === 'refused' ? answer.reason : answer.kind === 'ok' && answer.body.reason) || 'Decided.';
    setOutcome({ ok: answer.kind === 'ok', words });
    onDecided(words);
  };
  const open = card.status === 'PENDING' && !isOver;
  return (
    <section aria-label="Decision" class="decision">
      {outcome && (
        <p class={outcome.ok ? 'outcome' : 'problem'} role="status">
          {outcome.words}
        </p>
      )}
      {!open && !outcome && <p role="status">{overWords(card, isOver)}</p>}
      {open && (
        <>
          <p class="buttons">
            <button
              type="button"
              class="primary"
              disabled={!readable.ok || sending}
              aria-describedby={readable.ok ? undefined : 'unread'}
              onClick={() => approval.current?.showModal()}
            >
              Approve …
            </button>
            <button type="button" disabled={sending} onClick={() => denial.current?.showModal()}>
              Deny …
            </button>
          </p>
          {!readable.ok && (
            <p id="unread" class="hint">
              {readable.why}
            </p>
          )}
        </>
      )}
      <ApproveDialog
        reference={approval}
        card={card}
        sending={sending}
        onConfirm={() => void send({ decision: 'APPROVED' })}
      />
      <DenyDialog
        reference={denial}
        card={card}
        sending={sending}
        onConfirm={(reason, alike) =>
          void send({ decision: 'DENIED', ...(reason ? { reason } : {}), ...(alike ? { alike: true } : {}) })
        }
      />
    </section>
  );
}

function overWords({ status }: ApprovalCard, isOver: boolean): string {
  if (isOver && status === 'PENDING')
    return 'The time to decide is over. The call never runs; the agent may ask again.';
  return 'There is nothing left to decide.';
}

interface DialogProps {
  readonly reference: { current: HTMLDialogElement | null };
  readonly card: ApprovalCard;
  readonly sending: boolean;
}

function ApproveDialog({ reference, card, sending, onConfirm }: DialogProps & { readonly onConfirm: () => void }) {
  return (
    <dialog ref={reference} aria-labelledby="approve-title">
      <h3 id="approve-title">
        Run <MarkedText text={card.tool} /> once?
      </h3>
      <p>
        It runs with exactly the bytes that you saw, digest <code>{card.digest.slice(0, 12)}…</code>. You can’t take
        this back.
      </p>
      <p class="buttons">
        <button type="button" class="primary" disabled={sending} onClick={onConfirm}>
          {sending ? 'Sending …' : 'Yes, approve exactly this'}
        </button>
        <button type="button" autofocus onClick={() => reference.current?.close()}>
          Back
        </button>
      </p>
    </dialog>
  );
}

function DenyDialog({
  reference,
  card,
  sending,
  onConfirm,
}: DialogProps & { readonly onConfirm: (reason: string, alike: boolean) => void }) {
  const [reason, setReason] = useState('');
  const [alike, setAlike] = useState(false);
  return (
    <dialog ref={reference} aria-labelledby="deny-title">
      <h3 id="deny-title">
        Deny <MarkedText text={card.tool} />?
      </h3>
      <p>The call never runs.</p>
      <p>
        <label for="reason">Reason (optional; the agent may see it)</label>
        <textarea
          id="reason"
          rows={3}
          maxLength={1000}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </p>
      {card.targets.length > 0 && (
        <p>
          <label class="check">
            <input type="checkbox" checked={alike} onChange={(event) => setAlike(event.currentTarget.checked)} /> Also
            deny all calls like this one in this session, without asking
          </label>
        </p>
      )}
      <p class="buttons">
        <button type="button" class="danger" disabled={sending} onClick={() => onConfirm(reason.trim(), alike)}>
          {sending ? 'Sending …' : 'Yes, deny'}
        </button>
        <button type="button" onClick={() => reference.current?.close()}>
          Back
        </button>
      </p>
    </dialog>
  );
}
