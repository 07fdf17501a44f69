/**
 * Cookies of the desk. `__Host-` binds a cookie to this one host: no other host of the domain can set it, and it is sent by HTTPS only.
 * Source: RFC 6265bis, section 4.1.3.2.
 */
export const SESSION_COOKIE = '__Host-desk-session';
/** What a sign-in under way needs. It must be sent when the issuer leads the browser back, so it is `Lax`. */
export const SIGN_IN_COOKIE = '__Host-desk-sign-in';

const VALUE = /^[A-Za-z0-9._~-]{1,512}$/;

/** The value of a cookie. Undefined: it is missing, comes twice, or has a form that the desk never sets. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const found = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [value] = found;
  return found.length === 1 && value !== undefined && VALUE.test(value) ? value : undefined;
}

export function setCookie(name: string, value: string, seconds: number, sameSite: 'Lax' | 'Strict'): string {
  return `${name}=${value}; Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=${sameSite}`;
}

export function dropCookie(name: string): string {
  return `${name}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict`;
}
