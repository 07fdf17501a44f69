import { Fn, Validations } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { AwsSolutionsChecks } from 'cdk-nag';
import {
  ApproverSignIn,
  BoundCredential,
  ClosedNetwork,
  CodeSandbox,
  CodeSandboxImage,
  ConnectorFunction,
  Credential,
  DeskIngress,
  Effect,
  type HardenedAgentRuntime,
  type HardenedAgentRuntimeProps,
  HttpConnector,
  HttpMethod,
  LambdaConnector,
  Notification,
  SessionDocuments,
} from '../../lib';
import { AgentStack, DIGEST, ID, inputOf } from './agent-stack';
import { findingsAtSynth } from './findings-at-synth';

const ATTRIBUTES = { account: '222222222222', region: 'eu-west-1' };

/** What the pack still finds on a runtime with such a witness. */
function findingsWith(
  attributes: Partial<s3.BucketAttributes>,
  acknowledge = true,
  more: Partial<HardenedAgentRuntimeProps> = {},
): string {
  const variant = new AgentStack();
  const encryptionKey = kms.Key.fromKeyArn(variant.stack, 'Key', 'arn:aws:kms:eu-west-1:222222222222:key/abc-1');
  const witnessBucket = s3.Bucket.fromBucketAttributes(variant.stack, 'Elsewhere', {
    ...ATTRIBUTES,
    encryptionKey,
    ...attributes,
  });
  return report(variant, variant.withRuntime({ ledger: { witnessBucket }, ...more }, [variant.tickets]), acknowledge);
}

/** What the pack finds on a runtime. */
function findings(make: (variant: AgentStack) => HardenedAgentRuntime): string {
  const variant = new AgentStack();
  return report(variant, make(variant));
}

function report(variant: AgentStack, agent: HardenedAgentRuntime, acknowledge = true): string {
  agent.allow(variant.read);
  Validations.of(variant.app).addPlugins(new AwsSolutionsChecks(variant.app));
  if (acknowledge) agent.acknowledgeAwsSolutions();
  return findingsAtSynth(variant.app);
}

const aboutWitness = (report: string): string[] =>
  report.match(/AwsSolutions-IAM5[^\n]*witness[^\n]*|KeyMust\w+/g) ?? [];

test('the functions and secrets of notifications are acknowledged', () => {
  const report = findingsWith({ bucketName: 'witness' }, true, {
    approvals: { approverGroups: ['leads'], notifications: [Notification.toWebhook()] },
  });
  expect(report.match(/AwsSolutions-[^\n]*Notifications[^\n]*/g) ?? []).toEqual([]);
});

test('the pack finds the wildcard below an imported witness bucket', () => {
  expect(aboutWitness(findingsWith({ bucketName: 'witness' }, false))).not.toEqual([]);
});

test.each<[string, Partial<s3.BucketAttributes>]>([
  ['by ARN', { bucketArn: 'arn:aws:s3:::witness' }],
  ['by the ARN that another stack exports', { bucketArn: Fn.importValue('witness-arn') }],
])('an imported witness bucket, %s, is acknowledged like one of the stack', (_how, attributes) => {
  expect(aboutWitness(findingsWith(attributes))).toEqual([]);
});

test.each([
  ['public', DeskIngress.publicly()],
  ['private', DeskIngress.privately({ vpcEndpointIds: ['vpce-0123456789abcdef0'] })],
])('nothing is left of a runtime with a %s web desk', (_ingress, ingress) => {
  const found = findings((variant) => {
    const clientSecret = new secretsmanager.Secret(variant.stack, 'ClientSecret');
    const signIn = ApproverSignIn.oidc({
      issuer: 'https://login.example.com',
      clientId: 'approval-desk',
      clientSecret,
      ingress,
    });
    return variant.withRuntime({ approvals: { approverGroups: ['support-leads'], signIn } });
  });
  expect(found.match(/^.*(?:Approvals|WebDesk).*$/gm) ?? []).toEqual([]);
});

test('nothing is left of a runtime with documents', () => {
  const found = findings((variant) => {
    const bucket = s3.Bucket.fromBucketName(variant.stack, 'CaseFiles', 'case-files');
    const cases = new SessionDocuments(variant.stack, 'Cases', { bucket, prefix: 'cases/' });
    const agent = variant.withRuntime({}, [variant.tickets, cases]);
    agent.allow(cases.tool);
    return agent;
  });
  expect(found.match(/^.*(?:Cases|Sessions|cases).*$/gm) ?? []).toEqual([]);
});

const codeImage = ({ stack }: AgentStack) =>
  CodeSandboxImage.fromEcrDigest(new ecr.Repository(stack, 'CodeImages'), DIGEST);

test.each<[name: string, sandboxIn: (variant: AgentStack) => CodeSandbox]>([
  ['a network of its own', (variant) => new CodeSandbox(variant.stack, 'Code', { image: codeImage(variant) })],
  [
    'a given network',
    (variant) => {
      const network = new ClosedNetwork(variant.stack, 'Nowhere');
      return new CodeSandbox(variant.stack, 'Code', { image: codeImage(variant), network });
    },
  ],
])('the function, the boundary and the evidence of a code sandbox with %s are acknowledged', (_name, sandboxIn) => {
  const found = findings((variant) => {
    const sandbox = sandboxIn(variant);
    const agent = variant.withRuntime({}, [variant.tickets, sandbox]);
    agent.allow(sandbox.run);
    return agent;
  });
  // The test's own bucket has findings of its own.
  expect(new Set(found.match(/Stack\/\S+/g))).toEqual(new Set(['Stack/Handbook/Resource']));
});

test('nothing is left of a function that a connector makes, but which runtime its team chose', () => {
  const found = findings((variant) => {
    const handler = ConnectorFunction.fromCode({
      code: lambda.Code.fromInline('exports.handler = async () => {}'),
      runtime: lambda.Runtime.NODEJS_22_X,
    });
    const billing = new LambdaConnector(variant.stack, 'Billing', { handler });
    const call = billing.addTool('call', { description: 'Call', input: inputOf({}) });
    const agent = variant.withRuntime({}, [variant.tickets, billing]);
    agent.allow(call);
    return agent;
  });
  expect(new Set(found.match(/AwsSolutions-\w+[^\n]*Billing|Stack\/Billing\S*/g))).toEqual(
    new Set(['Stack/Billing/Called/Function/Resource']),
  );
});

test('a connector with several credentials has nothing more', () => {
  const found = findings((variant) => {
    const notes = new HttpConnector(variant.stack, 'Notes', {
      baseUrl: 'https://notes.example.com',
      credential: Credential.bearer('notes-write'),
      credentials: [BoundCredential.forReads(Credential.bearer('notes-read'))],
    });
    const options = { description: 'x', path: '/notes/{id}', input: inputOf({ id: ID }) };
    notes.addTool('notes_get', { ...options, method: HttpMethod.GET, effect: Effect.READ });
    notes.addTool('notes_put', { ...options, method: HttpMethod.PUT, effect: Effect.WRITE });
    return variant.withRuntime({}, [variant.tickets, notes]);
  });
  // The bucket is the test app's own.
  expect(found).toContain('Stack/Handbook');
  expect(found).not.toMatch(/Stack\/(Notes|Tickets|Agent)/);
});
