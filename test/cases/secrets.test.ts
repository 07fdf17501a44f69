import { App, CfnDynamicReference, CfnDynamicReferenceService, Fn, SecretValue, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  ApproverSignIn,
  BoundCredential,
  Credential,
  DeskIngress,
  Effect,
  HttpConnector,
  HttpMethod,
  Notification,
} from '../../lib';
import { prove } from '../../lib/prove/claims';
import { Assembly } from '../../lib/template';
import type { JsonObject, JsonValue } from '../../runtime/core/contracts';
import { AgentStack, ID, inputOf, statementsOfRole } from '../lib/agent-stack';
import { linesOf } from '../lib/checks/check-template';
import { CONFIG as EXECUTOR, ExecutorWorld } from '../runtime/executor/executor-world';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret';
const CREDENTIAL = Credential.bearer('notes-api');

/** Each construct that takes a secret, with the path that its errors begin with. */
const TAKERS: readonly (readonly [string, (made: AgentStack, secret: secretsmanager.ISecret) => void])[] = [
  ['a connector', (made, secret) => void notes(made, { secret })],
  ['a bound credential', (made, secret) => void notes(made, { bound: secret })],
  [
    'a webhook',
    (made, url) => {
      made.withRuntime({ approvals: { approverGroups: ['a'], notifications: [Notification.toWebhook({ url })] } });
    },
  ],
  [
    'a web desk',
    (made, clientSecret) => {
      const signIn = ApproverSignIn.oidc({
        issuer: 'https://login.example.com',
        clientId: 'desk',
        clientSecret,
        ingress: DeskIngress.privately({ vpcEndpointIds: ['vpce-0123456789abcdef0'] }),
      });
      made.withRuntime({ approvals: { approverGroups: ['a'], signIn } });
    },
  ],
];

function notes(
  { stack }: { readonly stack: Stack },
  { secret, bound }: { secret?: secretsmanager.ISecret; bound?: secretsmanager.ISecret },
): HttpConnector {
  const connector = new HttpConnector(stack, 'Notes', {
    baseUrl: 'https://notes.example.com',
    credential: CREDENTIAL,
    ...(secret ? { secret } : {}),
    ...(bound ? { credentials: [BoundCredential.forReads(Credential.bearer('notes-read'), { secret: bound })] } : {}),
  });
  const options = { description: 'x', path: '/notes/{id}', input: inputOf({ id: ID }) };
  connector.addTool('notes_get', { ...options, method: HttpMethod.GET, effect: Effect.READ });
  connector.addTool('notes_put', { ...options, method: HttpMethod.PUT, effect: Effect.WRITE });
  return connector;
}

const inEurope = () => new AgentStack({ env: { account: '111122223333', region: 'eu-west-1' } });

describe('SEC-01: a secret whose name ends with a hyphen and six characters', () => {
  describe.each(TAKERS)('%s', (_, take) => {
    test.each<[string, (stack: Stack) => secretsmanager.ISecret]>([
      ['by its name', (stack) => secretsmanager.Secret.fromSecretNameV2(stack, 'S', 'test-secret')],
      ['by a part of its ARN', (stack) => secretsmanager.Secret.fromSecretPartialArn(stack, 'S', `${ARN}:test-secret`)],
    ])('%s is refused, and told to pass the complete ARN', (_name, secret) => {
      const made = inEurope();
      expect(() => take(made, secret(made.stack))).toThrow(
        /^Stack\/.+: the full ARN of the secret isn't known, and a name with a wildcard would admit other secrets; write secretsmanager\.Secret\.fromSecretCompleteArn/,
      );
    });

    test('with an ARN whose end is a word, synthesis warns that it may be the name alone', () => {
      const made = inEurope();
      take(made, secretsmanager.Secret.fromSecretCompleteArn(made.stack, 'S', `${ARN}:test-secret`));
      Annotations.fromStack(made.stack).hasWarning(
        '*',
        Match.stringLikeRegexp('ends with "-secret", which may be a part of its name'),
      );
    });

    test('with the complete ARN, its role is granted exactly that ARN, without a warning of its name', () => {
      const made = inEurope();
      take(made, secretsmanager.Secret.fromSecretCompleteArn(made.stack, 'S', `${ARN}:test-secret-a1B2c3`));
      if (made.agent === undefined)
        made.withRuntime(
          {},
          made.stack.node.children.filter((each) => each instanceof HttpConnector),
        );
      const granted = JSON.stringify(Template.fromStack(made.stack).toJSON());
      expect(granted).toContain(`"Resource":"${ARN}:test-secret-a1B2c3"`);
      expect(granted).not.toMatch(/test-secret(-a1B2c3)?(-\?+|-?\*|:)/);
      Annotations.fromStack(made.stack).hasNoWarning('*', Match.stringLikeRegexp('part of its name'));
    });
  });

  test('variant: a secret of another account is refused, whose key and policy would have to admit this one', () => {
    const made = inEurope();
    const foreign = secretsmanager.Secret.fromSecretCompleteArn(
      made.stack,
      'S',
      'arn:aws:secretsmanager:eu-west-1:999999999999:secret:notes-a1B2c3',
    );
    notes(made, { secret: foreign });
    Annotations.fromStack(made.stack).hasWarning('/Stack/Notes', Match.stringLikeRegexp('of the account 999999999999'));
  });

  test('variant: two fields of one secret are two readers of it, and one is refused', () => {
    const made = inEurope();
    const secret = secretsmanager.Secret.fromSecretCompleteArn(made.stack, 'S', `${ARN}:notes-a1B2c3`);
    expect(
      () =>
        new HttpConnector(made.stack, 'Notes', {
          baseUrl: 'https://notes.example.com',
          credential: Credential.bearer('write', { jsonField: 'write' }),
          secret,
          credentials: [BoundCredential.forReads(Credential.bearer('read', { jsonField: 'read' }), { secret })],
        }),
    ).toThrow(/^Stack\/Notes\/Credentials\/read: its secret is also the one of Stack\/Notes/);
  });

  test('variant: a field whose name has a colon, and a secret that isn’t JSON although a field is asked for', async () => {
    const config = { ...EXECUTOR, credential: { name: 'tickets-api', kind: 'bearer' as const, field: 'host:port' } };
    const world = new ExecutorWorld();
    world.credential = JSON.stringify({ 'host:port': 'a-credential-1', host: 'other-credential' });
    await world.run(world.prepare(), config);
    expect(world.reached.map(({ credential }) => credential)).toEqual(['a-credential-1']);
    const other = new ExecutorWorld();
    other.credential = 'plain-credential';
    const reply = await other.run(other.prepare(), config);
    expect(reply).toMatchObject({ status: 'refused', reason: expect.stringContaining('isn’t a JSON object') });
    expect([other.reached, JSON.stringify([reply, other.logs]).includes('plain-credential')]).toEqual([[], false]);
  });
});

describe('SEC-02: a stored value that CloudFormation writes where it can be read', () => {
  const SECRET = 'secretsmanager:eu-west-1:111122223333:secret:p:SecretString:pw::}}';
  const WRITTEN: readonly (readonly [string, JsonValue])[] = [
    ['one text', `{{resolve:secretsmanager:arn:aws:${SECRET}`],
    ['Fn::Join', { 'Fn::Join': ['', ['{{resolve:secretsmanager:arn:', { Ref: 'AWS::Partition' }, `:${SECRET}`]] }],
    ['Fn::Sub', { 'Fn::Sub': `{{resolve:secretsmanager:arn:\${AWS::Partition}:${SECRET}` }],
    ['Fn::Sub with variables', { 'Fn::Sub': [`{{resolve:\${What}`, { What: `secretsmanager:arn:aws:${SECRET}` }] }],
    ['pieces of its beginning', { 'Fn::Join': ['', ['{{res', { 'Fn::Join': ['', ['olve:ssm-', 'secure:/a:1}}']] }]] }],
    ['Fn::Base64', { 'Fn::Base64': { 'Fn::Sub': `x{{resolve:secretsmanager:arn:\${AWS::Partition}:${SECRET}y` } }],
    ['another text around it', `postgres://app:{{resolve:ssm-secure:/pw:1}}@db`],
    ['a mapping', { 'Fn::FindInMap': ['Stored', 'all', 'one'] }],
    ['a parameter in plain text', '{{resolve:ssm:/agent/token:1}}'],
  ];
  const MAPPING: JsonObject = { Mappings: { Stored: { all: { one: '{{resolve:ssm-secure:/a:1}}' } } } };

  const container = (more: JsonObject): JsonObject => ({
    T: { Type: 'AWS::ECS::TaskDefinition', Properties: { ContainerDefinitions: [{ Name: 'agent', ...more }] } },
  });
  const inContainer: readonly (readonly [string, (value: JsonValue) => JsonObject])[] = [
    ['Environment', (value) => container({ Environment: [{ Name: 'TOKEN', Value: value }] })],
    ['Command', (value) => container({ Command: ['run', '--token', value] })],
    ['EntryPoint', (value) => container({ EntryPoint: ['sh', '-c', value] })],
    ['HealthCheck', (value) => container({ HealthCheck: { Command: ['CMD', value] } })],
    ['DockerLabels', (value) => container({ DockerLabels: { note: value } })],
    [
      'LogConfiguration.Options',
      (value) => container({ LogConfiguration: { LogDriver: 'splunk', Options: { x: value } } }),
    ],
    [
      'Environment.Variables',
      (value) => ({ F: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { X: value } } } } }),
    ],
  ];

  describe.each(inContainer)('in %s', (place, resources) => {
    test.each(WRITTEN)('as %s is found, and not repeated', (_, value) => {
      const lines = linesOf('SecretsNoPlainText', resources(value), MAPPING);
      expect(lines).toEqual([expect.stringMatching(/CloudFormation writes a stored value/)]);
      expect(lines[0]).toContain(place.split('.')[0]);
      expect(lines.join()).not.toContain('resolve:');
    });
  });

  const elsewhere: readonly (readonly [string, string, (value: JsonValue) => JsonObject])[] = [
    [
      'a definition',
      'AWS::StepFunctions::StateMachine',
      (value) => ({ DefinitionString: { 'Fn::Join': ['', ['{"Parameters":{"t":"', value, '"}}']] } }),
    ],
    [
      'a definition object',
      'AWS::StepFunctions::StateMachine',
      (value) => ({ Definition: { States: { A: { Parameters: { t: value } } } } }),
    ],
    [
      'user data',
      'AWS::EC2::Instance',
      (value) => ({ UserData: { 'Fn::Base64': { 'Fn::Join': ['', ['export X=', value]] } } }),
    ],
    ['a parameter', 'AWS::SSM::Parameter', (value) => ({ Type: 'String', Value: value })],
    ['inline code', 'AWS::Lambda::Function', (value) => ({ Code: { ZipFile: value } })],
    ['an event’s input', 'AWS::Events::Rule', (value) => ({ Targets: [{ Id: 'a', Arn: 'b', Input: value }] })],
    ['a description', 'AWS::SNS::Topic', (value) => ({ DisplayName: value })],
  ];
  test.each(elsewhere)('in %s', (_, type, properties) => {
    for (const [, value] of WRITTEN.slice(0, 5)) {
      const lines = linesOf('SecretsNoPlainText', { R: { Type: type, Properties: properties(value) } });
      expect(lines).toEqual([expect.stringMatching(/CloudFormation writes a stored value here/)]);
    }
  });

  test.each<[string, JsonObject]>([
    ['the same under Secrets', container({ Secrets: [{ Name: 'TOKEN', ValueFrom: WRITTEN[1][1] }] })],
    ['the ARN under Secrets', container({ Secrets: [{ Name: 'TOKEN', ValueFrom: `${ARN}:p-AbCdEf:pw::` }] })],
    [
      'a log driver’s secret',
      container({
        LogConfiguration: {
          LogDriver: 'splunk',
          SecretOptions: [{ Name: 'splunk-token', ValueFrom: `${ARN}:p-AbCdEf` }],
        },
      }),
    ],
    ['a registry’s credential', container({ RepositoryCredentials: { CredentialsParameter: `${ARN}:p-AbCdEf` } })],
    ['an image by a parameter', container({ Image: '{{resolve:ssm:/agent/image:1}}' })],
    ['the ARN in a variable', container({ Environment: [{ Name: 'SECRET_ARN', Value: `${ARN}:p-AbCdEf` }] })],
    [
      'a database’s password',
      {
        D: {
          Type: 'AWS::RDS::DBInstance',
          Properties: {
            MasterUsername: '{{resolve:secretsmanager:a:SecretString:username}}',
            MasterUserPassword: WRITTEN[0][1],
          },
        },
      },
    ],
    [
      'a database’s host',
      {
        D: {
          Type: 'AWS::DMS::Endpoint',
          Properties: { ServerName: '{{resolve:secretsmanager:a:SecretString:host::}}', Password: WRITTEN[1][1] },
        },
      },
    ],
    [
      'an instance’s image',
      { I: { Type: 'AWS::EC2::Instance', Properties: { ImageId: '{{resolve:ssm:/aws/service/ami:1}}' } } },
    ],
    [
      'a command that names variables',
      container({ Command: ['sh', '-c', 'agent --token "$TOKEN" --token-limit 5000 --password-stdin'] }),
    ],
    ['a label that names a team', container({ DockerLabels: { 'com.example.team': 'support', token_limit: '5000' } })],
  ])('%s passes', (_, resources) => {
    expect(linesOf('SecretsNoPlainText', resources)).toEqual([]);
  });

  const WRITTEN_KEY = 'q8Zt2LwY0pVn4RkB7sHd6JmC1xFu3GeA';
  test.each<[string, JsonValue]>([
    ['Fn::Sub', { 'Fn::Sub': [`\${key}`, { key: WRITTEN_KEY }] }],
    ['Fn::Join', { 'Fn::Join': ['', [WRITTEN_KEY.slice(0, 3), WRITTEN_KEY.slice(3)]] }],
    ['Fn::Select', { 'Fn::Select': ['0', [WRITTEN_KEY]] }],
    ['Fn::Split', { 'Fn::Select': [1, { 'Fn::Split': [' ', `key ${WRITTEN_KEY}`] }] }],
    ['a mapping', { 'Fn::FindInMap': ['Maps', 'all', 'one'] }],
    ['a parameter of another name', { Ref: 'Maps' }],
    [
      'both sides of a condition',
      { 'Fn::If': ['C', { 'Fn::Sub': WRITTEN_KEY }, { 'Fn::Select': [0, [WRITTEN_KEY]] }] },
    ],
  ])('a credential by its name, made by %s, is found once', (_, value) => {
    const around = {
      Parameters: { Maps: { Type: 'String', Default: WRITTEN_KEY }, ApiKey: { Type: 'String', NoEcho: true } },
      Mappings: { Maps: { all: { one: WRITTEN_KEY } } },
      Conditions: { C: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'x'] } },
    };
    const provider = (ApiKey: JsonValue): JsonObject => ({
      K: { Type: 'AWS::BedrockAgentCore::ApiKeyCredentialProvider', Properties: { Name: 'maps', ApiKey } },
    });
    const parameter = (Value: JsonValue): JsonObject => ({
      P: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Name: '/agent/api-key', Value } },
    });
    for (const resources of [provider(value), parameter(value)]) {
      expect(linesOf('SecretsNoPlainText', resources, around)).toEqual([
        expect.stringContaining('looks like a credential that the template contains'),
      ]);
      expect(linesOf('SecretsNoPlainText', resources, around).join()).not.toContain(WRITTEN_KEY);
    }
    expect(linesOf('SecretsNoPlainText', provider({ Ref: 'ApiKey' }), around)).toEqual([]);
  });

  const KEY = `sk-${'a1B2c3D4'.repeat(4)}`;
  test.each<[string, JsonObject, RegExp, JsonObject?]>([
    ['a command', container({ Command: ['agent', KEY] }), /Command\[1\]: the template contains a model provider key/],
    [
      'joined text',
      container({ Command: [{ 'Fn::Join': ['', ['AKIA', 'A'.repeat(16)]] }] }),
      /the template contains an AWS access key/,
    ],
    [
      'substituted text',
      container({ Command: [{ 'Fn::Sub': [`\${A}\${B}`, { A: 'AKIA', B: 'A'.repeat(16) }] }] }),
      /an AWS access key/,
    ],
    ['Base64', container({ Command: [{ 'Fn::Base64': `key=AKIA${'A'.repeat(16)}` }] }), /an AWS access key/],
    [
      'Base64 that was written',
      container({ Command: [Buffer.from(`key=AKIA${'A'.repeat(16)}`).toString('base64')] }),
      /an AWS access key/,
    ],
    [
      'a mapping that nothing uses',
      container({}),
      /Mappings\.Keys\.a\.b: the template contains/,
      { Mappings: { Keys: { a: { b: KEY } } } },
    ],
    [
      'the default of a parameter',
      container({}),
      /Parameters\.K\.Default: the template contains/,
      { Parameters: { K: { Type: 'String', NoEcho: true, Default: KEY } } },
    ],
    [
      'a branch of a condition',
      container({ Command: [{ 'Fn::If': ['Prod', 'x', KEY] }] }),
      /a model provider key \(when Prod is false\)/,
      { Parameters: { S: { Type: 'String' } }, Conditions: { Prod: { 'Fn::Equals': [{ Ref: 'S' }, 'prod'] } } },
    ],
    [
      'an option of a command',
      container({ Command: ['agent', '--api-key', 'hunter2-hunter2'] }),
      /api-key looks like a credential in a command/,
    ],
    [
      'a variable of a shell',
      container({ EntryPoint: ['sh', '-c', 'export DB_PASSWORD=hunter2hunter2; agent'] }),
      /DB_PASSWORD looks like a credential in a command/,
    ],
    [
      'a health check',
      container({ HealthCheck: { Command: ['CMD-SHELL', 'curl --token=hunter2hunter2 x'] } }),
      /HealthCheck\.Command: token looks like/,
    ],
    [
      'a label',
      container({ DockerLabels: { 'com.example.api-key': 'hunter2' } }),
      /DockerLabels\.com\.example\.api-key/,
    ],
    [
      'a log option',
      container({ LogConfiguration: { Options: { 'splunk-token': 'hunter2' } } }),
      /splunk-token looks like a credential/,
    ],
    [
      'a URL with a password',
      container({ Environment: [{ Name: 'DATABASE', Value: 'postgres://app:S3cretPassw0rd@db.example.com/x' }] }),
      /the template contains/,
    ],
  ])('variant: a plain key in %s is found, and not repeated', (...[, resources, expected, around]) => {
    const lines = linesOf('SecretsNoPlainText', resources, around);
    expect(lines).toEqual([expect.stringMatching(expected)]);
    expect(lines.join()).not.toMatch(/hunter2|a1B2c3|AAAAAAAA|S3cret/);
  });

  describe('constructs refuse it', () => {
    const stored = (stack: Stack) => new secretsmanager.Secret(stack, 'Stored').secretValue.unsafeUnwrap();
    const GIVEN: readonly (readonly [string, (stack: Stack) => string])[] = [
      ['unwrapped', stored],
      ['a field, unwrapped', (stack) => new secretsmanager.Secret(stack, 'S').secretValueFromJson('pw').unsafeUnwrap()],
      ['an encrypted parameter', () => SecretValue.ssmSecure('/pw', '1').unsafeUnwrap()],
      ['a parameter', () => new CfnDynamicReference(CfnDynamicReferenceService.SSM, '/pw:1').toString()],
      ['Fn::Sub', () => Fn.sub(`{{resolve:\${A}`, { A: 'secretsmanager:p:SecretString:pw}}' })],
      ['Fn::Join', () => Fn.join('', ['{{res', 'olve:ssm-secure:/p:1}}', Fn.ref('AWS::Region')])],
      ['Base64', (stack) => Fn.base64(stored(stack))],
      ['a plain text', () => 'x{{resolve:secretsmanager:p:SecretString:pw}}'],
    ];

    test('in a variable of a function', () => {
      const made = new AgentStack();
      made.withRuntime();
      for (const [i, [, value]] of GIVEN.entries()) {
        (made.tickets.function as lambda.Function).addEnvironment(`TOKEN_${i}`, value(new Stack(made.app, `S${i}`)));
      }
      const said = refusalOf(() => made.app.synth());
      for (const i of GIVEN.keys()) {
        expect(said).toContain(
          `[Stack/Tickets/Executor] CloudFormation would write what a secret or parameter holds into the environment variable TOKEN_${i},`,
        );
      }
      expect(said).not.toContain('STATE_TABLE');
    });

    test('in the agent’s container', () => {
      const made = new AgentStack();
      const agent = made.withRuntime();
      const definition = agent.node.findChild('Task').node.findChild('Definition') as ecs.FargateTaskDefinition;
      definition.defaultContainer?.addEnvironment('TOKEN', stored(made.stack));
      definition.defaultContainer?.addDockerLabel('a', Fn.sub(`{{resolve:ssm-secure:/\${AWS::Region}}}`));
      const said = refusalOf(() => made.app.synth());
      for (const member of ['environment', 'dockerLabels']) {
        expect(said).toContain(
          `[Stack/Agent/Task] CloudFormation would write what a secret or parameter holds into "${member}" of the agent's container`,
        );
      }
    });

    test.each(GIVEN.slice(0, 4))('in a prop: %s', (_, value) => {
      const stack = new Stack(new App(), 'Stack');
      expect(() => new HttpConnector(stack, 'Notes', { baseUrl: value(stack) })).toThrow(
        /^Stack\/Notes: props.baseUrl must be a string, such as 'https:\/\/tickets.example.com'; got a dynamic reference, or the value of a secret/,
      );
    });
  });
});

function refusalOf(synth: () => unknown): string {
  try {
    synth();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing is refused';
}

describe('SEC-03: a secret with a key of its own', () => {
  const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const given = (stack: Stack, encryptionKey?: kms.IKey) =>
    secretsmanager.Secret.fromSecretAttributes(stack, 'Given', {
      secretCompleteArn: `${ARN}:notes-AbCdEf`,
      ...(encryptionKey ? { encryptionKey } : {}),
    });
  const KEYS: readonly (readonly [string, (made: AgentStack) => kms.IKey, JsonValue | RegExp])[] = [
    ['by its ARN', ({ stack }) => kms.Key.fromKeyArn(stack, 'Key', KEY_ARN), KEY_ARN],
    [
      'of another stack',
      ({ app }) =>
        new kms.Key(new Stack(app, 'Keys', { env: { account: '111122223333', region: 'eu-west-1' } }), 'Key'),
      /Fn::ImportValue/,
    ],
  ];

  test.each(KEYS)(
    '%s: the executor may decrypt this secret with it, and nobody else may do either',
    (_, keyIn, arn) => {
      const made = inEurope();
      const connector = notes(made, { bound: given(made.stack, keyIn(made)) });
      const agent = made.withRuntime({}, [made.tickets, connector]);
      agent.allow(connector.tools[0]);
      const template = Template.fromStack(made.stack);
      const decrypts = statementsOfRole(template, 'NotesCredentialsnotesreadExecutor').filter(
        ({ Sid }) => Sid === 'DecryptOwnCredential',
      );
      expect(decrypts).toEqual([
        expect.objectContaining({
          Action: 'kms:Decrypt',
          Condition: {
            StringEquals: {
              'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com',
              'kms:EncryptionContext:SecretARN': `${ARN}:notes-AbCdEf`,
            },
          },
        }),
      ]);
      const resource = decrypts[0].Resource;
      if (arn instanceof RegExp) expect(JSON.stringify(resource)).toMatch(arn);
      else expect(resource).toEqual(arn);
      // Neither the agent's task, nor what starts it, nor the connector's other executor.
      for (const role of ['AgentAgentRole', 'AgentTaskExecutionRole', 'NotesExecutorRole']) {
        const statements = JSON.stringify(statementsOfRole(template, role));
        expect(statements).not.toContain('notes-AbCdEf');
        if (role !== 'NotesExecutorRole') expect(statements).not.toMatch(/secretsmanager:|kms:Decrypt/);
      }
    },
  );

  test.each(TAKERS)('%s: where the key can’t be known, synthesis says which grant is missing', (_, take) => {
    const made = inEurope();
    take(made, given(made.stack));
    Annotations.fromStack(made.stack).hasWarning(
      '*',
      Match.stringLikeRegexp('kms:Decrypt.*kms:ViaService = secretsmanager.*encryptionKey'),
    );
  });

  test('where the secret is in the app and has no key, nothing is missing: the key of AWS admits its readers', () => {
    const made = inEurope();
    notes(made, { secret: new secretsmanager.Secret(made.stack, 'Given') });
    Annotations.fromStack(made.stack).hasNoWarning('*', Match.stringLikeRegexp('kms:Decrypt'));
  });

  describe('variant: a key whose policy doesn’t let IAM policies count', () => {
    const policyOf = (statements: iam.PolicyStatement[]) => new iam.PolicyDocument({ statements });
    const administrator = new iam.PolicyStatement({
      principals: [new iam.ArnPrincipal('arn:aws:iam::111122223333:role/Keys')],
      actions: ['kms:Put*', 'kms:Describe*', 'kms:ScheduleKeyDeletion'],
      resources: ['*'],
    });
    const key = (stack: Stack, policy: iam.PolicyDocument) => new kms.CfnKey(stack, 'Key', { keyPolicy: policy });
    const warned = Match.stringLikeRegexp('policy of the key .* names neither .* nor the account');

    test('the role’s own right isn’t enough, and synthesis says what to add', () => {
      const made = inEurope();
      const cfn = key(made.stack, policyOf([administrator]));
      const secret = new secretsmanager.Secret(made.stack, 'Given', {
        encryptionKey: kms.Key.fromKeyArn(made.stack, 'K', cfn.attrArn),
      });
      made.withRuntime({}, [made.tickets, notes(made, { secret })]);
      made.app.synth();
      Annotations.fromStack(made.stack).hasWarning('/Stack/Notes', warned);
    });

    test.each<[string, (made: AgentStack) => iam.PolicyStatement]>([
      [
        'the account',
        () =>
          new iam.PolicyStatement({
            principals: [new iam.AccountRootPrincipal()],
            actions: ['kms:*'],
            resources: ['*'],
          }),
      ],
      [
        'the account, through Secrets Manager only',
        () =>
          new iam.PolicyStatement({
            principals: [new iam.AnyPrincipal()],
            actions: ['kms:Decrypt'],
            resources: ['*'],
            conditions: {
              StringEquals: {
                'kms:CallerAccount': '111122223333',
                'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com',
              },
            },
          }),
      ],
    ])('but not where its policy admits %s', (_, statement) => {
      const made = inEurope();
      const cfn = key(made.stack, policyOf([administrator, statement(made)]));
      const secret = new secretsmanager.Secret(made.stack, 'Given', {
        encryptionKey: kms.Key.fromKeyArn(made.stack, 'K', cfn.attrArn),
      });
      made.withRuntime({}, [made.tickets, notes(made, { secret })]);
      made.app.synth();
      Annotations.fromStack(made.stack).hasNoWarning('/Stack/Notes', warned);
    });
  });

  describe('variant: keys of logs and of the record', () => {
    const made = new AgentStack();
    made.withRuntime();
    const template = made.template().toJSON() as {
      Resources: Record<string, { Type: string; Properties: JsonObject }>;
    };
    const ofType = (type: string) => Object.entries(template.Resources).filter(([, { Type }]) => Type === type);

    test('each key of a log group admits the logs service', () => {
      const keys = ofType('AWS::Logs::LogGroup').flatMap(([, { Properties }]) => Properties.KmsKeyId ?? []);
      expect(keys.length).toBeGreaterThan(0);
      for (const key of keys) {
        const [id] = (key as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
        expect(JSON.stringify(template.Resources[id].Properties.KeyPolicy)).toMatch(/logs\.[^"]*"|"logs\."/);
      }
    });

    test('each writer of a bucket with a key may make a data key, and one that only writes may not decrypt', () => {
      const body = { name: 'Stack.template.json', body: template as unknown as JsonObject };
      const { claims } = prove(Assembly.of(body));
      expect(claims.flatMap(({ counterExamples }) => counterExamples)).toEqual([]);
      const without = JSON.stringify(template).replaceAll('"kms:GenerateDataKey"', '"kms:DescribeKey"');
      const { claims: broken } = prove(Assembly.of({ ...body, body: JSON.parse(without) }));
      expect(broken.flatMap(({ counterExamples }) => counterExamples).join('\n')).toMatch(/kms:GenerateDataKey/);
      // The launcher writes evidence, and reads none.
      const onKeys = statementsOfRole(Template.fromJSON(template), 'AgentSessionsLaunchRole').filter(({ Resource }) =>
        JSON.stringify(Resource).includes('Evidence'),
      );
      const actions = onKeys.flatMap(({ Action = [] }) => Action);
      expect(actions).toContain('kms:GenerateDataKey');
      expect(actions).not.toContain('kms:Decrypt');
    });
  });
});
