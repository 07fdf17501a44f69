import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { EndpointService } from '../network/endpoint-service';
import { addRight } from '../private/inline-role';
import type { PrivateFunction } from '../private/private-function';
import { denyOtherReaders, emptySecret, secretDecryption } from '../private/secret-of-one-reader';
import type { Credential } from './credential';
import { arnOfGivenSecret } from './given-secret';

/** A credential of a connector, and the secret with its value. @internal */
export class ConnectorCredential {
  public readonly secretArn: string;

  private readonly key?: kms.IKey;
  /** Whether the secret was there before. Then its policy isn't the connector's to write. */
  private readonly secretIsGiven: boolean;

  /**
   * @param scope the connector, or the part of it that this credential is for
   * @param connector the connector's id
   * @throws Error when the given secret can't be used
   */
  constructor(
    private readonly scope: Construct,
    connector: string,
    public readonly credential: Credential,
    secret: secretsmanager.ISecret | undefined,
  ) {
    this.secretIsGiven = secret !== undefined;
    if (secret) {
      this.secretArn = arnOfGivenSecret(scope, secret, credential);
      this.key = secret.encryptionKey;
      return;
    }
    const own = emptySecret(scope, {
      name: 'Credential',
      holds: `the credential ${credential.name}`,
      description: `Credential ${credential.name} of the connector ${connector}`,
    });
    this.key = own.key;
    this.secretArn = own.arn;
  }

  /** Lets one executor read the value, and keeps everybody else from it. */
  public giveTo(executor: PrivateFunction): void {
    const { scope, key, secretArn } = this;
    executor.function.addEnvironment('CREDENTIAL_SECRET_ARN', secretArn);
    addRight(
      executor.role,
      new iam.PolicyStatement({
        sid: 'ReadOwnCredential',
        actions: ['secretsmanager:GetSecretValue'],
        resources: [secretArn],
      }),
    );
    executor.reach(EndpointService.SECRETS_MANAGER, ['secretsmanager:GetSecretValue'], [secretArn]);
    if (key) addRight(executor.role, secretDecryption(scope, key, secretArn, 'DecryptOwnCredential'));
    if (!this.secretIsGiven) denyOtherReaders(scope, 'CredentialPolicy', secretArn, executor.role);
  }
}
