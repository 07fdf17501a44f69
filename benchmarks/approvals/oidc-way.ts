import { setTimeout } from 'node:timers/promises';
import { generateKeyPair } from 'jose';
import { ANTI_FORGERY_HEADER } from '../../runtime/desk/decision-request';
import type { Deployment } from './deployment';
import type { Account } from './issuer';
import type { Answer, Cast, Forgery, Person, WayIn } from './way-in';

type Headers = Readonly<Record<string, string>>;

interface Browser {
  readonly person: Person;
  /** What the page sends with a decision. */
  readonly headers: Headers;
}

const MOST_SIGN_INS = 5;
const LEADS = ['support-leads'];
const account = (subject: string, email: string, groups: readonly string[]): Account => ({
  subject,
  name: `Account ${subject}`,
  email,
  groups,
});
const MARIA = account('m-1', 'maria@example.com', LEADS);
const MARIA_ELSEWHERE = account('m-2', 'Maria@Example.com', LEADS);
const PAUL = account('p-1', 'paul@example.com', LEADS);
const EVE = account('e-1', 'eve@example.com', ['sales']);
const OLGA = account('o-1', 'olga@example.com', LEADS);

/** People who sign in at an issuer, and use the web desk as its page does. */
export class OidcWay implements WayIn {
  readonly name = 'OIDC';
  private turn: Promise<unknown> = Promise.resolve();
  private readonly base: string;
  private readonly origin: string;

  constructor(private readonly deployment: Deployment) {
    const deskUrl = deployment.output('DeskUrl');
    this.base = deployment.localUrl(deskUrl);
    this.origin = new URL(deskUrl).origin;
  }

  async cast(): Promise<Cast> {
    const [maria, elsewhere, paul, eve] = await Promise.all(
      [MARIA, MARIA_ELSEWHERE, PAUL, EVE].map((who) => this.mustSignIn(who)),
    );
    if (!maria || !elsewhere || !paul || !eve) throw new Error('Nobody signed in.');
    return {
      maria: maria.person,
      paul: paul.person,
      eve: eve.person,
      mariaElsewhere: [elsewhere.person],
      mariaAsUser: MARIA.email,
      forgeries: [...(await this.forgedSessions(maria)), ...(await this.forgedTokens()), await this.replayedSignIn()],
      atIssuer: { rotateKeys: () => this.rotateKeys(), goDown: () => this.goDown() },
    };
  }

  private rotateKeys(): Promise<Person> {
    return this.inTurn(async () => {
      await this.deployment.issuer.rotate();
      return (await this.mustSignIn(PAUL)).person;
    });
  }

  private goDown(): Promise<Person | undefined> {
    const { issuer } = this.deployment;
    return this.inTurn(async () => {
      issuer.down = true;
      try {
        return (await this.signIn(OLGA))?.person;
      } finally {
        issuer.down = false;
      }
    });
  }

  /** While the issuer is down, nobody can sign in after a change of its keys. */
  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  /** The desk fetches keys every few seconds at most, so a person may have to try again after a change. */
  private async mustSignIn(who: Account): Promise<Browser> {
    for (let attempt = 1; attempt <= MOST_SIGN_INS; attempt += 1) {
      const browser = await this.signIn(who);
      if (browser) return browser;
      await setTimeout(2000);
    }
    throw new Error(`${who.name} can't sign in.`);
  }

  private async signIn(who: Account): Promise<Browser | undefined> {
    const begun = await this.beginSignIn(who);
    return begun && this.finishSignIn(who, begun);
  }

  private async beginSignIn(who: Account) {
    const answer = await fetch(`${this.base}/sign-in`, { redirect: 'manual' });
    const [location, cookie] = [answer.headers.get('location'), cookieFrom(answer)];
    if (location === null || cookie === undefined) return undefined;
    return { query: this.deployment.issuer.authorize(location, who).search, cookie };
  }

  private async finishSignIn(
    { subject }: Account,
    { query, cookie: before }: { readonly query: string; readonly cookie: string },
  ): Promise<Browser | undefined> {
    const answer = await fetch(`${this.base}/callback${query}`, { redirect: 'manual', headers: { cookie: before } });
    const cookie = cookieFrom(answer);
    if (answer.status !== 303 || cookie === undefined) return undefined;
    const session = await fetch(`${this.base}/api/session`, { headers: { cookie } });
    const { antiForgery = '' } = (await session.json()) as { antiForgery?: string };
    const headers = { cookie, origin: this.origin, [ANTI_FORGERY_HEADER]: antiForgery };
    return { headers, person: this.person(subject, headers) };
  }

  private person(subject: string, headers: Headers): Person {
    return {
      actor: new RegExp(`#${subject}$`),
      isShown: async (requestId) => {
        const { cookie = '' } = headers;
        const answer = await fetch(`${this.base}/api/requests/${requestId}`, { headers: { cookie } });
        return answer.status === 200 && ((await answer.json()) as { status?: string }).status === 'PENDING';
      },
      decide: (requestId, body) => this.decide(requestId, body, headers),
      decideTwice: (requestId, body) =>
        Promise.all([this.decide(requestId, body, headers), this.decide(requestId, body, headers)]),
    };
  }

  private async forgedSessions({ headers }: Browser): Promise<Forgery[]> {
    const signedOut = await this.mustSignIn(OLGA);
    await fetch(`${this.base}/sign-out`, { method: 'POST', headers: signedOut.headers });
    const { [ANTI_FORGERY_HEADER]: _, ...withoutToken } = headers;
    const { cookie = '' } = headers;
    const sentWith = (name: string, given: Headers): Forgery => ({
      name,
      send: (requestId, body) => this.decide(requestId, body, given),
    });
    return [
      sentWith('nobody signed in', { origin: this.origin }),
      sentWith('a session that nobody has', { ...headers, cookie: `${cookie.slice(0, -4)}0000` }),
      sentWith('a session that was signed out', signedOut.headers),
      sentWith('a form of another site', { ...headers, origin: 'https://evil.example.com' }),
      sentWith('no anti-forgery token', withoutToken),
      {
        name: 'a decision that wasn’t confirmed',
        send: (requestId, body) => this.send('POST', requestId, headers, body),
      },
      { name: 'a page that is fetched ahead', send: (requestId) => this.send('GET', requestId, headers) },
    ];
  }

  private async forgedTokens(): Promise<Forgery[]> {
    const { issuer } = this.deployment;
    const hourAgo = Math.floor(Date.now() / 1000) - 2 * 3600;
    const good = await issuer.tokenOf(OLGA);
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${good.split('.')[1]}.x`;
    const other = await generateKeyPair('ES256', { extractable: true });
    const tokens = {
      'a forged token': await issuer.tokenOf(OLGA, { key: other }),
      'an unsigned token': unsigned,
      'a stale token': await issuer.tokenOf(OLGA, { issuedAt: hourAgo }),
      'a token for another audience': await issuer.tokenOf(OLGA, { audience: 'shop' }),
      'a token of the page’s own client': await issuer.tokenOf(OLGA, { audience: 'desk' }),
      'a token of another issuer': await issuer.tokenOf(OLGA, { issuer: 'https://other.example.com' }),
      'a token of another group': await issuer.tokenOf(EVE),
    };
    return Object.entries(tokens).map(([name, token]) => ({
      name,
      send: (requestId, body) => this.decide(requestId, body, { authorization: `Bearer ${token}` }),
    }));
  }

  /** The callback of a sign-in that was finished, with the cookie that began it. */
  private async replayedSignIn(): Promise<Forgery> {
    const begun = await this.beginSignIn(OLGA);
    if (!begun || !(await this.finishSignIn(OLGA, begun))) throw new Error('Olga can’t sign in.');
    return {
      name: 'a replayed sign-in',
      send: async (requestId, body) => {
        const again = await this.finishSignIn(OLGA, begun);
        return again ? again.person.decide(requestId, body) : { status: 403, code: '' };
      },
    };
  }

  private decide(requestId: string, body: string, headers: Headers): Promise<Answer> {
    return this.send('POST', requestId, headers, JSON.stringify({ ...JSON.parse(body), confirmed: true }));
  }

  private async send(method: 'GET' | 'POST', requestId: string, headers: Headers, body?: string): Promise<Answer> {
    const answer = await fetch(`${this.base}/api/requests/${requestId}/decision`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    try {
      return { status: answer.status, code: String((JSON.parse(text) as { code?: string }).code ?? '') };
    } catch {
      return { status: answer.status, code: '' };
    }
  }
}

/** The cookie that an answer sets, as it is sent back. One that is dropped has no value. */
function cookieFrom(answer: Response): string | undefined {
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0] ?? '')
    .find((pair) => /=./.test(pair));
}
