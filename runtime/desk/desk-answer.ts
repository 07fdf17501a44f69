import type { APIGatewayProxyResult } from 'aws-lambda';

/** An answer of the web desk. */
export interface DeskAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body: string;
}

/** Nothing from elsewhere, nothing inline, in no frame; no text becomes markup. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const SECURITY = {
  'strict-transport-security': 'max-age=63072000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), publickey-credentials-get=()',
  'cache-control': 'no-store',
};

/** A page of HTML. */
export function pageAnswer(status: number, body: string, cookies: readonly string[] = []): DeskAnswer {
  return answer(status, 'text/html; charset=utf-8', body, PAGE_POLICY, cookies);
}

/** The page's own script or style. */
export function assetAnswer(type: string, body: string): DeskAnswer {
  return answer(200, `${type}; charset=utf-8`, body, "default-src 'none'");
}

/** JSON, or a text of JSON that another function wrote. */
export function apiAnswer(status: number, body: unknown, more: Readonly<Record<string, string>> = {}): DeskAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const made = answer(status, 'application/json', text, "default-src 'none'");
  return { ...made, headers: { ...made.headers, ...more } };
}

export function redirectAnswer(location: string, cookies: readonly string[] = []): DeskAnswer {
  const made = answer(303, 'text/plain; charset=utf-8', '', "default-src 'none'", cookies);
  return { ...made, headers: { ...made.headers, location } };
}

/** The same answer, with cookies. */
export function withCookies(made: DeskAnswer, ...cookies: string[]): DeskAnswer {
  return { ...made, cookies: [...(made.cookies ?? []), ...cookies] };
}

function answer(
  status: number,
  type: string,
  body: string,
  policy: string,
  cookies: readonly string[] = [],
): DeskAnswer {
  return { status, headers: { ...SECURITY, 'content-type': type, 'content-security-policy': policy }, cookies, body };
}

/** The answer as API Gateway takes it. */
export function toApiGateway({ status, headers, cookies = [], body }: DeskAnswer): APIGatewayProxyResult {
  return {
    statusCode: status,
    headers: { ...headers },
    ...(cookies.length > 0 ? { multiValueHeaders: { 'set-cookie': [...cookies] } } : {}),
    body,
  };
}
