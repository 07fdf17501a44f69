import type { Duration } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { arnOfSecretFor } from '../connectors/given-secret';
import { bundlePath } from '../private/bundle-path';
import { addRight } from '../private/inline-role';
import { PrivateFunction } from '../private/private-function';
import { denyOtherReaders, emptySecret, secretDecryption } from '../private/secret-of-one-reader';
import { secretReaderBoundary } from '../private/secret-reader-boundary';
import type { WebhookOptions } from './notification';
import { WebhookFormat } from './webhook-format';

/** @internal */
export interface WebhookNotifierProps {
  readonly agentId: string;
  readonly webhook: WebhookOptions;
  readonly deskUrl: string;
  readonly rules: readonly events.Rule[];
  /** A message that is older says nothing any more. */
  readonly maxAge: Duration;
  readonly permissionsBoundary?: iam.IManagedPolicy;
}

/**
 * Posts notices to one webhook. It runs outside any VPC, because the webhook is on the internet. So it gets nothing worth
 * sending there: it reads the secret with the address, and events with ids.
 * @internal
 */
export class WebhookNotifier extends Construct {
  public readonly function: lambda.Function;
  public readonly secretArn: string;

  constructor(scope: Construct, id: string, props: WebhookNotifierProps) {
    super(scope, id);
    const { webhook, maxAge } = props;
    const { arn: secretArn, key } = this.secretOf(webhook);
    this.secretArn = secretArn;
    const notify = new PrivateFunction(this, 'Notify', {
      description:
        'Notifications: tells a webhook that a call waits; reads the address of the webhook, and nothing else',
      code: lambda.Code.fromAsset(bundlePath('approvals-notify-webhook')),
      environment: {
        AGENT_ID: props.agentId,
        WEBHOOK_SECRET_ARN: secretArn,
        WEBHOOK_FORM: webhook.format ?? WebhookFormat.JSON,
        DESK_URL: props.deskUrl,
      },
      // The address is a credential.
      traced: false,
      permissionsBoundary:
        props.permissionsBoundary ?? secretReaderBoundary(this, 'The most that this webhook can ever do', []),
    });
    this.function = notify.function;
    addRight(
      notify.role,
      new iam.PolicyStatement({
        sid: 'ReadAddress',
        actions: ['secretsmanager:GetSecretValue'],
        resources: [secretArn],
      }),
    );
    if (webhook.url === undefined) denyOtherReaders(this, 'AddressPolicy', secretArn, notify.role);
    if (key) {
      addRight(notify.role, secretDecryption(this, key, secretArn, 'DecryptAddress'));
    }
    notify.invokedByService(
      'events.amazonaws.com',
      props.rules.map((rule) => rule.ruleArn),
    );
    this.function.configureAsyncInvoke({ retryAttempts: 2, maxEventAge: maxAge });
  }

  private secretOf({ url }: WebhookOptions): { readonly arn: string; readonly key?: kms.IKey } {
    if (url !== undefined) return { arn: arnOfSecretFor(this, url, 'webhook’s address'), key: url.encryptionKey };
    return emptySecret(this, {
      name: 'Address',
      holds: 'the address of a webhook',
      description: `Address of the webhook ${this.node.id} that is told about waiting calls`,
    });
  }
}
