import { Lazy } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Credential, HttpConnector, HttpMethod } from '../../../lib';
import { AgentStack, ID, inputOf, listOf, only, statementsOfRole } from '../agent-stack';

describe('its credential', () => {
  let template: Template;
  let roleId: string;
  let secretId: string;
  beforeAll(() => {
    const made = new AgentStack();
    const crm = new HttpConnector(made.stack, 'Crm', {
      baseUrl: 'https://crm.example.com/v2',
      credential: Credential.header('crm-api', 'x-api-key'),
    });
    crm.addTool('crm_read', { description: 'x', method: HttpMethod.GET, path: '/c/{id}', input: inputOf({ id: ID }) });
    made.withRuntime({}, [made.tickets, crm]);
    template = made.template();
    [roleId] = only(template, 'AWS::IAM::Role', 'TicketsExecutorRole');
    [secretId] = only(template, 'AWS::SecretsManager::Secret', 'TicketsCredential');
  });

  test('is a secret of its own, under a key of its own, without a made-up value', () => {
    const [, secret] = only(template, 'AWS::SecretsManager::Secret', 'TicketsCredential');
    const [keyId] = only(template, 'AWS::KMS::Key', 'TicketsCredentialKey');
    expect(secret).toEqual({
      Description: expect.any(String),
      KmsKeyId: { 'Fn::GetAtt': [keyId, 'Arn'] },
    });
    template.resourceCountIs('AWS::SecretsManager::Secret', 2);
  });

  test('is denied to every principal but its executor’s role by the secret’s own policy', () => {
    template.hasResourceProperties('AWS::SecretsManager::ResourcePolicy', {
      SecretId: { 'Fn::GetAtt': [secretId, 'Id'] },
      BlockPublicPolicy: true,
      ResourcePolicy: {
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue'],
            Resource: '*',
            Condition: { ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': [roleId, 'Arn'] } } },
          },
        ],
      },
    });
    template.resourceCountIs('AWS::SecretsManager::ResourcePolicy', 2);
  });

  test('is readable by that role alone, which can read no other', () => {
    const readers = Object.keys(template.findResources('AWS::IAM::Role')).flatMap((id) =>
      statementsOfRole(template, id)
        .filter((each) => each.Effect === 'Allow' && listOf(each.Action).some((a) => /^(secretsmanager:|\*)/.test(a)))
        .map((each) => [id, each.Resource]),
    );
    const [crmRole] = only(template, 'AWS::IAM::Role', 'CrmExecutorRole');
    const [crmSecret] = only(template, 'AWS::SecretsManager::Secret', 'CrmCredential');
    expect(readers.sort()).toEqual(
      [
        [crmRole, { 'Fn::GetAtt': [crmSecret, 'Id'] }],
        [roleId, { 'Fn::GetAtt': [secretId, 'Id'] }],
      ].sort(),
    );
  });

  test('is decrypted for that secret only, through Secrets Manager only', () => {
    const decrypt = statementsOfRole(template, roleId).find((each) => each.Sid === 'DecryptOwnCredential');
    expect(decrypt?.Condition?.StringEquals).toMatchObject({
      'kms:EncryptionContext:SecretARN': { 'Fn::GetAtt': [secretId, 'Id'] },
    });
  });

  test('reaches the executor by the secret’s name only', () => {
    const [, executor] = only<{ Environment: { Variables: object } }>(
      template,
      'AWS::Lambda::Function',
      'TicketsExecutorFunction',
    );
    expect(Object.keys(executor.Environment.Variables).sort()).toEqual([
      'AGENT_ID',
      'CREDENTIAL_SECRET_ARN',
      'EVIDENCE_BUCKET',
      'LEDGER_BUCKET',
      'STATE_TABLE',
    ]);
  });
});

describe('without a credential', () => {
  test('has no secret, no key, and no right to any', () => {
    const made = new AgentStack();
    const open = new HttpConnector(made.stack, 'Open', { baseUrl: 'https://open.example.com' });
    open.addTool('open_read', {
      description: 'x',
      method: HttpMethod.GET,
      path: '/c/{id}',
      input: inputOf({ id: ID }),
    });
    made.withRuntime({}, [open, made.tickets]);
    const template = made.template();
    const [roleId] = only(template, 'AWS::IAM::Role', 'OpenExecutorRole');
    expect(JSON.stringify(statementsOfRole(template, roleId))).not.toContain('secretsmanager');
    const [, boundary] = only(template, 'AWS::IAM::ManagedPolicy', 'OpenBoundary');
    expect(JSON.stringify(boundary)).not.toContain('secretsmanager');
  });
});

describe('refused, with the construct’s path', () => {
  test.each([
    ['http', 'http://tickets.example.com', 'only https'],
    ['a bare host', 'tickets.example.com', 'not a URL'],
    ['a host with a path but no scheme', 'tickets.example.com/api', 'not a URL'],
    ['a user in the address', 'https://ann:pw@tickets.example.com', 'Credential'],
    ['a query', 'https://tickets.example.com/?key=1', 'query'],
    ['a fragment', 'https://tickets.example.com/#x', 'fragment'],
    ['an IP address', 'https://10.0.0.1', 'IP address'],
    ['a number that is an IP address', 'https://2130706433', 'IP address'],
    ['IPv6', 'https://[::1]', 'IP address'],
    ['the instance’s metadata', 'https://169.254.169.254/latest', 'IP address'],
    ['localhost', 'https://localhost', 'local'],
    ['a name that ends local', 'https://db.internal', 'local'],
    ['a name without a dot', 'https://tickets', 'not a full host name'],
    ['a trailing dot', 'https://tickets.example.com.', 'ends with a dot'],
    ['a name of the home network', 'https://nas.home.arpa', 'local name'],
    ['a name of a company network', 'https://crm.corp', 'local name'],
    ['a name of a pod', 'https://api.default.svc.cluster.local', 'local name'],
    ['a name in another case', 'https://db.INTERNAL', 'local name'],
    ['another scheme', 'file:///etc/passwd', 'only https'],
  ])('%s as baseUrl', (_, baseUrl, why) => {
    const { stack } = new AgentStack();
    const make = () => new HttpConnector(stack, 'Bad', { baseUrl });
    expect(make).toThrow(new RegExp(`^Stack/Bad: baseUrl .*${why}`));
  });

  test('a baseUrl that is known only at deployment', () => {
    const { stack } = new AgentStack();
    const baseUrl = Lazy.string({ produce: () => 'https://x.example.com' });
    expect(() => new HttpConnector(stack, 'Bad', { baseUrl })).toThrow(/Stack\/Bad: .*only at deployment/);
  });

  test.each([
    ['/tickets/{id}/../admin', 'contains \\. or \\.\\. segments'],
    ['/./x', 'contains \\. or \\.\\. segments'],
    ['tickets', 'refused'],
    ['', 'refused'],
    ['/a?b=c', 'refused'],
    ['/a#b', 'refused'],
    ['//evil.example', 'refused'],
    ['/a/{}', 'refused'],
    ['/a/x{id}', 'refused'],
    ['/%2e%2e/a', 'refused'],
    ['/a/{other}', "doesn't require"],
  ])('the path "%s" of a tool', (path, why) => {
    const { tickets } = new AgentStack();
    const add = () =>
      tickets.addTool('bad', { description: 'x', method: HttpMethod.GET, path, input: inputOf({ id: ID }) });
    expect(add).toThrow(new RegExp(`^Stack/Tickets: tool "bad": .*${why}`));
  });
});
