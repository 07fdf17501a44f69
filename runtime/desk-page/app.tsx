import { useEffect, useState } from 'preact/hooks';
import type { DeskApi, SignedIn } from './desk-api';
import { useNow, usePolling } from './polling';
import { Queue } from './queue';
import { RequestPage } from './request-page';

/** Between two looks at the queue. */
const QUEUE_MS = 2000;
const SESSION_MS = 30_000;

/** The request that the address names. */
function requestInAddress(base: string): string | undefined {
  const path = location.pathname.slice(base.length);
  return /^\/requests\/([A-Za-z0-9][A-Za-z0-9_-]{0,127})\/?$/.exec(path)?.[1];
}

export function App({ api }: { readonly api: DeskApi }) {
  const session = usePolling(() => api.session(), SESSION_MS, 'session');
  if (session.refused?.status === 401) return <SignInPage api={api} wasSignedIn={session.body !== undefined} />;
  if (session.body) return <SignedInApp api={api} signedIn={session.body} />;
  return (
    <main class="words">
      <h1>Approvals</h1>
      <p role="status">{session.refused ? session.refused.reason : 'Loading …'}</p>
    </main>
  );
}

function SignInPage({ api, wasSignedIn }: { readonly api: DeskApi; readonly wasSignedIn: boolean }) {
  const asked = requestInAddress(api.base);
  return (
    <main class="words">
      <h1>Approvals</h1>
      <p role="status">
        {wasSignedIn
          ? 'Your sign-in has expired. Nothing was decided.'
          : 'An agent waits for a person’s decision. Sign in to see what it wants to do.'}
      </p>
      <p>
        <a class="button primary" href={`${api.base}/sign-in${asked ? `?request=${asked}` : ''}`}>
          Sign in
        </a>
      </p>
    </main>
  );
}

function SignedInApp({ api, signedIn }: { readonly api: DeskApi; readonly signedIn: SignedIn }) {
  const [selected, setSelected] = useState(requestInAddress(api.base));
  const [announced, announce] = useState('');
  const queue = usePolling(() => api.list(), QUEUE_MS, 'queue');
  const now = useNow(() => api.now());
  useEffect(() => {
    const onBack = () => setSelected(requestInAddress(api.base));
    addEventListener('popstate', onBack);
    return () => removeEventListener('popstate', onBack);
  }, []);
  useEffect(() => {
    const waiting = queue.body?.requests.length;
    document.title = waiting ? `(${waiting}) Approvals` : 'Approvals';
  }, [queue.body]);

  const open = (requestId: string | undefined) => {
    history.pushState(null, '', `${api.base}/${requestId === undefined ? '' : `requests/${requestId}`}`);
    setSelected(requestId);
  };
  const signOut = async () => {
    await api.signOut(signedIn.antiForgery);
    location.assign(`${api.base}/`);
  };
  return (
    <div class={selected === undefined ? 'desk no-request' : 'desk has-request'}>
      <header>
        <h1>Approvals</h1>
        <p class="who">
          <span title={`${signedIn.subject} at ${signedIn.issuer}`}>{signedIn.name}</span>
          <button type="button" onClick={() => void signOut()}>
            Sign out
          </button>
        </p>
      </header>
      <p class="visually-hidden" aria-live="polite">
        {announced}
      </p>
      <Queue
        base={api.base}
        known={queue}
        now={now}
        selected={selected}
        onOpen={open}
        onChange={(count) => announce(count === 1 ? 'One request waits.' : `${count} requests wait.`)}
      />
      <main id="request">
        {selected === undefined ? (
          <p class="hint">Choose a request to see exactly what would be sent.</p>
        ) : (
          <RequestPage
            key={selected}
            api={api}
            requestId={selected}
            signedIn={signedIn}
            now={now}
            onAnnounce={announce}
            onBack={() => open(undefined)}
          />
        )}
      </main>
    </div>
  );
}
