import { Token } from 'aws-cdk-lib';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { SECRET } from '../private/props/cdk-shapes';
import { fromFactory } from '../private/props/from-factory';
import { instanceOf, listOf, optional, struct, text } from '../private/props/shape';
import { DeskIngress } from './desk-ingress';

/** How approvers sign in with OpenID Connect. */
export interface OidcSignInOptions {
  /** The issuer's URL, exactly as in the claim `iss` of its tokens. It must describe itself at `/.well-known/openid-configuration`. */
  readonly issuer: string;
  /** The web desk's client at the issuer. Its redirect URI is the desk's address with `/callback`. */
  readonly clientId: string;
  /**
   * The secret of the client, as the whole text of the secret. It has one reader, so it can't be a connector's too. A secret that is
   * there already: `Secret.fromSecretCompleteArn(…)`.
   * @default - a public client: PKCE alone binds the code to the browser
   */
  readonly clientSecret?: secretsmanager.ISecret;
  /**
   * Another client at the issuer, a public one, with which `hardened-agent approvals sign-in` signs in. Its redirect URI is
   * `http://127.0.0.1/callback`, with any port. Source: RFC 8252, section 7.3.
   * @default - people decide in a browser only
   */
  readonly commandLineClientId?: string;
  /**
   * The claim of the ID token with a person's groups. `approverGroups` are values of it.
   * @default 'groups'
   */
  readonly groupsClaim?: string;
  /**
   * The claim with a person's name, for others to read. It proves nothing.
   * @default 'name'
   */
  readonly nameClaim?: string;
  /**
   * Further claims that are kept with a decision, and that may say that two people are one.
   * @default ['email']
   */
  readonly claims?: string[];
  /**
   * What the desk asks the issuer for. `openid` is always among it.
   * @default ['profile', 'email']
   */
  readonly scopes?: string[];
  /** How people reach the desk. */
  readonly ingress: DeskIngress;
}

const OPTIONS = struct<OidcSignInOptions>(
  {
    issuer: text('https://login.example.com'),
    clientId: text('approval-desk'),
    clientSecret: optional(SECRET),
    commandLineClientId: optional(text('approval-desk-cli')),
    groupsClaim: optional(text('groups')),
    nameClaim: optional(text('name')),
    claims: optional(listOf(text('email'), "'email'")),
    scopes: optional(listOf(text('profile'), "'profile'")),
    ingress: instanceOf(DeskIngress, "DeskIngress.privately({ vpcEndpointIds: ['vpce-…'] })"),
  },
  "{ issuer: 'https://login.example.com', clientId: 'approval-desk', ingress }",
);

/** How people sign in to decide, if not with IAM. A desk has one way in, so that nobody counts as two people. */
export class ApproverSignIn {
  /** With OpenID Connect, at a web page that the product serves. */
  public static oidc(options: OidcSignInOptions): ApproverSignIn {
    return fromFactory(ApproverSignIn, 'ApproverSignIn.oidc', { options: [OPTIONS, options] }, () => {
      const problem = problemOf(options);
      if (problem !== undefined) throw new Error(problem);
      return new ApproverSignIn(options);
    });
  }

  private constructor(
    /** @internal */
    public readonly _options: OidcSignInOptions,
  ) {}
}

const WORD = /^[\x21-\x7e]{1,200}$/;

function problemOf({ issuer, clientId, commandLineClientId, ...rest }: OidcSignInOptions): string | undefined {
  if (!URL.canParse(issuer) || new URL(issuer).protocol !== 'https:' || /[?#]/.test(issuer)) {
    return `issuer is "${issuer}"; write its https URL without a query, such as 'https://login.example.com'`;
  }
  if (commandLineClientId === clientId) {
    return 'commandLineClientId is also the clientId, so a token of one could be used for the other; register two clients';
  }
  const { groupsClaim = 'groups', nameClaim = 'name', claims = [], scopes = [] } = rest;
  const words = [
    clientId,
    ...(commandLineClientId ? [commandLineClientId] : []),
    groupsClaim,
    nameClaim,
    ...claims,
    ...scopes,
  ];
  const wrong = words.find((word) => Token.isUnresolved(word) || !WORD.test(word));
  return wrong === undefined
    ? undefined
    : `"${wrong}" isn't the name of a client, claim or scope; write up to 200 visible ASCII characters without spaces`;
}

/** How a way to sign in is written. @internal */
export const SIGN_IN = optional(instanceOf(ApproverSignIn, 'ApproverSignIn.oidc({ issuer, clientId, ingress })'));
