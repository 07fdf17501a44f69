import type { Duration } from 'aws-cdk-lib';

/** How the people that sessions run for are verified. */
export interface OidcUsersOptions {
  /**
   * The issuer of the users' ID tokens, as their claim `iss`: an https address, without query. Its discovery document says where
   * its keys are, unless `keys` pins them.
   */
  readonly issuer: string;
  /** The id of the application at the issuer: the only value of the claim `aud`. Each agent should have a client of its own. */
  readonly audience: string;
  /**
   * The claim that people read as the user's name. It tells nobody apart: issuer and subject do.
   * @default 'sub'
   */
  readonly nameClaim?: string;
  /**
   * The claim that holds the user's groups, as a text or a list. Policies read it as `context.user.groups`.
   * @default - users have no groups
   */
  readonly groupsClaim?: string;
  /**
   * Further claims that a session keeps. Policies read them as `context.user.claims.<claim>`, after `has`.
   * @default - none
   */
  readonly claims?: string[];
  /**
   * Claims whose equal values make two people one, so that nobody approves an own request by a second account. They must be
   * among `claims`, and among those of `ApproverSignIn.oidc`.
   * @default ['email'], which counts for a session's user if it is among `claims` or is the name
   */
  readonly samePersonClaims?: string[];
  /**
   * A file with the issuer's public keys (a JSON Web Key Set), relative to the working directory of the app. The keys are then never
   * fetched: a new key needs a deployment. Required with `launcherInNetwork`, where nothing reaches the issuer.
   * @default - the keys are fetched from the issuer, and again when it has new ones
   */
  readonly keys?: string;
  /**
   * Services that a session may run for when no person started it, such as `nightly-report`. Whoever may invoke the launch
   * function may name them.
   * @default - none: each session runs for a person
   */
  readonly services?: string[];
  /**
   * The longest time from the sign-in to the launch, in whole seconds, from one minute to a day.
   * @default Duration.hours(1)
   */
  readonly maxTokenAge?: Duration;
}
