/** A receiver that needs longer is down. Lambda tries again later. */
const TIMEOUT_MS = 10_000;

/** The message wasn't taken. The text never holds the address, which is itself the permission to post. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
}

/**
 * Sends a body to the address that a secret holds. It follows no redirect, which could lead anywhere, and reads no answer.
 *
 * @param post `fetch`, or one like it
 * @throws WebhookError when the address isn't one over https, or the receiver doesn't take the message
 */
export async function postWebhook(address: string, body: string, post: typeof fetch = fetch): Promise<void> {
  const url = addressOf(address);
  let response: Response;
  try {
    response = await post(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    // Neither the error's own text nor its cause: both may hold the address.
    const late = (error as { name?: unknown } | undefined)?.name === 'TimeoutError';
    const why = late ? 'no answer in 10 seconds' : 'no connection';
    throw new WebhookError(`The webhook could not be reached: ${why}.`);
  }
  await response.body?.cancel().catch(() => undefined);
  if (!response.ok) throw new WebhookError(`The webhook answered with status ${response.status}, not 2xx.`);
}

function addressOf(address: string): URL {
  const fail = (why: string): never => {
    throw new WebhookError(
      `The secret is no address of a webhook: ${why}. Put one such as https://hooks.example.com/… into it.`,
    );
  };
  if (address.trim() !== address || !URL.canParse(address)) return fail('it is not a URL');
  const url = new URL(address);
  if (url.protocol !== 'https:') return fail('it does not begin with https://');
  if (url.username !== '' || url.password !== '') return fail('it contains a user or a password');
  return url;
}
