/** Headers that say who calls, whom, and how the message is framed. Source: RFC 9110, 7.6.1 and 11; RFC 9112, 6; RFC 6265. */
const REFUSED = new Set(
  [
    'authorization proxy-authorization proxy-authenticate cookie cookie2 set-cookie host :authority connection',
    'keep-alive te trailer transfer-encoding upgrade expect content-length content-type content-encoding',
    'content-transfer-encoding accept accept-encoding accept-charset origin referer via forwarded max-forwards',
    'http2-settings alt-used early-data x-real-ip x-client-ip x-cluster-client-ip true-client-ip cf-connecting-ip',
    'x-api-key api-key apikey x-auth-token x-access-token x-csrf-token x-xsrf-token x-amz-security-token',
    'x-method-override x-host dpop signature signature-input remote-user x-remote-user x-remote-group x-remote-groups',
    'x-webauth-user x-authenticated-user x-authenticated-userid x-authenticated-groups',
  ].flatMap((line) => line.split(' ')),
);

/** Families of headers that a server takes instead of the request line, or as said by a proxy. */
const REFUSED_FAMILIES =
  /^(?:proxy-|sec-|x-forwarded|x-original-|x-rewrite-|x-http-method|x-amzn-|x-envoy-|access-control-)/;

/**
 * Why no argument may set a header; undefined if one may. A part of a sentence.
 * @param credentialHeader the header that holds the connector's own credential
 */
export function headerProblem(name: string, credentialHeader?: string): string | undefined {
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/.test(name)) return 'it is no name of a header';
  const lower = name.toLowerCase();
  if (lower === credentialHeader?.toLowerCase()) return 'it holds the connector’s credential';
  if (REFUSED.has(lower) || REFUSED_FAMILIES.test(lower)) {
    return 'it says who calls, whom, or how the message is framed, so no argument sets it';
  }
  return undefined;
}
