import {
  type ObjectLockConfiguration,
  PutBucketEncryptionCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
  type ServerSideEncryptionConfiguration,
} from '@aws-sdk/client-s3';
import { PutResourcePolicyCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { EmulatorChange } from './change';
import type { EmulatorClientConfig } from './client-config';

/** A call that makes up for what the emulator's CloudFormation drops. */
export interface AfterwardsAction {
  readonly call: 'PutBucketEncryption' | 'PutObjectLockConfiguration' | 'PutResourcePolicy';
  /** Bucket name or secret ARN. */
  readonly target: string;
  /** The configuration or policy, in the shape of the call. */
  readonly document: unknown;
  /** Construct path. */
  readonly where: string;
}

/** Makes the calls and tells what was applied. */
export async function applyAfterwards(
  actions: readonly AfterwardsAction[],
  config: EmulatorClientConfig,
): Promise<EmulatorChange[]> {
  const s3 = new S3Client(config);
  const secretsManager = new SecretsManagerClient(config);
  const changes: EmulatorChange[] = [];
  for (const { call, target, document, where } of actions) {
    if (call === 'PutBucketEncryption') {
      const ServerSideEncryptionConfiguration = document as ServerSideEncryptionConfiguration;
      await s3.send(new PutBucketEncryptionCommand({ Bucket: target, ServerSideEncryptionConfiguration }));
    } else if (call === 'PutObjectLockConfiguration') {
      const ObjectLockConfiguration = document as ObjectLockConfiguration;
      await s3.send(new PutObjectLockConfigurationCommand({ Bucket: target, ObjectLockConfiguration }));
    } else {
      await secretsManager.send(
        new PutResourcePolicyCommand({ SecretId: target, ResourcePolicy: JSON.stringify(document) }),
      );
    }
    changes.push({ kind: 'applied', what: `${call}, which the emulator's CloudFormation drops`, where });
  }
  s3.destroy();
  secretsManager.destroy();
  return changes;
}
