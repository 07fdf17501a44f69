/** What a name says about its value. A value that stands under such a name is judged by it. */
export type CredentialKind =
  /** A person or a program chose it; it may be any text. */
  | 'password'
  /** A service gave it out. */
  | 'token'
  /** A credential, or the name of the secret that holds it. */
  | 'secret'
  /** A credential, or the way in which somebody signs in. */
  | 'auth'
  /** An address that is a credential, if its path can't be guessed. */
  | 'webhook';

/**
 * What a name says: the last of its words decides, in any spelling (`DB_PASSWORD`, `dbPassword`, `db-password1`). So
 * `SECRET_ARN`, `TOKEN_URL`, `KEY_ID`, `PASSWORD_POLICY` and `MAX_TOKENS` say nothing of a credential.
 */
export function credentialKindOf(name: string): CredentialKind | undefined {
  if (!MAY_NAME.test(name)) return undefined;
  const words = wordsOf(name);
  while (words.length > 1 && NO_MEANING.test(words.at(-1) ?? '')) words.pop();
  const [before = '', last = ''] = [words.at(-2), words.at(-1)];
  return READINGS.find(
    (each) => each.last.test(last) && each.before?.test(before) !== false && !each.notBefore?.test(before),
  )?.kind;
}

/** A part of each last word below. Most names have none. */
const MAY_NAME = /pass|pwd|pw|token|secret|key|cred|auth|bearer|pat|hook/i;

/** Words after the one that counts: where it is used, which of several it is, or of what form. */
const NO_MEANING =
  /^(\d+|v|v\d+|prod|production|dev|development|test|testing|staging|stage|live|primary|secondary|value|string|base|text|plain|plaintext|default|old|new|current|literal|raw)$/;

const PASSWORD =
  /^(password|passwd|passwort|pwd|pw|passphrase|passcode|mysqlpwd|(pg|db|root|user|admin|my)(password|passwd|pwd|pass))$/;

/** Before `PASS`: a run over something, or a ticket. */
const NO_CREDENTIAL_PASS = /^(max|min|first|second|last|single|multi|num|boarding|per)$/;

/** Words that are a credential by themselves. */
const SINGLE =
  /^(apikey|accesskey|secretkey|privatekey|signingkey|masterkey|authkey|pat|bearer|credential|credentials|creds|apitoken|authtoken|accesstoken|bottoken|clientsecret|apisecret)$/;

const AUTH = /^(auth|authorization|basicauth)$/;

/** Before `TOKEN`: places in a list, counts of a model, marks in a text, and what makes a request unique. */
const NO_CREDENTIAL_TOKEN =
  /^(max|min|next|prev|previous|page|pages|continuation|pagination|per|stop|start|end|eos|bos|pad|unk|mask|sep|cls|special|client|request|idempotency|task|budget|input|output|total|prompt|completion|sync|csrf|placeholder|cancellation)$/;

/** Before `SECRET`: no name of a stored secret is written so. */
const CREDENTIAL_SECRET =
  /^(client|jwt|signing|hmac|session|cookie|webhook|consumer|api|auth|oauth|token|encryption|hash|nextauth|signature)$/;

/** Before `KEY`: uses and issuers of keys that are credentials. Others are keys of a table, a cache, a bucket or KMS. */
const KEY_OF =
  /^(api|access|secret|private|signing|encryption|master|account|storage|shared|auth|authentication|hmac|jwt|webhook|service|subscription|license|admin|write|ingest|ingestion|session|cookie|crypto|ai|openai|anthropic|claude|gemini|google|mistral|cohere|groq|tavily|serp|serpapi|serper|pinecone|langchain|langsmith|langfuse|huggingface|hf|stripe|sendgrid|twilio|datadog|dd|newrelic|relic|github|gitlab|slack|azure|deepseek|perplexity|replicate|elevenlabs|weaviate|qdrant|npm|algolia|mailgun|sentry|together|fireworks|xai|voyage|exa|firecrawl|crm|zendesk|jira|hubspot|openrouter|deepgram|assemblyai|splunk|snowflake|vault)$/;

/** What a last word says, with a certain word before it, or without. The first that fits counts. */
const READINGS: readonly {
  readonly kind: CredentialKind;
  readonly last: RegExp;
  readonly before?: RegExp;
  readonly notBefore?: RegExp;
}[] = [
  { kind: 'webhook', last: /^(url|uri|address|endpoint)$/, before: /^(web)?hooks?$/ },
  { kind: 'webhook', last: /^webhook$/ },
  { kind: 'password', last: /^pass$/, notBefore: NO_CREDENTIAL_PASS },
  { kind: 'password', last: PASSWORD },
  { kind: 'token', last: /^token$/, notBefore: NO_CREDENTIAL_TOKEN },
  { kind: 'token', last: /^secret$/, before: CREDENTIAL_SECRET },
  { kind: 'secret', last: /^secret$/ },
  { kind: 'token', last: /^key$/, before: KEY_OF },
  { kind: 'token', last: SINGLE },
  { kind: 'auth', last: AUTH },
];

/** The words of a name in small letters: at signs, capitals and digits. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/([A-Za-z])(\d+)$/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
