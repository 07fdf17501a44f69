import { isObject } from '../core/json/is-object';

/** What people are told about a request: that it waits, that it still waits, or that its time is over. */
export type NoticeKind = 'waiting' | 'reminder' | 'expired';

export interface Notice {
  readonly kind: NoticeKind;
  readonly requestId: string;
}

/** The form of a webhook's body: the library's own JSON, or what Slack's incoming webhooks take. */
export type WebhookForm = 'json' | 'slack';

/**
 * What an event of the approval workflow, or of its watch, tells people. It takes the request's id and nothing else: no session,
 * tool, argument or text that an agent or a user wrote. Undefined: nobody needs to know.
 *
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export function noticeOf(event: unknown): Notice | undefined {
  const detail = isObject(event) && isObject(event.detail) ? event.detail : {};
  switch (detail.status) {
    case 'RUNNING':
      return notice('waiting', detail.name);
    case 'FAILED':
      // The watch. A workflow that fails has no error of this name.
      return detail.error === 'NearExpiry' ? notice('reminder', detail.cause) : undefined;
    case 'SUCCEEDED':
      return isExpired(detail.output) ? notice('expired', detail.name) : undefined;
    default:
      return undefined;
  }
}

function notice(kind: NoticeKind, requestId: unknown): Notice | undefined {
  // An id goes into an address and into a message, so it has no other characters.
  return typeof requestId === 'string' && /^[A-Za-z0-9_-]{1,80}$/.test(requestId) ? { kind, requestId } : undefined;
}

function isExpired(output: unknown): boolean {
  try {
    const ended: unknown = typeof output === 'string' ? JSON.parse(output) : undefined;
    return isObject(ended) && isObject(ended.closed) && ended.closed.status === 'EXPIRED';
  } catch {
    return false;
  }
}

const TOLD: Readonly<Record<NoticeKind, string>> = {
  waiting: 'A tool call waits for a decision',
  reminder: 'A tool call still waits for a decision, and its time is running out',
  expired: 'A tool call expired without a decision, and did not run',
};

/**
 * The body of a webhook.
 * @param desk address of the approval desk
 */
export function webhookBody({ kind, requestId }: Notice, desk: string, form: WebhookForm): string {
  const url = `${desk.replace(/\/+$/, '')}/requests/${requestId}`;
  if (form === 'slack') return JSON.stringify({ text: `${TOLD[kind]}: ${url}` });
  return JSON.stringify({ v: 1, event: kind, requestId, url });
}
