import { isRandom } from '../../../runtime/core/guard/named-secrets';
import { isPlaceholder } from '../../../runtime/core/guard/placeholders';
import type { CredentialKind } from './credential-name';

/**
 * Whether a known text may be the credential that its name announces. It isn't where the text says where the credential is, or
 * that somebody must put it in. A password that everybody knows is one: it is used as it stands.
 */
export function isCredentialValue(kind: CredentialKind, text: string): boolean {
  const value = text.trim();
  if (NOTHING.test(value) || FROM_ELSEWHERE.test(value) || isForm(value)) return false;
  if (kind === 'webhook') return /^https:\/\/[^/]+\/.*[A-Za-z0-9_-]{16}/.test(value) && hasUnguessablePart(value);
  if (URL.test(value) || /^[/~.]/.test(value) || isPathOfNames(value)) return false;
  if (kind === 'password') return !SETTING.test(value);
  if (/^\d+$/.test(value) || isPlaceholder(value) || SETTING.test(value)) return false;
  if (kind === 'auth') return isAuthorization(value);
  return kind === 'token' || !isName(value);
}

const NOTHING = /^(|true|false|yes|no|on|off|null|none|nil|undefined|n\/a|-+|empty)$/i;

/** An ARN, a variable of a shell or a template, a path into a document, an expression, a dynamic reference. */
const FROM_ELSEWHERE =
  /^(arn:|\$|%|@)|\$\{|\{\{|\{%|\0|^(file|env|ssm|secretsmanager|vault):|^(os\.environ|process\.env)\b/i;

const URL = /^[a-z][a-z0-9+.-]{1,30}:\/\//i;

/** Where somebody must put in the credential: `<token>`, `REPLACE_ME`, `your-key-here`, `xxxx`. */
function isForm(value: string): boolean {
  return (
    /^[<[({*]|<<|^[xX*.•_-]{3,}$|^(.)\1+$/.test(value) ||
    /^(my|the)?[\s_-]?(api|access|secret)[\s_-]?(key|token)$/i.test(value) ||
    /^(replace|insert|enter|put|fill|add|set|provide|update|overwrite|todo|tbd|fixme)([\s_-]|me|with|$)/i.test(value) ||
    /^(your[a-z\s_-]*|(the|an?|some)[\s_-][a-z\s_-]*)$/i.test(value) ||
    /placeholder|to[\s_-]?be[\s_-]?(set|replaced|filled)|[\s_-]here$|not[\s_-]?(needed|used|required|set)|^dummy/i.test(
      value,
    )
  );
}

/** Ways of signing in, and states of a switch. */
const SETTING =
  /^(seconds|minutes|hours|days|enabled?|disabled?|required|optional|auto|automatic|managed|default|custom|iam|aws_?iam|jwt|oauth2?|oidc|saml|basic|bearer|digest|ldap|cognito|api_?key|sigv4|mtls|plain|scram|aws|secrets?_?manager|ssm|vault|env|file|prompt|bcrypt|argon2|sha\d+|hs\d+|rs\d+|es\d+)$/i;

/** `prod/support/db`: the name of a secret. A slash of Base64 stands between random characters. */
function isPathOfNames(value: string): boolean {
  return /^[A-Za-z0-9_.@+=-]+(\/[A-Za-z0-9_.@+=-]+)+$/.test(value) && !isRandom(value);
}

/** `support-db-secret`, `SupportSecret`: words, as people name things. */
function isName(value: string): boolean {
  const ofWords = /^[A-Za-z]+([_.-][A-Za-z]+\d?)+$|^([A-Z][a-z]+){2,}$/.test(value);
  return (ofWords || /^[a-z]*(secret|cred)[a-z]*$/i.test(value)) && !isRandom(value);
}

/** `Bearer …`, `user:password`, or what no person would write as a setting. */
function isAuthorization(value: string): boolean {
  const [, after] = /^(?:Bearer|Basic|Token|ApiKey)\s+(.+)$/i.exec(value) ?? [];
  if (after !== undefined) return isCredentialValue('token', after);
  if (/^[^\s:]{1,60}:[^\s:]{3,}$/.test(value)) return true;
  return value.length >= 8 && /\d/.test(value) && /[A-Za-z]/.test(value) && !/\s/.test(value) && !isName(value);
}

/** A part of an address that nobody can guess. */
function hasUnguessablePart(address: string): boolean {
  const [, rest = ''] = /^https:\/\/[^/]+(.*)$/.exec(address) ?? [];
  return rest.split(/[/?&=]/).some((part) => part.length >= 16 && /\d/.test(part) && /[A-Za-z]/.test(part));
}
