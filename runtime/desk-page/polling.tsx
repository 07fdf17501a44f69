import { useEffect, useState } from 'preact/hooks';
import type { Answer } from './desk-api';

/** What is known of something that is asked again and again. */
export interface Known<Body> {
  readonly body?: Body;
  /** Why the last answer brought nothing. */
  readonly refused?: { readonly status: number; readonly code: string; readonly reason: string };
}

type KeyedKnown<Body> = Known<Body> & { readonly key: string };

/**
 * Asks at once, then again and again while the page is visible.
 * @param key asks anew when it changes
 */
export function usePolling<Body>(ask: () => Promise<Answer<Body>>, everyMs: number, key: string): Known<Body> {
  const [known, setKnown] = useState<KeyedKnown<Body>>({ key });
  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const poll = async () => {
      clearTimeout(timer);
      if (document.visibilityState === 'visible') {
        const answer = await ask();
        if (over) return;
        setKnown((before) => after(before, key, answer));
      }
      timer = setTimeout(() => void poll(), everyMs);
    };
    const onVisible = () => {
      if (document.visibilityState === 'visible') void poll();
    };
    document.addEventListener('visibilitychange', onVisible);
    void poll();
    return () => {
      over = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [key]);
  return known.key === key ? known : {};
}

/** What is known after an answer. A refusal doesn't take away what was known. */
function after<Body>(before: KeyedKnown<Body>, key: string, answer: Answer<Body>): KeyedKnown<Body> {
  if (answer.kind === 'ok') return { key, body: answer.body };
  const earlier = before.key === key ? before : { key };
  if (answer.kind === 'refused') return { key, body: earlier.body, refused: answer };
  return earlier.refused ? { key, body: earlier.body } : earlier;
}

/** The desk's time, anew each second. */
export function useNow(now: () => number): number {
  const [time, setTime] = useState(now());
  useEffect(() => {
    const timer = setInterval(() => setTime(now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return time;
}
