import type { DeskCall } from '../approvals/desk-call';
import type { LogRecord } from '../aws/log-line';
import type { Person } from '../core/contracts';
import { cookieOf, dropCookie, SESSION_COOKIE, SIGN_IN_COOKIE, setCookie } from './cookies';
import { forgeryProblem, readDecision } from './decision-request';
import { apiAnswer, assetAnswer, type DeskAnswer, pageAnswer, redirectAnswer, withCookies } from './desk-answer';
import type { DeskFunctions } from './desk-functions';
import { ASSET_TYPES, deskPage, wordsPage } from './desk-page';
import type { DeskRequest } from './desk-request';
import { type DeskSessionStore, DeskSessions } from './desk-sessions';
import { entityTag } from './entity-tag';
import { IssuerUnavailableError, type SignInSecrets, TokenRefusedError, type VerifiedToken } from './openid-issuer';
import { antiForgeryToken, isSame, signInSecrets } from './sign-in';

export interface WebDeskPorts {
  readonly issuer: {
    authorizationUrl(secrets: SignInSecrets): Promise<string>;
    redeem(code: string, secrets: SignInSecrets): Promise<VerifiedToken>;
    verify(token: string): Promise<VerifiedToken>;
  };
  readonly sessions: DeskSessionStore;
  readonly functions: DeskFunctions;
  /** The page's files by name. */
  readonly assets: ReadonlyMap<string, string>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
  readonly log: (record: LogRecord) => void;
}

export interface WebDeskSettings {
  /** The desk's address without a slash at its end, as browsers see it. */
  readonly url: string;
  /** How the command line signs in. @default - it can't */
  readonly commandLine?: { readonly issuer: string; readonly clientId: string; readonly scopes: readonly string[] };
}

const SIGN_IN_SECONDS = 600;
const REQUEST_ID = '[A-Za-z0-9][A-Za-z0-9_-]{0,127}';
const PAGE_PATH = new RegExp(`^/(?:requests/${REQUEST_ID})?$`);
const API_PATH = new RegExp(`^/api/requests(?:/(${REQUEST_ID}))?$`);
const DECISION_PATH = new RegExp(`^/api/requests/(${REQUEST_ID})/decision$`);
const ASSET_PATH = /^\/assets\/([a-z.]+)$/;

/** Who sent a request, by a cookie or by a token. */
interface Caller {
  readonly person: Person;
  /** Epoch seconds. */
  readonly expiresAt: number;
  /** The browser's session. Undefined: a token of the command line, which no browser sends by itself. */
  readonly sessionId?: string;
}

/**
 * The web desk: signs people in, serves the page, and passes on what they ask for and decide. It reads no request and takes no decision
 * itself. Nothing but a POST changes anything, so a link that is opened, or fetched ahead, decides nothing.
 */
export class WebDesk {
  private readonly base: string;
  private readonly origin: string;
  private readonly sessions: DeskSessions;

  constructor(
    private readonly settings: WebDeskSettings,
    private readonly ports: WebDeskPorts,
  ) {
    const { origin, pathname } = new URL(settings.url);
    this.origin = origin;
    this.base = pathname.replace(/\/$/, '');
    this.sessions = new DeskSessions(ports.sessions, ports.now, ports.randomHex);
  }

  async handle(request: DeskRequest): Promise<DeskAnswer> {
    const path = request.path.replace(/\/+$/, '') || '/';
    const route = `${request.method} ${path}`;
    if (path.startsWith('/api/')) return this.withTime(await this.api(request, path));
    if (request.method === 'GET' && PAGE_PATH.test(path)) return pageAnswer(200, deskPage(this.base));
    if (request.method === 'GET' && ASSET_PATH.test(path)) return this.asset(ASSET_PATH.exec(path)?.[1] ?? '');
    if (route === 'GET /sign-in') return this.beginSignIn(request);
    if (route === 'GET /callback') return this.finishSignIn(request);
    if (route === 'POST /sign-out') return this.signOut(request);
    return this.words(404, 'No such page', 'There is nothing at this address.', 'Show what waits', '/');
  }

  /** The page counts down by the desk's clock: a person's own may be wrong. */
  private withTime(answer: DeskAnswer): DeskAnswer {
    return { ...answer, headers: { ...answer.headers, 'x-desk-time': String(this.ports.now()) } };
  }

  private asset(name: string): DeskAnswer {
    const [type, text] = [ASSET_TYPES[name], this.ports.assets.get(name)];
    if (type === undefined || text === undefined) return apiAnswer(404, refusal('NOT_FOUND', 'No such file.'));
    return assetAnswer(type, text);
  }

  private async beginSignIn(request: DeskRequest): Promise<DeskAnswer> {
    if (isFetchedAhead(request)) return apiAnswer(503, refusal('FETCHED_AHEAD', 'A sign-in isn’t fetched ahead.'));
    const id = this.ports.randomHex(32);
    const asked = request.query.request ?? '';
    const back = new RegExp(`^${REQUEST_ID}$`).test(asked) ? asked : '';
    try {
      const url = await this.ports.issuer.authorizationUrl(signInSecrets(id));
      return redirectAnswer(url, [setCookie(SIGN_IN_COOKIE, `${id}.${back}`, SIGN_IN_SECONDS, 'Lax')]);
    } catch (error) {
      return this.signInFailed(error);
    }
  }

  private async finishSignIn(request: DeskRequest): Promise<DeskAnswer> {
    if (isFetchedAhead(request)) return apiAnswer(503, refusal('FETCHED_AHEAD', 'A sign-in isn’t fetched ahead.'));
    const [id = '', back = ''] = (cookieOf(request.headers.cookie, SIGN_IN_COOKIE) ?? '').split('.');
    const { state, code, error } = request.query;
    const secrets = signInSecrets(id);
    if (id === '' || !isSame(state, secrets.state)) {
      return this.signInFailed(
        new TokenRefusedError('This sign-in was begun in another browser, was used already, or took over ten minutes.'),
      );
    }
    if (error !== undefined || code === undefined) {
      return this.signInFailed(new TokenRefusedError('The issuer didn’t sign you in.'));
    }
    try {
      const token = await this.ports.issuer.redeem(code, secrets);
      const opened = await this.sessions.open(token);
      if (!opened) throw new TokenRefusedError('The issuer’s token is about to expire.');
      const { kind, subject } = token.person;
      this.ports.log({ event: 'signed_in', kind, subject });
      return redirectAnswer(`${this.base}/${back ? `requests/${back}` : ''}`, [
        setCookie(SESSION_COOKIE, opened.id, opened.seconds, 'Strict'),
        dropCookie(SIGN_IN_COOKIE),
      ]);
    } catch (failure) {
      return this.signInFailed(failure);
    }
  }

  private signInFailed(error: unknown): DeskAnswer {
    this.ports.log({ event: 'not_signed_in', reason: String(error) });
    const drop = dropCookie(SIGN_IN_COOKIE);
    if (error instanceof TokenRefusedError) {
      const { message } = error;
      return withCookies(this.words(403, 'You are not signed in', message, 'Sign in again', '/sign-in'), drop);
    }
    const reason = 'Where you sign in can’t be reached at the moment. Nothing was decided. Try again in a minute.';
    return withCookies(this.words(503, 'Sign-in is not available', reason, 'Try again', '/sign-in'), drop);
  }

  private async signOut(request: DeskRequest): Promise<DeskAnswer> {
    const problem = forgeryProblem(request, this.origin);
    if (problem !== undefined) return apiAnswer(403, refusal('FORGED', problem));
    const id = cookieOf(request.headers.cookie, SESSION_COOKIE);
    if (id !== undefined) await this.sessions.close(id);
    return withCookies(apiAnswer(200, { v: 1 }), dropCookie(SESSION_COOKIE));
  }

  private async api(request: DeskRequest, path: string): Promise<DeskAnswer> {
    if (request.method === 'GET' && path === '/api/sign-in') return this.howToSignIn();
    try {
      const caller = await this.callerOf(request);
      if (caller === undefined) return apiAnswer(401, refusal('NOT_SIGNED_IN', 'Sign in to see what waits.'));
      return await this.answerCaller(request, path, caller);
    } catch (error) {
      if (error instanceof TokenRefusedError) return apiAnswer(401, refusal('TOKEN_REFUSED', error.message));
      this.ports.log({ event: 'failed', path, error: String(error) });
      const reason =
        error instanceof IssuerUnavailableError
          ? 'The issuer of your token can’t be reached, so nobody can check it. Try again in a minute.'
          : request.method === 'POST'
            ? 'The decision may not have been taken. Load the request again, and look.'
            : 'The requests can’t be read at the moment. Try again.';
      return apiAnswer(503, refusal('UNAVAILABLE', reason));
    }
  }

  private async answerCaller(request: DeskRequest, path: string, caller: Caller): Promise<DeskAnswer> {
    const look = API_PATH.exec(path);
    const decided = DECISION_PATH.exec(path)?.[1];
    if (request.method === 'GET' && path === '/api/session') return apiAnswer(200, sessionBody(caller));
    if (request.method === 'GET' && look) return this.show(request, caller, look[1]);
    if (request.method === 'POST' && decided !== undefined) return this.decide(request, caller, decided);
    return apiAnswer(404, refusal('NOT_FOUND', 'There is nothing at this address.'));
  }

  private howToSignIn(): DeskAnswer {
    const { commandLine } = this.settings;
    if (commandLine) return apiAnswer(200, { v: 1, ...commandLine });
    return apiAnswer(404, refusal('NO_COMMAND_LINE', 'This desk has no client for the command line: use a browser.'));
  }

  private async show(request: DeskRequest, { person }: Caller, requestId?: string): Promise<DeskAnswer> {
    const call: DeskCall = { v: 1, type: 'desk_call', person, method: 'GET', ...(requestId ? { requestId } : {}) };
    const { status, body } = await this.ports.functions.show(call);
    if (status !== 200) return apiAnswer(status, body);
    const etag = entityTag(body);
    // Nothing is stored in a cache, but the page compares: it draws again only what changed.
    if (request.headers['if-none-match'] === etag) return apiAnswer(304, '', { etag });
    return apiAnswer(200, body, { etag });
  }

  private async decide(request: DeskRequest, caller: Caller, requestId: string): Promise<DeskAnswer> {
    const problem = caller.sessionId === undefined ? undefined : forgeryProblem(request, this.origin);
    if (problem !== undefined) {
      this.ports.log({ event: 'forged', requestId, subject: caller.person.subject });
      return apiAnswer(403, refusal('FORGED', problem));
    }
    const decision = readDecision(request);
    if ('reason' in decision) return apiAnswer(decision.status, refusal('INVALID_DECISION', decision.reason));
    const { person } = caller;
    const { status, body } = await this.ports.functions.decide({
      v: 1,
      type: 'desk_call',
      person,
      method: 'POST',
      requestId,
      body: decision.body,
    });
    return apiAnswer(status, body);
  }

  /** Undefined: nobody is signed in. @throws TokenRefusedError for a token that doesn't count */
  private async callerOf({ headers }: DeskRequest): Promise<Caller | undefined> {
    const { authorization } = headers;
    if (authorization !== undefined) {
      const token = /^Bearer ([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){2})$/i.exec(authorization)?.[1];
      if (token === undefined) throw new TokenRefusedError('The header Authorization holds no token.');
      return this.ports.issuer.verify(token);
    }
    const sessionId = cookieOf(headers.cookie, SESSION_COOKIE);
    const found = await this.sessions.find(sessionId);
    return found && sessionId !== undefined ? { ...found, sessionId } : undefined;
  }

  private words(status: number, title: string, reason: string, text: string, path: string): DeskAnswer {
    return pageAnswer(status, wordsPage(this.base, title, reason, { text, path }));
  }
}

function sessionBody({ person, expiresAt, sessionId }: Caller) {
  const { name, issuer, subject, groups } = person;
  return {
    v: 1,
    name,
    issuer,
    subject,
    groups,
    expiresAt: new Date(expiresAt * 1000).toISOString(),
    ...(sessionId === undefined ? {} : { antiForgery: antiForgeryToken(sessionId) }),
  };
}

function refusal(code: string, reason: string) {
  return { v: 1, code, reason };
}

/** Browsers and link previews fetch pages ahead, and say so. */
function isFetchedAhead({ headers }: DeskRequest): boolean {
  return /prefetch|prerender|preview/i.test(`${headers['sec-purpose'] ?? ''} ${headers.purpose ?? ''}`);
}
