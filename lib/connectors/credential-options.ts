import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { SECRET } from '../private/props/cdk-shapes';
import { instanceOf, listOf, type Members, optional } from '../private/props/shape';
import { BoundCredential } from './bound-credential';
import { Credential } from './credential';

/** The credentials of a connector whose target expects one. See docs/credentials.md. */
export interface CredentialOptions {
  /**
   * The credential that the target expects.
   * @default - no credential
   */
  readonly credential?: Credential;
  /**
   * A secret that holds the credential's value already, with its own key and rotation. Its resource policy stays as it is, so others that it admits may
   * read the value too: `HardenedAgentChecks` reports it until the policy denies everybody else, or you acknowledge the finding. Where the secret isn't in this app, synthesis
   * warns instead.
   * @default - a secret and a key of the connector's own, which only its executor can read
   */
  readonly secret?: secretsmanager.ISecret;
  /**
   * Other credentials for some of the tools, such as `[BoundCredential.forReads(Credential.bearer('tickets-read'))]`: prefer a
   * token that may only read, for what only reads. Each has a secret, a function and a role of its own. All other tools have `credential`.
   * @default - all tools have `credential`
   */
  readonly credentials?: BoundCredential[];
}

/** @internal */
export const CREDENTIAL_OPTIONS: Members<CredentialOptions> = {
  credential: optional(instanceOf(Credential, "Credential.bearer('tickets-api')")),
  secret: optional(SECRET),
  credentials: optional(
    listOf(
      instanceOf(BoundCredential, "BoundCredential.forReads(Credential.bearer('tickets-read'))"),
      "BoundCredential.forReads(Credential.bearer('tickets-read'))",
    ),
  ),
};
