/** Values that stand for a credential in documentation, and so are none. */
const EXAMPLES: ReadonlySet<string> = new Set([
  // jwt.io and Stripe's documentation.
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c',
  `sk_${'test'}_4eC39HqLyjWDarjtT1zdp7dc`,
  `sk_${'test'}_BQokikJOvBiI2HlWgH4olfQ2`,
]);

/** AWS writes its examples of 20 and 40 characters with these endings. */
const AWS_EXAMPLE = /^(?:A[KS]IA[A-Z0-9]{9}EXAMPLE|[A-Za-z0-9+/]{30}EXAMPLEKEY)$/;

export function isDocumented(credential: string): boolean {
  return EXAMPLES.has(credential) || AWS_EXAMPLE.test(credential);
}

/** Words that people write where a password belongs. */
const WORDS =
  /^(?:my|your|the|some)?[_-]?(?:pass|passwd|password|passwort|pwd|secret|change[_-]?(?:me|it|this)|changeme\d{0,4}|example|placeholder|redacted|hidden|masked|none|null|undefined|string|value|dummy|todo|tbd|required|optional)[_-]?(?:here)?$/i;

/** `<password>`, `${PASSWORD}`, `{password}`, `%PASSWORD%`, `$PASSWORD`, `****`, `xxxx`, `...`, `changeme`. */
export function isPlaceholder(value: string): boolean {
  return /^[<{[$%*]/.test(value) || /^(.)\1*$/.test(value) || /^[xX*.•_-]{3,}/.test(value) || WORDS.test(value);
}

const DEFAULTS = /^(?:admin|app|demo|guest|mysql|pass(?:word)?|postgres|root|sa|test|user)$/i;
/** Hosts that only the same machine or network of containers knows, and those of documentation (RFC 2606). */
const LOCAL =
  /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|0\.0\.0\.0|\[::1\]|[a-z0-9_-]+|(?:[a-z0-9-]+\.)*(?:example(?:\.(?:com|net|org))?|test|invalid|localhost))$/i;

/** A password that is the name of its user or a default, on a host of examples. */
export function isExampleLogin(user: string, password: string, host: string): boolean {
  if (isPlaceholder(password)) return true;
  return LOCAL.test(host) && (DEFAULTS.test(password) || password.toLowerCase() === user.toLowerCase());
}

/**
 * How often the kind of character changes inside the words of a value: capital, small letter, digit. A capital before small letters
 * is a part of their word. Names, dates and paths have few changes, however many words and numbers they are made of.
 */
export function changesInWords(value: string): number {
  let changes = 0;
  let before = OTHER;
  for (let i = 0; i < value.length; i += 1) {
    const kind = kindOf(value.charCodeAt(i));
    const capitalized = before === CAPITAL && kind === SMALL && (i < 2 || kindOf(value.charCodeAt(i - 2)) === OTHER);
    if (kind !== before && kind !== OTHER && before !== OTHER && !capitalized) changes += 1;
    before = kind;
  }
  return changes;
}

const OTHER = 0;
const CAPITAL = 1;
const SMALL = 2;
const DIGIT = 3;

function kindOf(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return DIGIT;
  if (unit >= 0x41 && unit <= 0x5a) return CAPITAL;
  return unit >= 0x61 && unit <= 0x7a ? SMALL : OTHER;
}
