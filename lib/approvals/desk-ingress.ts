import { fromFactory } from '../private/props/from-factory';
import { listOf, number, optional, struct, textOrToken } from '../private/props/shape';

/** How people reach a private web desk. */
export interface PrivateDeskIngress {
  /**
   * Ids of interface endpoints for `execute-api`, in networks that people's devices reach, such as that of your VPN. The desk answers
   * through these alone. Don't name an endpoint of the agents' network.
   */
  readonly vpcEndpointIds: string[];
}

/** How people reach a public web desk. */
export interface PublicDeskIngress {
  /**
   * Requests of one address in five minutes, from 100. AWS WAF blocks an address with more. An open page sends about 250.
   * @default 2000
   */
  readonly requestsPerAddress?: number;
}

const PRIVATE = struct<PrivateDeskIngress>(
  { vpcEndpointIds: listOf(textOrToken('vpce-0123456789abcdef0'), "'vpce-0123456789abcdef0'") },
  "{ vpcEndpointIds: ['vpce-0123456789abcdef0'] }",
);
const PUBLIC = optional(
  struct<PublicDeskIngress>({ requestsPerAddress: optional(number(2000)) }, '{ requestsPerAddress: 2000 }'),
);

/** The least rate that AWS WAF is given here. A person who reads one request sends more in five minutes than a smaller one allows. */
const LEAST_RATE = 100;
/** Source: AWS WAF developer guide, "Using rate-based rule statements". */
const MOST_RATE = 2_000_000_000;

/** How people reach the web desk. There is no default: whoever deploys it says who can reach it. */
export class DeskIngress {
  /**
   * Only from networks with one of these endpoints: a private REST API.
   */
  public static privately(options: PrivateDeskIngress): DeskIngress {
    return fromFactory(DeskIngress, 'DeskIngress.privately', { options: [PRIVATE, options] }, () => {
      const { vpcEndpointIds } = options;
      if (vpcEndpointIds.length === 0)
        throw new Error('vpcEndpointIds is empty, so nobody could reach the desk; name one');
      return new DeskIngress(vpcEndpointIds, undefined);
    });
  }

  /**
   * From the internet: a regional REST API behind AWS WAF, with AWS's common rules and a limit for each address. Everybody can reach the
   * sign-in; only who signs in sees a request.
   */
  public static publicly(options: PublicDeskIngress = {}): DeskIngress {
    return fromFactory(DeskIngress, 'DeskIngress.publicly', { options: [PUBLIC, options] }, () => {
      const rate = options.requestsPerAddress ?? 2000;
      if (!Number.isInteger(rate) || rate < LEAST_RATE || rate > MOST_RATE) {
        throw new Error(`requestsPerAddress is ${rate}; write a whole number from ${LEAST_RATE} to ${MOST_RATE}`);
      }
      return new DeskIngress([], rate);
    });
  }

  private constructor(
    /** Empty: public. @internal */
    public readonly _vpcEndpointIds: string[],
    /** Requests of one address in five minutes. Undefined: private. @internal */
    public readonly _requestsPerAddress: number | undefined,
  ) {}
}
