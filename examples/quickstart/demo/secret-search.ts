/** What a search for a secret found. */
export interface SecretSearch {
  readonly texts: number;
  readonly bytes: number;
  /** Names of the spellings that were searched for. */
  readonly spellings: readonly string[];
  /** How many texts contain a spelling. */
  readonly hits: number;
}

/**
 * Searches texts for a secret as it is and in its usual encodings. Upper and lower case count as the same where an encoding
 * doesn't tell them apart. It shares no code with the check of the executor, so that a fault there shows here.
 */
export function searchForSecret(secret: string, texts: readonly string[]): SecretSearch {
  const bytes = Buffer.from(secret);
  const spellings = new Map<string, (text: string) => boolean>([
    ['plain', (text) => text.includes(secret)],
    ['backwards', (text) => text.includes([...secret].reverse().join(''))],
    ['hex', (text) => text.toLowerCase().includes(bytes.toString('hex'))],
    ['base64', (text) => base64Cores(bytes).some((core) => text.includes(core))],
    ['percent-encoded', (text) => text.toLowerCase().includes(bytes.toString('hex').replace(/../g, '%$&'))],
  ]);
  const found = [...spellings.values()];
  return {
    texts: texts.length,
    bytes: texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
    spellings: [...spellings.keys()],
    hits: texts.filter((text) => found.some((holds) => holds(text))).length,
  };
}

/** A line about a search, such as `0 hits in 12 replies (5,000 bytes), searched as plain, hex`. */
export function searchLine({ texts, bytes, spellings, hits }: SecretSearch): string {
  return `${hits} hits in ${texts} ${texts === 1 ? 'reply' : 'replies'} (${bytes.toLocaleString('en')} bytes), searched as ${spellings.join(', ')}`;
}

/** Base64 and base64url of the bytes wherever they begin in a longer text, without the characters that neighbours change. */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(3)]).toString('base64');
    const core = encoded.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + bytes.length) * 4) / 3));
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
