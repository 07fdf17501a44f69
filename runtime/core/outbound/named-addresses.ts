/** The web addresses that the user's task or the trusted directory names. */
export class NamedAddresses {
  private readonly urls = new Set<string>();
  private readonly hosts = new Set<string>();
  private readonly trustedHosts = new Set<string>();

  /** `directory` has hosts, URLs and other targets. A host there is trusted with everything, a host of the task is not. */
  constructor(taskText: string, directory: Iterable<string> = []) {
    for (const [word] of taskText.matchAll(/[^\s<>"'`()[\]]+/g)) this.add(withoutPunctuation(word), this.hosts);
    for (const value of directory) this.add(value, this.trustedHosts);
  }

  /** Whether this very URL is named, or its host by somebody who decides where data goes. */
  trusts(url: URL): boolean {
    return this.urls.has(withoutHash(url)) || this.trustedHosts.has(url.host);
  }

  /** Whether at least the host is named: it may get what carries no data. */
  knows(url: URL): boolean {
    return this.trusts(url) || this.hosts.has(url.host);
  }

  private add(word: string, hosts: Set<string>): void {
    if (/^https?:\/\//i.test(word)) {
      if (URL.canParse(word)) this.urls.add(withoutHash(new URL(word)));
    } else if (HOST.test(word)) {
      hosts.add(word.toLowerCase());
    }
  }
}

/** Nobody named anything. */
export const NOTHING_NAMED = new NamedAddresses('');

/** A mail address isn't a host: who may get a mail needn't be told what somebody reads. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,10}[a-z]{2,24}$/i;

function withoutPunctuation(word: string): string {
  let end = word.length;
  while (end > 0 && ',;.:!?*_'.includes(word.charAt(end - 1))) end -= 1;
  return word.slice(0, end);
}

function withoutHash(url: URL): string {
  return url.href.slice(0, url.href.length - url.hash.length);
}
