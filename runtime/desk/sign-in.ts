import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { SignInSecrets } from './openid-issuer';

/**
 * The secrets of a sign-in, all from one random id in the browser's cookie. So a sign-in that is begun stores nothing: whoever opens
 * the address thousands of times, or fetches it ahead, leaves no trace.
 */
export function signInSecrets(id: string): SignInSecrets {
  const verifier = derived(id, 'verifier');
  return {
    state: derived(id, 'state'),
    nonce: derived(id, 'nonce'),
    verifier,
    challenge: createHash('sha256').update(verifier).digest('base64url'),
  };
}

/** The token that a form of this session must send. Another site can't read it, and another session has another one. */
export function antiForgeryToken(sessionId: string): string {
  return derived(sessionId, 'anti-forgery');
}

/** Compares secrets in constant time. */
export function isSame(given: string | undefined, expected: string): boolean {
  if (given === undefined) return false;
  const [a, b] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

function derived(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(`hardened-agent/desk/${purpose}`).digest('base64url');
}
