/** The form of the message that a webhook gets. */
export enum WebhookFormat {
  /** `{"v": 1, "event": "waiting", "requestId": "…", "url": "…"}`. The event is `waiting`, `reminder` or `expired`. */
  JSON = 'json',
  /** `{"text": "…"}`, as Slack's incoming webhooks take it. Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
  SLACK = 'slack',
}
