import {
  GetSecretValueCommand,
  type GetSecretValueCommandOutput,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { secretsManager } from '../aws/clients';
import { environment } from '../aws/environment';
import type { CredentialValue } from './target-answer';

type Secrets = Pick<SecretsManagerClient, 'send'>;
type Label = 'AWSCURRENT' | 'AWSPREVIOUS' | 'AWSPENDING';

/** How long after a rotation the target may not know the new value yet. */
const ROTATION_MS = 3_600_000;

/**
 * Reads the connector's credential for each call, so that a rotation takes effect at once and no value stays in memory. The
 * value before the rotation is read in parallel, because results must not contain it either. Both reads need
 * `secretsmanager:GetSecretValue` alone.
 *
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export async function readCredential(secrets: Secrets = secretsManager()): Promise<CredentialValue | undefined> {
  const [current, previous] = await Promise.all([read(secrets, 'AWSCURRENT'), found(secrets, 'AWSPREVIOUS')]);
  return credentialOf(current, previous?.SecretString);
}

/**
 * The other value of a credential that is being rotated, after the target refused one. The target and the secret can't change
 * at the same instant. In this order:
 *
 * 1. the current value, if it is another one by now;
 * 2. the value that a rotation has made and not yet put in force (`AWSPENDING`): the target may know it already;
 * 3. the value before a rotation in the last hour: the target may not know the new one yet. Never after a 403, which says that the
 * credential is known and may not do this: an older one could have more rights.
 *
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 * @param refused the version that the target refused
 */
export async function readRotated(
  refused: string,
  status: 401 | 403,
  secrets: Secrets = secretsManager(),
  now: () => number = Date.now,
): Promise<CredentialValue | undefined> {
  const [current, previous, pending] = await Promise.all([
    read(secrets, 'AWSCURRENT'),
    found(secrets, 'AWSPREVIOUS'),
    found(secrets, 'AWSPENDING'),
  ]);
  if (current.VersionId !== refused) return credentialOf(current, previous?.SecretString);
  // A finished rotation may leave this label at the current version.
  if (pending && pending.VersionId !== refused) return credentialOf(pending, current.SecretString);
  const isRecent = current.CreatedDate !== undefined && now() - current.CreatedDate.getTime() < ROTATION_MS;
  return status === 401 && isRecent && previous ? credentialOf(previous, undefined) : undefined;
}

function credentialOf(
  { SecretString, VersionId }: GetSecretValueCommandOutput,
  previous: string | undefined,
): CredentialValue | undefined {
  if (!SecretString) return undefined;
  return { value: SecretString, version: VersionId ?? 'unknown', ...(previous ? { previous } : {}) };
}

function read(secrets: Secrets, label: Label): Promise<GetSecretValueCommandOutput> {
  const VersionStage = label === 'AWSCURRENT' ? {} : { VersionStage: label };
  return secrets.send(new GetSecretValueCommand({ SecretId: environment('CREDENTIAL_SECRET_ARN'), ...VersionStage }));
}

/** A secret that was never rotated has no such version. Source of the error: https://github.com/aws/aws-sdk-js-v3/issues/7701 */
async function found(secrets: Secrets, label: Label): Promise<GetSecretValueCommandOutput | undefined> {
  try {
    return await read(secrets, label);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
