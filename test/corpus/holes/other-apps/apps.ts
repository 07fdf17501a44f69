import { type App, Duration } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ApprovalRule, ApproverSignIn, DeskIngress, Notification, OidcUsers } from '../../../../lib';
import type { TemplateSource } from '../../../../lib/template';
import { guardedApp } from '../../../guard/templates';
import { AgentStack } from '../../../lib/agent-stack';
import { quickstartTemplate, type TemplateBody } from '../../../lib/prove/quickstart-template';

/** A stack of an app, as `prove` reads it. */
export interface Stack extends TemplateSource {
  readonly body: TemplateBody;
}

/** Apps that this library makes: the quickstart, and others. */
export const OTHER_APPS = {
  /** The quickstart. */
  quickstart: () => [{ name: 'Quickstart.template.json', stackName: 'Quickstart', body: quickstartTemplate() }],
  /** Agents of two teams on one platform, in two stacks. */
  platform: () => stacksOf(guardedApp('platform')),
  /** Every kind of connector and two code sandboxes, for two agents of one platform, in two stacks. */
  connectors: () => stacksOf(guardedApp('connectors')),
  /** Every option that adds something. */
  everything: () => stacksOf(guardedApp('everything')),
  /** Approvers sign in at a public web page; rules ask several of them; people are told by a webhook. */
  desk: () => desk(DeskIngress.publicly()),
  /** The same page, which answers through an endpoint alone. */
  privateDesk: () => desk(DeskIngress.privately({ vpcEndpointIds: ['vpce-0123456789abcdef0'] })),
} as const;

export type OtherApp = keyof typeof OTHER_APPS;

function desk(ingress: DeskIngress): Stack[] {
  const issuer = 'https://login.example.com';
  const made = new AgentStack();
  const secretArn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:desk-client-AbCdEf';
  made.withRuntime({
    users: OidcUsers.of({ issuer, audience: 'support-app', groupsClaim: 'groups', claims: ['email'] }),
    approvals: {
      approverGroups: ['support-leads', 'finance'],
      signIn: ApproverSignIn.oidc({
        issuer,
        clientId: 'approval-desk',
        clientSecret: secretsmanager.Secret.fromSecretCompleteArn(made.stack, 'ClientSecret', secretArn),
        ingress,
      }),
      rules: [ApprovalRule.forTools([made.refund], { groups: ['finance'], people: 2, expiry: Duration.hours(4) })],
      notifications: [Notification.toWebhook()],
    },
    operators: { operatorGroups: ['support-oncall'] },
  });
  return stacksOf(made.app);
}

function stacksOf(app: App): Stack[] {
  return app.synth().stacks.map(({ templateFile, stackName, template }) => ({
    name: templateFile,
    stackName,
    body: template as TemplateBody,
  }));
}
