import { withoutEscapes } from '../guard/escapes';
import { dataIn } from './link-data';
import type { NamedAddresses } from './named-addresses';

/** An address without a host is read against this one, so a URL with it is one without a host. */
const NOWHERE = 'nowhere.invalid';
const LAYERS = 3;

/** The address as written, and with its entities, backslashes and percent signs decoded, because programs do that differently. */
function readings(address: string): string[] {
  const found = [address];
  let next: string | undefined = address.replace(/&NewLine;?/g, '\n');
  for (let layer = 0; layer < LAYERS && next !== undefined; layer += 1) {
    found.push(next);
    next = withoutEscapes(next);
  }
  // A browser takes these out before it reads a URL.
  return found.map((each) => each.replace(/[\t\n\r]/g, '').replace(/^[\0-\x20]+/, ''));
}

/** The URL as a browser reads it. Undefined: it isn't one. */
function urlOf(address: string): URL | undefined {
  return URL.canParse(address, `https://${NOWHERE}/`) ? new URL(address, `https://${NOWHERE}/`) : undefined;
}

/** A path of plain names on the host that shows the text, a part of the text or mail itself, or a placeholder. */
const OWN = /^(?:#[\w.-]*|cid:[\w.@$%+-]+|about:blank|(?:\.{0,2}\/)?(?:[\p{L}\p{N}_.~@$%{} ()-]+(?:\/|$))*)$/u;
const RASTER_IMAGE = /^data:image\/(?:png|jpe?g|gif|webp);base64,[\sA-Za-z0-9+/=_-]*$/i;

/** Whether a program may load an address by itself: it has no other host, or one that somebody named. */
export function mayLoad(address: string, named: NamedAddresses): boolean {
  if (RASTER_IMAGE.test(address)) return true;
  return readings(address).every((each) => {
    if (OWN.test(each.trim())) return true;
    const url = urlOf(each);
    if (!url || !/^https?:$/.test(url.protocol)) return false;
    return named.trusts(url) || (named.knows(url) && !dataIn(url));
  });
}

/** Whether an attribute's value names another host or a program. Values of unknown attributes needn't be addresses at all. */
export function namesElsewhere(value: string, named: NamedAddresses): boolean {
  return readings(value).some((each) => ELSEWHERE.test(each)) && !mayLoad(value, named);
}

const ELSEWHERE =
  /^(?:[\\/]{2}|(?:https?|wss?|ftps?|file|javascript|vbscript|data|blob|filesystem|jar|mhtml|view-source):)|\b(?:url|src|image-set)\s?\(/i;

/** Links with these schemes do nothing until somebody follows them, and then open a page, a mail or a call. */
const LINK_SCHEMES = new Set(
  'http https mailto tel sms ftp ftps sftp ssh git cid mid news nntp geo urn doi sip sips xmpp irc ircs s3 arn slack msteams callto about ws wss redis postgres postgresql mysql mongodb jdbc amqp amqps'.split(
    ' ',
  ),
);
/** In prose and code, a word before a colon is no scheme, unless it is one of these or two slashes follow. */
const SCHEME =
  /^(?:([a-z][a-z0-9+.-]{0,40}):[\\/]{2}|(javascript|vbscript|livescript|data|blob|jar|mhtml|view-source|file|search|(?:ms|search)-[a-z-]{1,30}|web\+[a-z]{1,30}):(?=\S))/i;

/** What a link does besides opening a page when somebody follows it. Undefined: nothing. */
export function problemOfLink(address: string, named: NamedAddresses): string | undefined {
  if (RASTER_IMAGE.test(address)) return undefined;
  for (const each of readings(address)) {
    const scheme = SCHEME.exec(each);
    const name = (scheme?.[1] ?? scheme?.[2])?.toLowerCase();
    if (name !== undefined && !LINK_SCHEMES.has(name)) return 'a link that runs a program';
    // Windows sends a hash of the password to the host of such a path.
    if (/^\\{2}[\w.-]+\\/.test(each)) return 'a link that runs a program';
    if (carriesData(each, named)) return 'a link that carries data';
  }
  return undefined;
}

/** Whether a link has much encoded data in it, for a host that nobody named. */
export function carriesData(address: string, named: NamedAddresses): boolean {
  const url = urlOf(address);
  if (!url || url.host === NOWHERE || !/^(?:https?|ftp|wss?):$/.test(url.protocol)) return false;
  return dataIn(url) && !named.trusts(url);
}
