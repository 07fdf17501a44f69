const NO_REGION =
  'No AWS region is set. Set AWS_REGION or AWS_DEFAULT_REGION, or set "region" in the profile that AWS_PROFILE names.';
const NO_CREDENTIALS =
  'No AWS credentials were found. Run "aws sso login" and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
const EXPIRED =
  'The AWS credentials have expired. Sign in again with "aws sso login", or set new values of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.';
/** A region that the account hasn't enabled rejects all of its credentials: docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html */
const REJECTED =
  'AWS does not accept these credentials. Check AWS_PROFILE, or AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. Check the region too: one that is off by default accepts them only after the account enabled it (aws account list-regions).';

const EXPIRED_NAMES = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'TokenRefreshRequired',
  'CredentialsExpired',
]);
const REJECTED_NAMES = new Set([
  'AuthFailure',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidToken',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);
const DENIED_NAMES = new Set(['403', 'AccessDenied', 'AccessDeniedException', 'Forbidden', 'UnauthorizedOperation']);

/**
 * One line that says how to mend a missing region, missing or expired credentials, or a denied request. Undefined for all
 * other errors.
 *
 * @param permissions IAM actions that the command needs
 */
export function explainAwsError(error: unknown, permissions: readonly string[]): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  if (message === 'Region is missing') return NO_REGION;
  if (EXPIRED_NAMES.has(name)) return EXPIRED;
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return /expired/i.test(message) ? EXPIRED : `${NO_CREDENTIALS} (${message})`;
  }
  if (REJECTED_NAMES.has(name)) return `${REJECTED} (${message})`;
  return DENIED_NAMES.has(name) ? explainDenial(message, permissions) : undefined;
}

/** AWS names principal, action and resource in most denials; S3 doesn't always. */
function explainDenial(message: string, permissions: readonly string[]): string {
  const [, principal, action, resource] =
    /User: (\S+) is not authorized to perform: (\S+)(?: on resource: (\S+))?/.exec(message) ?? [];
  const needed = permissions.length === 0 ? '' : ` This command needs ${permissions.join(', ')}.`;
  const advice = 'Choose a profile with AWS_PROFILE whose role has the permission, or add it to the role.';
  if (principal === undefined || action === undefined) return `AWS denied a request (${message}).${needed} ${advice}`;
  const where = resource === undefined ? '' : ` on ${resource}`;
  const reason = /explicit deny/.test(message) ? ' A policy denies it explicitly.' : '';
  return `AWS denied ${action}${where} to ${principal}.${reason}${needed} ${advice}`;
}
