import { fromContainerMetadata, fromEnv } from '@aws-sdk/credential-providers';
import type { Credentials } from './gate-client';

interface ExpiringCredentials extends Credentials {
  readonly expiration?: Date;
}

/** Fresh credentials are asked for this long before the old ones expire. */
const RENEW_BEFORE_MS = 5 * 60_000;
const ATTEMPT_MS = 2_000;

/**
 * The credentials of the agent's task, kept until they are about to expire: those of the environment, or those that ECS gives to the
 * task. The gate knows no other caller, so profiles and instance roles aren't tried, and a wrong setting shows itself at once.
 */
export function taskCredentials(now: () => number = Date.now): () => Promise<Credentials> {
  const provide = process.env.AWS_ACCESS_KEY_ID
    ? fromEnv()
    : fromContainerMetadata({ timeout: ATTEMPT_MS, maxRetries: 2 });
  let kept: Promise<ExpiringCredentials> | undefined;
  return async () => {
    const earlier = await kept?.catch(() => undefined);
    if (earlier && (earlier.expiration?.getTime() ?? Infinity) - RENEW_BEFORE_MS > now()) return earlier;
    kept = provide();
    return kept;
  };
}
