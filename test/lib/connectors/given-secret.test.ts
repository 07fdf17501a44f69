import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Credential, HttpConnector, HttpMethod } from '../../../lib';
import { AgentStack, ID, inputOf } from '../agent-stack';

const ARN = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:notes-AbCdEf';

function notes(made: AgentStack, secret: secretsmanager.ISecret, id = 'Notes'): HttpConnector {
  const connector = new HttpConnector(made.stack, id, {
    baseUrl: 'https://notes.example.com',
    credential: Credential.bearer('notes-api'),
    secret,
  });
  connector.addTool(`${id.toLowerCase()}_read`, {
    description: 'Read a note',
    method: HttpMethod.GET,
    path: '/notes/{id}',
    input: inputOf({ id: ID }),
  });
  return connector;
}

describe('a secret that was there before', () => {
  const made = new AgentStack();
  const key = new kms.Key(made.stack, 'GivenKey');
  const connector = notes(made, new secretsmanager.Secret(made.stack, 'Given', { encryptionKey: key }));
  made.withRuntime({ connectors: [made.tickets, made.documents, connector] });
  const template = Template.fromStack(made.stack);

  test('is read by the executor, and decrypted for that secret only', () => {
    const given = { Ref: Match.stringLikeRegexp('^Given[0-9A-F]{8}$') };
    template.hasResourceProperties('AWS::IAM::Role', {
      Policies: [
        {
          PolicyDocument: {
            Statement: Match.arrayWith([
              Match.objectLike({ Action: 'secretsmanager:GetSecretValue', Resource: given }),
              Match.objectLike({
                Action: 'kms:Decrypt',
                Condition: { StringEquals: { 'kms:EncryptionContext:SecretARN': given } },
              }),
            ]),
          },
        },
      ],
    });
  });

  test('keeps its own policy, and the connector makes no secret and no key', () => {
    const policies = Object.keys(template.findResources('AWS::SecretsManager::ResourcePolicy'));
    expect(policies.filter((id) => id.startsWith('Notes'))).toEqual([]);
    expect(
      Object.keys(template.findResources('AWS::SecretsManager::Secret')).some((id) => id.startsWith('Notes')),
    ).toBe(false);
    expect(Object.keys(template.findResources('AWS::KMS::Key')).some((id) => id.startsWith('Notes'))).toBe(false);
  });
});

test('a secret of others is used with a warning that its policy is not checked', () => {
  const made = new AgentStack();
  notes(made, secretsmanager.Secret.fromSecretCompleteArn(made.stack, 'Given', ARN));
  Annotations.fromStack(made.stack).hasWarning(
    '/Stack/Notes',
    Match.stringLikeRegexp('policy and key are not checked'),
  );
});

describe('is refused', () => {
  test('without a credential', () => {
    const stack = new Stack(new App(), 'Stack');
    const secret = new secretsmanager.Secret(stack, 'Given');
    expect(() => new HttpConnector(stack, 'Notes', { baseUrl: 'https://notes.example.com', secret })).toThrow(
      /^Stack\/Notes: secret is given without credential; write how/,
    );
  });

  test('by a name, which would admit other secrets', () => {
    const made = new AgentStack();
    const secret = secretsmanager.Secret.fromSecretNameV2(made.stack, 'Given', 'notes');
    expect(() => notes(made, secret)).toThrow(/^Stack\/Notes: the full ARN of the secret isn't known/);
  });

  test('from another region', () => {
    const made = new AgentStack({ env: { account: '111122223333', region: 'eu-west-1' } });
    const secret = secretsmanager.Secret.fromSecretCompleteArn(made.stack, 'Given', ARN);
    expect(() => notes(made, secret)).toThrow(/^Stack\/Notes: its secret is in us-east-1, but/);
  });

  test.each([
    ['of the app', (stack: Stack) => new secretsmanager.Secret(stack, 'Given')],
    ['of others', (stack: Stack) => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Given', ARN)],
  ])('a second time: one %s belongs to one connector', (_, make) => {
    const made = new AgentStack();
    const secret = make(made.stack);
    notes(made, secret);
    expect(() => notes(made, secret, 'Other')).toThrow(
      /^Stack\/Other: its secret is also the one of Stack\/Notes, and each secret has one reader/,
    );
  });

  test('a second time under another construct', () => {
    const made = new AgentStack();
    notes(made, secretsmanager.Secret.fromSecretCompleteArn(made.stack, 'Given', ARN));
    const again = secretsmanager.Secret.fromSecretCompleteArn(made.stack, 'Again', ARN);
    expect(() => notes(made, again, 'Other')).toThrow(/is also the one of Stack\/Notes/);
  });
});
