/** One connector behind the firewall. @internal */
export interface EgressSource {
  /** Ranges of the connector's subnets. */
  readonly cidrs: string[];
  /** Exact host names that it may call on TCP 443. */
  readonly hostNames: string[];
}

/** A list of addresses in Suricata's syntax. */
function addressList(cidrs: string[]): string {
  return cidrs.length === 1 ? cidrs.join() : `[${cidrs.join(',')}]`;
}

/**
 * The rules of one egress firewall, for STRICT_ORDER: top to bottom, the first `pass` or `drop` decides.
 *
 * 1. Everything but TCP to port 443 is dropped at its first packet. (The policy's default drop applies to established
 *    flows only, so a single UDP packet would pass.)
 * 2. A TLS connection of a connector passes when its SNI is one of that connector's hosts **and** the resolver returned
 *    the address for that host. The SNI alone proves nothing: a client can send any.
 * 3. Everything but TLS is dropped once the payload shows it. Other names, and TLS without a name, are left to the policy's
 *    default drop: an explicit rule would also match a client hello whose name is in its second packet.
 *
 * Source: Network Firewall developer guide, "Evaluation order for stateful rule groups" and "Matching specific domains
 * with resolved-domain rules"; Suricata 7 rule format.
 * @internal
 */
export function egressRules(sources: EgressSource[]): string {
  const rules: string[] = [];
  let sid = 1000;
  const add = (action: string, header: string, options: string[]) => {
    sid += 1;
    rules.push(`${action} ${header} (${[...options, `sid:${sid}`, 'rev:1'].join('; ')};)`);
  };

  add('drop', 'udp any any -> any any', ['msg:"UDP is not allowed"']);
  add('drop', 'icmp any any -> any any', ['msg:"ICMP is not allowed"']);
  add('drop', 'ip any any -> any any', ['msg:"Only TCP is allowed"', 'ip_proto:!6']);
  add('drop', 'tcp any any -> any !443', ['msg:"Only port 443 is allowed"', 'flow:to_server']);
  for (const source of sources) {
    for (const host of source.hostNames) {
      add('pass', `tls ${addressList(source.cidrs)} any -> any 443`, [
        `msg:"Allowed host ${host}"`,
        'flow:to_server',
        'tls.sni',
        `content:"${host}"`,
        'startswith',
        'endswith',
        'nocase',
        `aws_route_53_resolved_domain:"${host}"`,
      ]);
    }
  }
  add('drop', 'tcp any any -> any 443', [
    'msg:"Only TLS is allowed"',
    'flow:to_server,established',
    'app-layer-protocol:!tls',
  ]);
  return `${rules.join('\n')}\n`;
}
