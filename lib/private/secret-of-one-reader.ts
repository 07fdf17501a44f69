import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** An empty secret with a key of its own. Somebody puts the value into it after deployment. @internal */
export function emptySecret(
  scope: Construct,
  { name, holds, description }: { readonly name: string; readonly holds: string; readonly description: string },
): { readonly arn: string; readonly key: kms.Key } {
  const key = new kms.Key(scope, `${name}Key`, {
    description: `Encrypts ${holds}`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // A generated value would be sent as if it were the real one.
  const secret = new secretsmanager.CfnSecret(scope, name, { description, kmsKeyId: key.keyArn });
  secret.applyRemovalPolicy(RemovalPolicy.DESTROY);
  return { arn: secret.attrId, key };
}

/** Denies the value of a secret to everybody but one role. @internal */
export function denyOtherReaders(scope: Construct, id: string, secretId: string, reader: iam.IRole): void {
  new secretsmanager.CfnResourcePolicy(scope, id, {
    secretId,
    blockPublicPolicy: true,
    resourcePolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'NobodyElseReadsTheValue',
          Effect: 'Deny',
          Principal: '*',
          Action: ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue'],
          Resource: '*',
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': reader.roleArn } },
        },
      ],
    },
  });
}

/** Decryption of one secret's value with its key, through Secrets Manager only. @internal */
export function secretDecryption(
  scope: Construct,
  key: kms.IKey,
  secretArn: string,
  sid?: string,
): iam.PolicyStatement {
  return new iam.PolicyStatement({
    ...(sid === undefined ? {} : { sid }),
    actions: ['kms:Decrypt'],
    resources: [key.keyArn],
    conditions: {
      StringEquals: {
        'kms:ViaService': `secretsmanager.${Stack.of(scope).region}.amazonaws.com`,
        'kms:EncryptionContext:SecretARN': secretArn,
      },
    },
  });
}
