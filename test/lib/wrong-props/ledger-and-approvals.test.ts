import { Duration } from 'aws-cdk-lib';
import { bucket, refuses, role, stack, table } from './members';

const days = (example: number) => `a Duration, such as Duration.days(${example})`;

refuses('Ledger', [
  ['props', undefined, 'is missing; it must be an object, such as { retention: Duration.days(365) }.'],
  ['props.retention', undefined, `is missing; it must be ${days(365)}.`],
  ['props.retention', 365, `must be ${days(365)}; got a number.`],
  ['props.evidenceRetention', '90', `must be ${days(180)}; got a string.`],
  ['props.evidenceRetenion', Duration.days(180), 'is unknown; did you mean "evidenceRetention"?'],
  ['props.witnessBucket', {}, 'must be a bucket, such as new s3.Bucket(…); got a plain object.'],
  [
    'props.network',
    stack,
    "must be an IsolatedNetwork, such as new IsolatedNetwork(this, 'Network') or IsolatedNetwork.fromVpcWithTrustedRoutes(…); got a Stack.",
  ],
]);
refuses('Ledger.grantErase', [['grantee', undefined, 'is missing; it must be a role, a user or a function.']]);
refuses('Ledger.grantAppend', [['grantee', 'Writer', 'must be a role, a user or a function; got a string.']]);
refuses('Ledger.grantReadEntries', [['grantee', [role], 'must be a role, a user or a function; got an array.']]);
refuses('Ledger.grantReadEvidence', [['prefix', undefined, "is missing; it must be a string, such as 'args'."]]);
refuses('Ledger.grantWriteEvidence', [['prefix', ['args'], "must be a string, such as 'args'; got an array."]]);

refuses('ApproverRole', [
  ['props', ['support-leads'], "must be an object, such as { approverGroups: ['support-leads'] }; got an array."],
  ['props.approverGroups', 'support-leads', "must be an array, such as ['support-leads']; got a string."],
  ['props.groupTag', ['approver-group'], "must be a string, such as 'approver-group'; got an array."],
  [
    'props.approverName',
    'approver-name',
    "must be an ApproverName, such as ApproverName.principalTag('approver-name'); got a string.",
  ],
  [
    'props.expiry',
    Duration.minutes(5),
    'is unknown; write one of approverName, approverGroups, approverPrincipals, groupTag.',
  ],
]);

refuses('ApprovalWorkflow', [
  ['props.stateTable', bucket, 'must be a table, such as new dynamodb.TableV2(…); got a Bucket.'],
  ['props.ledger', table, "must be a Ledger, such as new Ledger(this, 'Ledger', { retention }); got a TableV2."],
  ['props.showRequestsCode', './folder', "must be Lambda code, such as lambda.Code.fromAsset('folder'); got a string."],
  [
    'props.executeApprovedCode',
    undefined,
    "is missing; it must be Lambda code, such as lambda.Code.fromAsset('folder').",
  ],
  ['props.expiry', 1800, 'must be a Duration, such as Duration.minutes(30); got a number.'],
  [
    'props.permissionsBoundary',
    'arn:aws:iam::111122223333:policy/B',
    'must be a managed policy, such as iam.ManagedPolicy.fromManagedPolicyName(…); got a string.',
  ],
]);
refuses('Notification.toTopic', [
  ['topic', 'arn:aws:sns:us-east-1:111122223333:t', 'must be an SNS topic, such as new sns.Topic(…); got a string.'],
]);
refuses('Notification.toWebhook', [
  [
    'options.url',
    'https://hooks.example.com/x',
    'must be a secret, such as secretsmanager.Secret.fromSecretCompleteArn(…); got a string.',
  ],
  ['options.format', 'slack-v2', 'must be one of WebhookFormat.JSON, WebhookFormat.SLACK; got a string.'],
  ['options.includeArguments', true, 'is unknown; write one of url, format.'],
]);
refuses('ApprovalWorkflow.onWaiting', [
  ['id', undefined, "is missing; it must be a string, such as 'Waiting'."],
  ['options', 'x', 'must be an object, such as { target }; got a string.'],
]);
refuses('ApprovalWorkflow.addExecutor', [
  ['executor', 'arn', 'must be a Lambda function, such as new lambda.Function(…); got a string.'],
]);
