import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { secretsManager } from '../aws/clients';
import { environment } from '../aws/environment';
import { logAs } from '../aws/log-line';
import { noticeOf, webhookBody } from './notice';
import { postWebhook } from './post-webhook';

const log = logAs('notify');

/** EventBridge invokes it with the events of a workflow and its watch. If it throws, Lambda tries again. */
export async function handler(event: unknown): Promise<void> {
  const notice = noticeOf(event);
  if (notice === undefined) return;
  const form = environment('WEBHOOK_FORM') === 'slack' ? 'slack' : 'json';
  const body = webhookBody(notice, environment('DESK_URL'), form);
  // Read each time, so that a new address takes effect at once.
  const secret = await secretsManager().send(
    new GetSecretValueCommand({ SecretId: environment('WEBHOOK_SECRET_ARN') }),
  );
  await postWebhook(secret.SecretString ?? '', body);
  log({ event: 'notified', kind: notice.kind, requestId: notice.requestId });
}
