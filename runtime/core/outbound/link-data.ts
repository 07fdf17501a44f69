/** Encoded characters in all parts of a URL together. A UUID has 32, the id of a shared document 44, a signed URL over 100. */
const MOST_ENCODED = 80;
/** In the host's name. A program may look it up before anybody follows the link. */
const MOST_ENCODED_HOST = 40;
/** Plain words also carry data. A long title has fewer characters. */
const MOST_QUERY_VALUE = 120;
const MOST_PATH = 250;
const MOST_HOST = 100;

/** Whether a URL has so much in it that is no plain word that it can carry a secret or a part of a record. */
export function dataIn(url: URL): boolean {
  const host = encodedIn(url.hostname);
  if (host >= MOST_ENCODED_HOST || url.hostname.length > MOST_HOST) return true;
  const address = decoded(url.pathname);
  if (address.length > MOST_PATH) return true;
  if (isOfMeeting(url)) return false;
  const query = valuesOf(url);
  if (query === undefined) return true;
  const more = [url.username, url.password, decoded(url.hash)].map(encodedIn);
  return host + encodedIn(address) + query + more.reduce((sum, each) => sum + each, 0) >= MOST_ENCODED;
}

/** Meetings have long ids. The owner of such a link doesn't learn who requests it, or with what. */
function isOfMeeting({ hostname, pathname }: URL): boolean {
  return hostname === 'teams.microsoft.com' && pathname.startsWith('/l/meetup-join/');
}

/** Encoded characters of the query. Undefined: it carries data in words, or in a URL inside it. */
function valuesOf({ hostname, searchParams }: URL): number | undefined {
  let encoded = 0;
  for (const [name, value] of searchParams) {
    if (/^https?:\/\//i.test(value) && URL.canParse(value)) {
      if (dataIn(new URL(value))) return undefined;
    } else if (!hostname.endsWith('.safelinks.protection.outlook.com')) {
      // Outlook rewrites links. What it adds is for itself.
      if (value.length > MOST_QUERY_VALUE || name.length > MOST_QUERY_VALUE) return undefined;
      encoded += encodedIn(name) + encodedIn(value);
    }
  }
  return encoded;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** How many characters are in pieces that look encoded. Where several do, numbers count too. */
export function encodedIn(text: string): number {
  let encoded = 0;
  let digits = 0;
  for (const piece of text.split(/[^\p{L}\p{N}]+/u)) {
    if (looksEncoded(piece)) encoded += piece.length;
    else if (/^\d+$/.test(piece)) digits += piece.length;
  }
  return encoded >= SEVERAL_ENCODED ? encoded + digits : encoded;
}

const SEVERAL_ENCODED = 24;
const VOWELS = /[aeiouyäöüéèàåøáíóú]/gi;

/** Words and numbers don't change between capitals, small letters and digits every two characters. */
function looksEncoded(piece: string): boolean {
  if (!/^[A-Za-z0-9]{3,}$/.test(piece)) return false;
  if (/^\d+$/.test(piece)) return piece.length >= 16;
  const runs = piece.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/g)?.length ?? 1;
  if (/\d/.test(piece)) return runs > 2 || (piece.length >= 12 && piece.length / runs < 8);
  if (piece.length >= 6 && piece.length / runs < 2.5) return true;
  return piece.length >= 16 && (piece.match(VOWELS)?.length ?? 0) / piece.length < 0.22;
}
