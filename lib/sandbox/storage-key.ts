import { Stack } from 'aws-cdk-lib';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/**
 * Encrypts the ephemeral storage of a cluster's tasks with a key of this stack. Fargate alone uses it, for clusters of this account: the
 * cluster's generated name in the key's policy would be a dependency cycle.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-create-storage-key.html
 * @internal
 */
export function encryptStorage(scope: Construct, cluster: ecs.Cluster): kms.Key {
  const key = new kms.Key(scope, 'StorageKey', {
    description: 'Encrypts the disks of agent tasks',
    enableKeyRotation: true,
  });
  const ofThisAccount = { 'kms:EncryptionContext:aws:ecs:clusterAccount': Stack.of(scope).account };
  const statement = (sid: string, action: string, conditions: iam.Conditions) =>
    new iam.PolicyStatement({
      sid,
      principals: [new iam.ServicePrincipal('fargate.amazonaws.com')],
      actions: [action],
      resources: ['*'],
      conditions,
    });
  key.addToResourcePolicy(
    statement('FargateMakesDataKeys', 'kms:GenerateDataKeyWithoutPlaintext', { StringEquals: ofThisAccount }),
  );
  key.addToResourcePolicy(
    statement('FargateMayDecrypt', 'kms:CreateGrant', {
      StringEquals: ofThisAccount,
      'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt'] },
    }),
  );
  // CDK's own option names the cluster in the key's policy.
  (cluster.node.defaultChild as ecs.CfnCluster).addPropertyOverride(
    'Configuration.ManagedStorageConfiguration.FargateEphemeralStorageKmsKeyId',
    key.keyId,
  );
  return key;
}
