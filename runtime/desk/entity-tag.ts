import { createHash } from 'node:crypto';

/** A name for exactly this text, so that a page that polls learns whether it changed. */
export function entityTag(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url')}"`;
}
