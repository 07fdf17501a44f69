import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { stringify } from 'yaml';
import {
  ApproverName,
  ApproverSignIn,
  AwsConnector,
  AwsOperation,
  BoundCredential,
  ConnectorEgress,
  Credential,
  DeskIngress,
  Effect,
  HttpConnector,
  HttpMethod,
  IsolatedNetwork,
  McpConnector,
  Notification,
  ServerReview,
  SessionDocuments,
  WebhookFormat,
} from '../../../lib';
import { prove } from '../../../lib/prove/claims';
import { explain } from '../../../lib/prove/explain';
import { loweredGuards } from '../../../lib/prove/lowered-guards';
import { Assembly } from '../../../lib/template';
import { parseYaml } from '../../../lib/template/model/yaml';
import { AgentStack, inputOf } from '../agent-stack';
import { githubReview } from '../connectors/github-review';
import { HOLES } from './holes';
import {
  arnOf,
  idOf,
  propertiesOf,
  quickstartTemplate,
  type Resources,
  type TemplateBody,
} from './quickstart-template';

/** Everything that speaks against an app: broken claims, and paths without a reason. */
function complaints(assembly: Assembly): string[] {
  const { claims, paths, parts } = prove(assembly);
  return [
    ...claims.flatMap(({ id, counterExamples }) => counterExamples.map((example) => `${id}: ${example}`)),
    ...paths
      .filter((each) => explain(parts, each) === undefined)
      .map((each) => `unexplained: ${each.workload.path} → ${each.to}`),
  ];
}

/** Half a hole opens no path. That this library doesn't make it, and that a rule refuses it, is said all the same. */
function aboutPaths(left: readonly string[]): string[] {
  return left.filter((each) => !/^(fatal-rules-hold|resources-are-as-made): /.test(each));
}

function synthesized({ app }: AgentStack): Assembly {
  return Assembly.load(app.synth().directory);
}

function ownFunction(stack: Stack): lambda.Function {
  return new lambda.Function(stack, 'Web', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => {}'),
  });
}

const NOTE = {
  description: 'Note something',
  method: HttpMethod.POST,
  path: '/notes',
  input: inputOf({ text: { type: 'string', maxLength: 100 } }),
  effect: Effect.WRITE,
};

/** An agent with one more connector, whose credential is in a secret that was there before. */
function withGivenSecret(secretIn: (stack: Stack) => secretsmanager.ISecret): Assembly {
  const variant = new AgentStack();
  const notes = new HttpConnector(variant.stack, 'Notes', {
    baseUrl: 'https://notes.example.com',
    credential: Credential.bearer('notes-api'),
    secret: secretIn(variant.stack),
  });
  const note = notes.addTool('notes_add', NOTE);
  variant.withRuntime({ connectors: [variant.tickets, variant.documents, notes] }).allow(note);
  return synthesized(variant);
}

function withNotifications(notificationsIn: (stack: Stack) => Notification[]): Assembly {
  const variant = new AgentStack();
  variant.withRuntime({
    approvals: { approverGroups: ['leads'], notifications: notificationsIn(variant.stack) },
  });
  return synthesized(variant);
}

const VARIANTS: readonly (readonly [name: string, make: () => Assembly])[] = [
  ['the quickstart', () => Assembly.of({ name: 'Q.template.json', body: quickstartTemplate() })],
  [
    'a secret of the app for a connector',
    () =>
      withGivenSecret(
        (stack) => new secretsmanager.Secret(stack, 'Given', { encryptionKey: new kms.Key(stack, 'GivenKey') }),
      ),
  ],
  [
    'a secret and a key of others for a connector',
    () =>
      withGivenSecret((stack) =>
        secretsmanager.Secret.fromSecretAttributes(stack, 'Given', {
          secretCompleteArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:notes-AbCdEf',
          encryptionKey: kms.Key.fromKeyArn(stack, 'GivenKey', 'arn:aws:kms:us-east-1:111122223333:key/1234abcd'),
        }),
      ),
  ],
  [
    'notifications to a topic, and to a webhook whose address is in a secret of the app',
    () =>
      withNotifications((stack) => [
        Notification.toTopic(new sns.Topic(stack, 'Topic', { masterKey: new kms.Key(stack, 'TopicKey') })),
        Notification.toWebhook({
          url: new secretsmanager.Secret(stack, 'Hook', { encryptionKey: new kms.Key(stack, 'HookKey') }),
          format: WebhookFormat.SLACK,
        }),
      ]),
  ],
  ['a notification to a webhook with a new secret', () => withNotifications(() => [Notification.toWebhook()])],
  [
    'notifications to webhooks whose addresses are in secrets of others',
    () =>
      withNotifications((stack) => [
        Notification.toWebhook({
          url: secretsmanager.Secret.fromSecretAttributes(stack, 'Given', {
            secretCompleteArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:hook-AbCdEf',
            encryptionKey: kms.Key.fromKeyArn(stack, 'GivenKey', 'arn:aws:kms:us-east-1:111122223333:key/1234abcd'),
          }),
        }),
      ]),
  ],
  [
    'one availability zone',
    () => {
      const variant = new AgentStack();
      variant.withRuntime({ network: new IsolatedNetwork(variant.stack, 'Net', { maxAzs: 1 }) });
      return synthesized(variant);
    },
  ],
  [
    'an egress network',
    () => {
      const variant = new AgentStack();
      const network = new IsolatedNetwork(variant.stack, 'Net');
      const connectorEgress = new ConnectorEgress(variant.stack, 'Egress', {
        agentNetwork: network,
        s3PrefixListId: 'pl-1',
        dynamoDbPrefixListId: 'pl-2',
      });
      variant.withRuntime({ network, connectorEgress });
      return synthesized(variant);
    },
  ],
  [
    'an MCP server with two credentials',
    () => {
      const variant = new AgentStack();
      const github = new McpConnector(variant.stack, 'GitHub', {
        review: ServerReview.fromString(githubReview()),
        credential: Credential.bearer('github-write'),
        credentials: [BoundCredential.forReads(Credential.bearer('github-read'))],
      });
      const agent = variant.withRuntime({}, [variant.tickets, github]);
      for (const tool of github.tools) agent.allow(tool);
      return synthesized(variant);
    },
  ],
  [
    'two stacks, the documents in one of their own',
    () => {
      const variant = new AgentStack();
      const bucket = new s3.Bucket(new Stack(variant.app, 'Documents'), 'Library');
      const library = new AwsConnector(variant.stack, 'Library');
      library.addTool('library_read', {
        description: 'Read a book',
        operation: AwsOperation.s3GetObject(bucket, { prefix: 'books/' }),
        input: inputOf({ key: { type: 'string', format: 'relative-path', maxLength: 100 } }),
        effect: Effect.READ,
      });
      variant.withRuntime({}, [variant.tickets, library]);
      return synthesized(variant);
    },
  ],
  [
    'the launcher inside the network, and hence nothing but AWS CDK’s function outside',
    () => {
      const variant = new AgentStack();
      const operators = { operatorGroups: ['support-oncall'] };
      variant.withRuntime({ launcherInNetwork: true, operators }, [variant.documents]);
      return synthesized(variant);
    },
  ],
  [
    'two runtimes in one assembly',
    () =>
      Assembly.of(
        { name: 'One.template.json', body: quickstartTemplate() },
        { name: 'Two.template.json', body: quickstartTemplate() },
      ),
  ],
  [
    'other ids',
    () => {
      const text = JSON.stringify(quickstartTemplate()).replace(
        /"(Agent|Tickets|Documents)(\w+[0-9A-F]{8})/g,
        '"X$1$2',
      );
      return Assembly.of({ name: 'Q.template.json', body: JSON.parse(text) });
    },
  ],
  ...(['ap-southeast-6', 'us-east-1', 'eu-central-1'] as const).map(
    (region) =>
      [
        `the region ${region}, account given`,
        (): Assembly => {
          const variant = new AgentStack({ env: { account: '111122223333', region } });
          const prefixLists = { s3PrefixListId: 'pl-1', dynamoDbPrefixListId: 'pl-2' };
          variant.withRuntime({ network: new IsolatedNetwork(variant.stack, 'Net', prefixLists) });
          return synthesized(variant);
        },
      ] as const,
  ),
  [
    'a plain YAML template',
    () => {
      const file = path.join(mkdtempSync(path.join(tmpdir(), 'prove-')), 'quickstart.yaml');
      writeFileSync(file, stringify(quickstartTemplate(), { version: '1.1' }));
      return Assembly.load(file, { parseYaml });
    },
  ],
  ...(['public', 'private'] as const).map(
    (ingress) =>
      [
        `a ${ingress} web desk with a client’s secret`,
        (): Assembly => {
          const variant = new AgentStack();
          const encryptionKey = new kms.Key(variant.stack, 'SecretKey');
          const clientSecret = new secretsmanager.Secret(variant.stack, 'ClientSecret', { encryptionKey });
          const signIn = ApproverSignIn.oidc({
            issuer: 'https://login.example.com',
            clientId: 'approval-desk',
            clientSecret,
            ingress:
              ingress === 'public'
                ? DeskIngress.publicly()
                : DeskIngress.privately({ vpcEndpointIds: ['vpce-0123456789abcdef0'] }),
          });
          variant.withRuntime({ approvals: { approverGroups: ['support-leads'], signIn } });
          return synthesized(variant);
        },
      ] as const,
  ),
  [
    'connectors to AWS only',
    () => {
      const variant = new AgentStack();
      variant.withRuntime({}, [variant.documents]);
      return synthesized(variant);
    },
  ],
  [
    'a function of the app’s own that opens sessions',
    () => {
      const variant = new AgentStack();
      variant.withRuntime().grantLaunch(ownFunction(variant.stack));
      return synthesized(variant);
    },
  ],
  [
    'a role of the app’s own that approves',
    () => {
      const variant = new AgentStack();
      const people = new iam.Role(variant.stack, 'People', { assumedBy: new iam.AccountRootPrincipal() });
      const agent = variant.withRuntime({
        approvals: { approverPrincipals: [people], approverName: ApproverName.sourceIdentity() },
      });
      people.addToPolicy(
        new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [agent.approvals.approverRole.roleArn] }),
      );
      return synthesized(variant);
    },
  ],
  [
    'a break-glass role',
    () => {
      const variant = new AgentStack();
      const breakGlassRole = new iam.Role(variant.stack, 'BreakGlass', { assumedBy: new iam.AccountRootPrincipal() });
      variant.withRuntime({ ledger: { breakGlassRole } });
      return synthesized(variant);
    },
  ],
  [
    'a signing key that was changed, and a witness bucket of another account',
    () => {
      const variant = new AgentStack();
      const encryptionKey = kms.Key.fromKeyArn(variant.stack, 'Key', 'arn:aws:kms:eu-west-1:222222222222:key/abc-1');
      const witnessBucket = s3.Bucket.fromBucketAttributes(variant.stack, 'Elsewhere', {
        bucketName: 'witness-of-another-account',
        account: '222222222222',
        encryptionKey,
      });
      variant.withRuntime({ ledger: { signingKeys: 2, witnessBucket } });
      return synthesized(variant);
    },
  ],
  [
    'a connector to a bucket that was there before',
    () => {
      const variant = new AgentStack();
      const library = new AwsConnector(variant.stack, 'Library');
      library.addTool('library_read', {
        description: 'Read a book',
        operation: AwsOperation.s3GetObject(s3.Bucket.fromBucketName(variant.stack, 'Books', 'my-handbook')),
        input: inputOf({ key: { type: 'string', format: 'relative-path', maxLength: 100 } }),
        effect: Effect.READ,
      });
      variant.withRuntime({}, [library]);
      return synthesized(variant);
    },
  ],
  ...[false, true].map(
    (launcherInNetwork) =>
      [
        `documents of sessions, with the launcher ${launcherInNetwork ? 'in' : 'outside'} the network`,
        (): Assembly => {
          const variant = new AgentStack();
          const { stack, tickets } = variant;
          const encryptionKey = new kms.Key(stack, 'CasesKey');
          const cases = new SessionDocuments(stack, 'Cases', {
            bucket: new s3.Bucket(stack, 'CaseFiles', { versioned: true, encryptionKey }),
            prefix: 'cases/',
          });
          const rules = new SessionDocuments(stack, 'Rules', {
            bucket: s3.Bucket.fromBucketName(stack, 'RuleFiles', 'rules-of-before'),
            prefix: 'rules/',
            toolName: 'get_rules',
            trusted: true,
          });
          const agent = variant.withRuntime({ launcherInNetwork }, [tickets, cases, rules]);
          for (const { tool } of [cases, rules]) agent.allow(tool);
          return synthesized(variant);
        },
      ] as const,
  ),
  [
    'roles of the app’s own that read the ledger and erase evidence',
    () => {
      const variant = new AgentStack();
      const role = (id: string) => new iam.Role(variant.stack, id, { assumedBy: new iam.AccountRootPrincipal() });
      const { ledger } = variant.withRuntime();
      ledger.grantErase(role('Protection'));
      ledger.grantReadEntries(role('Auditor'));
      return synthesized(variant);
    },
  ],
  [
    'approvers of an account of identities',
    () => {
      const variant = new AgentStack();
      const approverPrincipals = [new iam.AccountPrincipal('999988887777')];
      variant.withRuntime({ approvals: { approverPrincipals } });
      return synthesized(variant);
    },
  ],
  [
    'a connector to a bucket and a key that were there before',
    () => {
      const variant = new AgentStack();
      const encryptionKey = kms.Key.fromKeyArn(variant.stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/abc-1');
      const books = s3.Bucket.fromBucketAttributes(variant.stack, 'Books', { bucketName: 'books', encryptionKey });
      const library = new AwsConnector(variant.stack, 'Library');
      library.addTool('library_read', {
        description: 'Read a book',
        operation: AwsOperation.s3GetObject(books),
        input: inputOf({ key: { type: 'string', format: 'relative-path', maxLength: 100 } }),
        effect: Effect.READ,
      });
      variant.withRuntime({}, [library]);
      return synthesized(variant);
    },
  ],
  [
    'auto-approval and a guardrail',
    () => {
      const variant = new AgentStack();
      const agent = variant.withRuntime({
        guardrail: 'arn:aws:bedrock:eu-central-1:111122223333:guardrail/abcdefghij:1',
      });
      agent.allow(variant.refund);
      agent.autoApprove(variant.refund, { when: 'context.args.amountCents <= 100' });
      return synthesized(variant);
    },
  ],
];

test.each(VARIANTS)('nothing is invented on %s', (_name, make) => {
  expect(complaints(make())).toEqual([]);
});

describe('half a hole is none', () => {
  const changed = (change: (resources: Resources, body: TemplateBody) => void): string[] => {
    const body = quickstartTemplate();
    change(body.Resources, body);
    return complaints(Assembly.of({ name: 'Q.template.json', body }));
  };
  const dig = (name: string) => HOLES.find((hole) => hole.name === name)?.dig ?? (() => expect(name).toBe('a hole'));

  test('an open group without a route, and a route without an open group', () => {
    const hole = dig('a route to a NAT gateway');
    for (const half of ['HoleRule', 'HoleRoute']) {
      const left = changed((resources, body) => {
        hole(resources, body);
        delete resources[half];
      });
      expect(aboutPaths(left)).toEqual([]);
    }
  });

  test('a way out that a network ACL closes', () => {
    const left = changed((resources, body) => {
      dig('a network ACL whose denial comes too late')(resources, body);
      const entry = resources.AclEntry1?.Properties;
      if (entry !== undefined) entry.RuleNumber = 50;
    });
    // It closes the way to the endpoints too.
    const lacks = expect.stringMatching(
      /^needs-are-allowed: the .* lacks .*: network ACL: can't be proven: that Acl lets/,
    );
    const others = aboutPaths(left);
    expect(others).toEqual(others.map(() => lacks));
    expect(others).not.toEqual([]);
  });

  test('a right that the agent’s own Deny takes back is a statement too many, and no use', () => {
    const left = changed((resources) => {
      resources.Extra = {
        Type: 'AWS::IAM::RolePolicy',
        Properties: {
          RoleName: { Ref: idOf(resources, 'AWS::IAM::Role', 'AgentAgentRole') },
          PolicyDocument: { Statement: { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' } },
        },
      };
    });
    expect(left).toEqual([expect.stringMatching(/^rights-are-exact: Extra #0 gives the agent secretsmanager:\*/)]);
  });

  test('a signer that the key denies is a statement too many, and no use', () => {
    const left = changed((resources) => {
      resources.Extra = {
        Type: 'AWS::IAM::RolePolicy',
        Properties: {
          RoleName: { Ref: idOf(resources, 'AWS::IAM::Role', 'AgentApprovalsDecideRole') },
          PolicyDocument: {
            Statement: {
              Effect: 'Allow',
              Action: 'kms:Sign',
              Resource: arnOf(resources, 'AWS::KMS::Key', 'AgentLedgerSealerSigningKey'),
            },
          },
        },
      };
    });
    expect(left).toEqual([expect.stringMatching(/^rights-are-exact: Extra #0 gives the decision kms:Sign/)]);
  });

  test('a trust in one’s own account is no outsider’s', () => {
    const left = changed((resources) => {
      propertiesOf(resources, 'AWS::IAM::Role', 'AgentApprovalsApproverRole').Description = 'approvers';
    });
    expect(left).toEqual([]);
  });
});

test('an auto-approval is deployed with the gate, and listed as a lowered guard', () => {
  const variant = new AgentStack();
  const agent = variant.withRuntime();
  agent.allow(variant.refund);
  agent.autoApprove(variant.refund, { when: 'context.args.amountCents <= 100' });
  const assembly = synthesized(variant);
  const listed = loweredGuards(assembly, prove(assembly).checked).filter(({ kind }) => kind === 'auto-approval');
  expect(listed.map(({ what, reason }) => [what, reason])).toEqual([
    ['tickets_refund', 'runs without a person when context.args.amountCents <= 100'],
  ]);
});
