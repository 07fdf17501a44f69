import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { SECRET, TOPIC } from '../private/props/cdk-shapes';
import { fromFactory } from '../private/props/from-factory';
import { type Members, memberOf, optional, struct } from '../private/props/shape';
import { WebhookFormat } from './webhook-format';

/** A webhook that is told about requests. */
export interface WebhookOptions {
  /**
   * A secret that is there already, whose whole value is the webhook's address, such as `https://hooks.slack.com/services/…`.
   * Whoever knows such an address may post to it, so it is in no template. Only the function that posts should read the secret.
   * @default - a new secret with a key of its own, which only that function can read. Put the address into it after deployment:
   * `approvals.webhookSecretArns` names it
   */
  readonly url?: secretsmanager.ISecret;
  /**
   * The form of the message.
   * @default WebhookFormat.JSON
   */
  readonly format?: WebhookFormat;
}

const OPTIONS: Members<WebhookOptions> = {
  url: optional(SECRET),
  format: optional(memberOf<WebhookFormat>('WebhookFormat', WebhookFormat, 'SLACK')),
};

/**
 * Where people are told that a call waits for them, that it still waits when half of its time is over, and that it expired.
 *
 * A message is a link: the address of the approval desk with the request's id. It holds no argument, no tool, no session and
 * no text that an agent or a user wrote, because channels have more readers than the desk.
 */
export class Notification {
  /** A topic of this account and region. Messages are text. */
  public static toTopic(topic: sns.ITopic): Notification {
    const given = { topic: [TOPIC, topic] } as const;
    return fromFactory(Notification, 'Notification.toTopic', given, () => new Notification(topic, undefined));
  }

  /** An address over https. A function outside any VPC posts to it. */
  public static toWebhook(options: WebhookOptions = {}): Notification {
    const given = { options: [struct<WebhookOptions>(OPTIONS, '{ format: WebhookFormat.SLACK }'), options] } as const;
    return fromFactory(Notification, 'Notification.toWebhook', given, () => new Notification(undefined, options));
  }

  private constructor(
    /** @internal */
    public readonly _topic: sns.ITopic | undefined,
    /** @internal */
    public readonly _webhook: WebhookOptions | undefined,
  ) {}
}
