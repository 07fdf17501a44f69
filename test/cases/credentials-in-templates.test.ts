import type { JsonObject, JsonValue } from '../../runtime/core/contracts';
import { findingsOf } from '../lib/checks/check-template';

/** Joined, so that nothing takes this file for one with credentials. */
const joined = (...parts: string[]): string => parts.join('');
const KEY_ID = joined('AKIA', 'IOSFODNN7INVENTE');
const RANDOM = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0';

function found(resources: JsonObject, around: JsonObject = {}): string[] {
  const findings = findingsOf('SecretsNoPlainText', resources, around);
  // Whatever is found is never repeated.
  for (const { message } of findings) expect(message).not.toMatch(/invented|INVENTE|hunter|a1B2c3/);
  return findings.map(({ resource, property }) => `${resource} ${property}`);
}

const task = (container: JsonObject): JsonObject => ({
  T: { Type: 'AWS::ECS::TaskDefinition', Properties: { ContainerDefinitions: [{ Name: 'a', ...container }] } },
});
const inVariable = (name: string, value: JsonValue) => task({ Environment: [{ Name: name, Value: value }] });
const of = (type: string, properties: JsonObject): JsonObject => ({ R: { Type: type, Properties: properties } });

describe('T2-13: credentials under other names, inside of other texts, and in other places', () => {
  test('the template of the case: each of its 25 credentials is named', () => {
    const parameters = {
      Fallback: { Type: 'String', Default: KEY_ID },
      Pw: { Type: 'String', Default: 'hunter-invented-22' },
    };
    const container: { Environment: JsonObject[]; Command: string[]; DockerLabels: JsonObject } = {
      Environment: [
        { Name: 'DATABASE_URL', Value: 'postgres://app:invented-pw-1@db.example.internal:5432/x' },
        { Name: 'REDIS_URL', Value: 'redis://:invented-pw-2@cache.example.internal:6379' },
        { Name: 'DB_CONN', Value: { 'Fn::Sub': ['Server=db;User Id=app;Password=$', '{Pw};'].join('') } },
        { Name: 'dbPassword', Value: 'invented-pw-3' },
        { Name: 'apiKey', Value: 'invented-key-4' },
        { Name: 'DB_PASS', Value: 'invented-pw-5' },
        { Name: 'OPENAI_KEY', Value: 'invented-key-6' },
        { Name: 'GITHUB_PAT', Value: 'invented-pat-7' },
        { Name: 'JWT_SIGNING_SECRET_V2', Value: 'invented-8' },
        { Name: 'PASSWORD_1', Value: 'invented-9' },
        { Name: 'SMTP_AUTH', Value: 'user:invented-10' },
        { Name: 'WEBHOOK', Value: 'https://hooks.example.com/services/T000/B000/invented0123456789abcdef' },
        { Name: 'AWS_KEY_ID', Value: { Ref: 'Fallback' } },
        { Name: 'SPLIT', Value: { 'Fn::Join': ['', ['AKIA', 'IOSFODNN7INVENTE']] } },
      ],
      Command: ['serve', '--token=invented-token-11', '--password', 'invented-12'],
      DockerLabels: { 'deploy.token': 'invented-13' },
    };
    const resources = {
      ...task(container),
      Key: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: 'u' } },
      Fn: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Code: { ZipFile: joined("const t='ghp_", "abcdefghijklmnopqrstuvwxyz0123456789AB'") },
          Environment: { Variables: { USER_KEY: { 'Fn::GetAtt': ['Key', 'SecretAccessKey'] } } },
        },
      },
      Build: {
        Type: 'AWS::CodeBuild::Project',
        Properties: { Environment: { EnvironmentVariables: [{ Name: 'NPM_TOKEN', Value: 'invented-14' }] } },
      },
      Ac: {
        Type: 'AWS::BedrockAgentCore::Runtime',
        Properties: { EnvironmentVariables: { CRM_API_KEY: 'invented-15' } },
      },
    };
    const outputs = { Leak: { Value: { 'Fn::GetAtt': ['Key', 'SecretAccessKey'] } }, Leak2: { Value: KEY_ID } };
    const places = found(resources, { Parameters: parameters, Outputs: outputs });
    const container0 = 'T Properties.ContainerDefinitions[0]';
    expect(places.map((place) => place.replace(/(Environment\[\d+\])\.Value$/, '$1')).sort()).toEqual(
      [
        ' Outputs.Leak.Value',
        ' Outputs.Leak2.Value',
        ' Parameters.Fallback.Default',
        ' Parameters.Pw.Default',
        'Ac Properties.EnvironmentVariables.CRM_API_KEY',
        'Build Properties.Environment.EnvironmentVariables[0]',
        'Fn Properties.Code.ZipFile',
        'Fn Properties.Environment.Variables.USER_KEY',
        // Both options of the command are one finding.
        `${container0}.Command`,
        `${container0}.DockerLabels.deploy.token`,
        ...container.Environment.map((_, i) => `${container0}.Environment[${i}]`),
      ].sort(),
    );
  });

  test.each([
    'DB_PASSWORD DBPASSWORD dbPassword db.password DB-PASSWORD PASSWORD PASSWORD_OLD PASSWORD1 apiKey API-KEY OPENAI_KEY ANTHROPIC_AUTH GITHUB_PAT',
    'JWT_SIGNING_KEY CLIENT_SECRET clientSecret authToken refreshToken SESSION_SECRET WEBHOOK_SECRET SMTP_PASS PGPASSWORD REDIS_AUTH SECRET_KEY_BASE',
    'AWS_SESSION_TOKEN COOKIE_SECRET BASIC_AUTH LICENSE_KEY ENCRYPTION_KEY PRIVATE_KEY',
  ])('variant: names (%s)', (names) => {
    for (const name of names.split(' '))
      expect([name, found(inVariable(name, 'invented-1a'))]).toEqual([name, [expect.anything()]]);
  });

  test.each([
    ['MAX_TOKEN', '4096'],
    ['NEXT_TOKEN', 'abc123'],
    ['MAX_TOKENS', '4096'],
    ['TOKEN_URL', 'https://login.example.com/oauth2/token'],
    ['PASSWORD_POLICY', 'strong-12'],
    ['PARTITION_KEY', 'tenant-1'],
    ['SECRET_NAME', 'prod/db'],
    ['DB_SECRET', 'prod/support/db'],
    ['API_KEY', 'REPLACE_ME'],
    ['API_KEY', '/agent/openai/api-key'],
    ['AUTH', 'cognito'],
    ['KMS_KEY', '0f0e0d0c-1234-4abc-8def-0123456789ab'],
    ['IMAGE_DIGEST', `sha256:${'0a1b'.repeat(16)}`],
    ['DB_PASSWORD', { Ref: 'Secret' }],
    ['DB_SECRET', { 'Fn::Sub': ['$', '{AWS::StackName}-db'].join('') }],
    ['TABLE', '{{resolve:ssm:/agent/table}}'],
    ['DB_USER', '{{resolve:secretsmanager:db:SecretString:username}}'],
  ])('variant: %s=%j is none', (name, value) => {
    const secret = { Secret: { Type: 'AWS::SecretsManager::Secret' } };
    expect(found({ ...inVariable(name, value), ...secret })).toEqual([]);
  });

  test.each<[string, string]>([
    ['a URL', 'https://robot:invented-1@api.example.org/v1'],
    ['JDBC', 'jdbc:postgresql://db.example.internal/x?user=app&password=invented-1'],
    ['.NET', 'Server=tcp:db.example.internal,1433;User ID=app;Password=invented-1;'],
    ['JSON', '{"user":"app","password":"invented-pw"}'],
    ['a fine-grained token of GitHub', joined('github_pat_', 'A1b2C3d4E5f6G7h8I9j0K1_', RANDOM)],
    ['GitLab', joined('glpat-', 'a1B2c3D4e5F6g7H8i9J0')],
    ['npm', joined('npm_', RANDOM.slice(0, 36))],
    ['Hugging Face', joined('hf_', 'AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh')],
    ['Google', joined('AIza', RANDOM.slice(0, 35))],
    ['SendGrid', joined('SG.', RANDOM.slice(0, 22), '.', `${RANDOM}abc`)],
    ['a webhook', joined('https://hooks.slack.com/', 'services/T0A1B2C3D/B0A1B2C3D/', RANDOM.slice(0, 24))],
    ['PGP', joined('-----BEGIN PGP ', 'PRIVATE KEY BLOCK-----\n\nlQOYBF')],
    ['an AWS secret key', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYa1B2c3D4e5'],
  ])('variant: values (%s)', (_, value) => {
    expect(found(inVariable('SETTING', value))).toEqual([expect.stringMatching(/^T Properties/)]);
  });

  const places: readonly (readonly [string, JsonObject, JsonObject?])[] = [
    ['a parameter’s default', {}, { Parameters: { P: { Type: 'String', Default: KEY_ID } } }],
    [
      'a hidden parameter’s default',
      {},
      { Parameters: { Anything: { Type: 'String', NoEcho: true, Default: 'invented-1' } } },
    ],
    ['an allowed value', {}, { Parameters: { P: { Type: 'String', AllowedValues: [KEY_ID, 'x'] } } }],
    ['a mapping', {}, { Mappings: { M: { a: { b: KEY_ID } } } }],
    ['a mapping by name', {}, { Mappings: { M: { prod: { ApiKey: 'invented-1' } } } }],
    ['an output', {}, { Outputs: { O: { Value: KEY_ID } } }],
    ['an output by name', {}, { Outputs: { AdminPassword: { Value: 'invented-1' } } }],
    [
      'an output of a stored value',
      {},
      { Outputs: { O: { Value: '{{resolve:secretsmanager:db:SecretString:password}}' } } },
    ],
    ['metadata', {}, { Metadata: { note: KEY_ID } }],
    ['a description', {}, { Description: `use ${KEY_ID}` }],
    ['joined text', inVariable('X', { 'Fn::Join': ['', ['AKIA', 'IOSFODNN7INVENTE']] })],
    ['a database', of('AWS::RDS::DBInstance', { MasterUserPassword: 'invented-1' })],
    ['a user', of('AWS::IAM::User', { LoginProfile: { Password: 'invented-1' } })],
    [
      'a parameter in plain text',
      of('AWS::SSM::Parameter', { Type: 'String', Name: '/db/password', Value: 'invented-1' }),
    ],
    ['App Runner', of('AWS::AppRunner::Service', runner({ Name: 'API_KEY', Value: 'invented-1' }))],
    [
      'Batch',
      of('AWS::Batch::JobDefinition', {
        ContainerProperties: { Environment: [{ Name: 'API_KEY', Value: 'invented-1' }] },
      }),
    ],
    [
      'a Batch job’s command',
      of('AWS::Batch::JobDefinition', { ContainerProperties: { Command: ['x', '--api-key', 'invented-1'] } }),
    ],
    ['SageMaker', of('AWS::SageMaker::Model', { PrimaryContainer: { Environment: { API_KEY: 'invented-1' } } })],
    ['Glue', of('AWS::Glue::Job', { DefaultArguments: { '--api_key': 'invented-1' } })],
    [
      'Elastic Beanstalk',
      of('AWS::ElasticBeanstalk::Environment', {
        OptionSettings: [
          { Namespace: 'aws:elasticbeanstalk:application:environment', OptionName: 'API_KEY', Value: 'invented-1' },
        ],
      }),
    ],
    [
      'an integration’s header',
      of('AWS::ApiGateway::Method', {
        Integration: { RequestParameters: { 'integration.request.header.X-Api-Key': "'invented-1'" } },
      }),
    ],
    [
      'a connection of EventBridge',
      of('AWS::Events::Connection', {
        AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'x', ApiKeyValue: 'invented-1' } },
      }),
    ],
    [
      'a credential provider of AgentCore',
      of('AWS::BedrockAgentCore::ApiKeyCredentialProvider', { Name: 'x', ApiKey: 'invented-1' }),
    ],
    [
      'a log driver’s options',
      task({ LogConfiguration: { LogDriver: 'splunk', Options: { 'splunk-token': 'invented-1' } } }),
    ],
    ['a health check', task({ HealthCheck: { Command: ['CMD-SHELL', 'curl --token invented-1 x'] } })],
    [
      'user data',
      of('AWS::EC2::Instance', { UserData: { 'Fn::Base64': { 'Fn::Sub': 'export DB_PASSWORD=invented-1\nrun' } } }),
    ],
    [
      'user data of a launch template',
      of('AWS::EC2::LaunchTemplate', {
        LaunchTemplateData: { UserData: Buffer.from(`export K=${KEY_ID}; run it`).toString('base64') },
      }),
    ],
    ['inline code', of('AWS::Lambda::Function', { Code: { ZipFile: "const apiKey = 'invented-1';" } })],
    [
      'a definition',
      of('AWS::StepFunctions::StateMachine', {
        DefinitionString: JSON.stringify({
          States: { A: { Type: 'Task', Arguments: { Headers: { Authorization: 'Bearer invented-1' } } } },
        }),
      }),
    ],
    [
      'the files of an instance',
      {
        R: {
          Type: 'AWS::EC2::Instance',
          Metadata: {
            'AWS::CloudFormation::Init': {
              config: { files: { '/etc/app.env': { content: 'DB_PASSWORD=invented-1' } } },
            },
          },
        },
      },
    ],
    [
      'a hidden parameter in a variable',
      inVariable('SETTING', { Ref: 'Pw' }),
      { Parameters: { Pw: { Type: 'String', NoEcho: true } } },
    ],
    [
      'a hidden parameter in user data',
      of('AWS::EC2::Instance', { UserData: { 'Fn::Base64': { 'Fn::Sub': ['export X=$', '{Pw}'].join('') } } }),
      { Parameters: { Pw: { Type: 'String', NoEcho: true } } },
    ],
    ['a tag', of('AWS::SQS::Queue', { Tags: [{ Key: 'note', Value: KEY_ID }] })],
    [
      'the parameters of a nested stack',
      of('AWS::CloudFormation::Stack', { Parameters: { DbPassword: 'invented-1' } }),
    ],
  ];
  test.each(places.map(([where, resources, around = {}]) => ({ where, resources, around })))(
    'variant: places ($where)',
    (place) => {
      expect(found(place.resources, place.around)).toHaveLength(1);
    },
  );

  test.each<[string, JsonObject, JsonObject?]>([
    [
      'a hidden parameter that fills a secret',
      of('AWS::SecretsManager::Secret', { SecretString: { Ref: 'Pw' } }),
      { Parameters: { Pw: { Type: 'String', NoEcho: true } } },
    ],
    [
      'one that a store of credentials takes',
      of('AWS::BedrockAgentCore::ApiKeyCredentialProvider', { ApiKey: { Ref: 'Pw' } }),
      { Parameters: { Pw: { Type: 'String', NoEcho: true } } },
    ],
    ['a form that somebody fills', of('AWS::SecretsManager::Secret', { SecretString: '{"apiKey":"REPLACE_ME"}' })],
    ['what the secret says of its host', of('AWS::SecretsManager::Secret', { SecretString: '{"username":"app"}' })],
    [
      'a secret that CloudFormation makes',
      of('AWS::SecretsManager::Secret', {
        GenerateSecretString: { GenerateStringKey: 'password', PasswordLength: 32 },
      }),
    ],
    [
      'the name of a parameter as a default',
      {},
      { Parameters: { ApiKey: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/agent/api-key' } } },
    ],
    ['an empty default', {}, { Parameters: { DbPassword: { Type: 'String', NoEcho: true, Default: '' } } }],
    ['an example in prose', {}, { Description: joined('such as AKIA', 'IOSFODNN7EXAMPLE') }],
    [
      'CodeBuild’s variable from a secret',
      of('AWS::CodeBuild::Project', {
        Environment: { EnvironmentVariables: [{ Name: 'NPM_TOKEN', Type: 'SECRETS_MANAGER', Value: 'npm:token' }] },
      }),
    ],
    ['App Runner’s secrets', of('AWS::AppRunner::Service', runnerWithSecret())],
    ['how long tokens last', of('AWS::Cognito::UserPoolClient', { TokenValidityUnits: { AccessToken: 'hours' } })],
    [
      'a header that the caller sends',
      of('AWS::ApiGateway::Method', {
        Integration: {
          RequestParameters: { 'integration.request.header.Authorization': 'method.request.header.Auth' },
        },
      }),
    ],
    [
      'a key that a definition reads',
      of('AWS::StepFunctions::StateMachine', {
        Definition: { States: { A: { Arguments: { token: '{% $token %}' } } } },
      }),
    ],
    [
      'the schema of a request',
      of('AWS::ApiGateway::RestApi', { Body: { components: { schemas: { L: { password: 'string-1' } } } } }),
    ],
    [
      'code that reads its key',
      of('AWS::Lambda::Function', {
        Code: { ZipFile: "api_key = secrets.get_secret_value(SecretId='x')['SecretString']" },
      }),
    ],
    [
      'the credential of a connection from a secret',
      of('AWS::Events::Connection', {
        AuthParameters: {
          OAuthParameters: { ClientParameters: { ClientID: '{{resolve:secretsmanager:a:SecretString:id}}' } },
        },
      }),
    ],
    [
      'a header that CloudFront must send',
      of('AWS::CloudFront::Distribution', {
        DistributionConfig: {
          Origins: [{ OriginCustomHeaders: [{ HeaderName: 'X-From', HeaderValue: '{{resolve:secretsmanager:a}}' }] }],
        },
      }),
    ],
  ])('variant: no false alarm on %s', (_, resources, around = {}) => {
    expect(found(resources, around)).toEqual([]);
  });

  test('the value of a parameter isn’t repeated as an assumption, whatever the rule', () => {
    const parameters = { Parameters: { Dsn: { Type: 'String', Default: 'mysql://root:invented-1@10.0.0.5/prod' } } };
    const container = { Environment: [{ Name: 'DSN', Value: { Ref: 'Dsn' } }], Privileged: true };
    const messages = findingsOf('SandboxTaskHardened', task(container), parameters).map(({ message }) => message);
    expect(messages.join()).toMatch(/when Dsn has its default/);
    expect(messages.join()).not.toContain('invented');
  });
});

function runner(variable: JsonObject): JsonObject {
  return {
    SourceConfiguration: { ImageRepository: { ImageConfiguration: { RuntimeEnvironmentVariables: [variable] } } },
  };
}

function runnerWithSecret(): JsonObject {
  const RuntimeEnvironmentSecrets = [{ Name: 'API_KEY', Value: 'agent-key-1' }];
  return { SourceConfiguration: { ImageRepository: { ImageConfiguration: { RuntimeEnvironmentSecrets } } } };
}
