/** The time that is left to decide, as `4 min 09 s`. */
export function timeLeft(expiresAt: string, now: number): string {
  const seconds = Math.floor((Date.parse(expiresAt) - now) / 1000);
  if (seconds <= 0) return 'time is over';
  if (seconds < 60) return `${seconds} s left`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s left`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min left` : `${Math.floor(hours / 24)} days left`;
}

export function Countdown({ expiresAt, now }: { readonly expiresAt: string; readonly now: number }) {
  const left = Date.parse(expiresAt) - now;
  // A timer isn't read out each second: what it says is in the text, and the end is announced apart.
  return (
    <time class={left < 120_000 ? 'countdown urgent' : 'countdown'} dateTime={expiresAt} role="timer">
      {timeLeft(expiresAt, now)}
    </time>
  );
}
