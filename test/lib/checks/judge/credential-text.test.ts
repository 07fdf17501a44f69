import {
  credentialFormatIn,
  credentialIn,
  credentialNameInCode,
  credentialOptionIn,
  isNamedCredential,
} from '../../../../lib/checks/judge/credential-text';

/** Joined, so that nothing takes this file for one with credentials. */
const joined = (...parts: string[]): string => parts.join('');
const RANDOM = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0';

describe('a value under the name of a credential', () => {
  test.each([
    ['DB_PASSWORD', 'hunter2'],
    ['DB_PASSWORD', 'changeme'],
    ['DB_PASSWORD', '123456'],
    ['API_KEY', 'hunter2'],
    ['API_KEY', 'invented-key-4'],
    ['API_KEY', '0f0e0d0c-1234-4abc-8def-0123456789ab'],
    ['GITHUB_PAT', 'invented-pat-7'],
    ['JWT_SECRET', 'supersecret'],
    ['JWT_SIGNING_SECRET_V2', 'invented-8'],
    ['DB_SECRET', 'x7!kQ2pz'],
    ['SMTP_AUTH', 'user:invented-10'],
    ['Authorization', 'Bearer invented-11'],
    ['WEBHOOK', 'https://hooks.example.com/services/T000/B000/invented0123456789abcdef'],
  ])('%s: %s is one', (name, value) => expect(isNamedCredential(name, value)).toBe(true));

  test.each([
    ['DB_PASSWORD', ''],
    ['DB_PASSWORD', 'true'],
    ['DB_PASSWORD', '/prod/db/password'],
    ['DB_PASSWORD', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf'],
    ['DB_PASSWORD', '<password>'],
    ['DB_PASSWORD', 'REPLACE_ME'],
    ['API_KEY', 'changeme'],
    ['API_KEY', 'your-api-key-here'],
    ['API_KEY', 'xxxxxxxx'],
    ['API_KEY', 'dummy'],
    ['API_KEY', 'not-needed'],
    ['API_KEY', '/agent/openai/api-key'],
    ['API_KEY', 'prod/openai/api-key'],
    ['API_KEY', '{{resolve:secretsmanager:a}}'],
    ['API_KEY', ['$', '{API_KEY}'].join('')],
    ['TOKEN', '4096'],
    ['TOKEN', '$.token'],
    ['ENCRYPTION_KEY', 'alias/agent'],
    ['DB_SECRET', 'support-db-secret'],
    ['DB_SECRET', 'SupportDatabase'],
    ['DB_SECRET', 'prod/support/db'],
    ['BASIC_AUTH', 'enabled'],
    ['AUTH', 'cognito'],
    ['Authorization', 'AWS_IAM'],
    ['Authorization', 'Bearer '],
    ['SLACK_WEBHOOK_URL', 'https://api.example.com/v1/hooks'],
    ['MAX_TOKENS', '4096'],
    ['SECRET_NAME', 'hunter2'],
  ])('%s: %s is none', (name, value) => expect(isNamedCredential(name, value)).toBe(false));
});

describe('a credential by its format', () => {
  test.each([
    ['an example that AWS gives', joined('AKIA', 'IOSFODNN7EXAMPLE')],
    ['an AWS access key', joined('AKIA', 'IOSFODNN7INVENTE')],
    ['a GitHub token', joined('ghp_', 'abcdefghijklmnopqrstuvwxyz0123456789AB')],
    ['a fine-grained token', joined('github_pat_', 'A1b2C3d4E5f6G7h8I9j0K1_', RANDOM)],
    ['a GitLab token', joined('glpat-', 'a1B2c3D4e5F6g7H8i9J0')],
    ['an npm token', joined('npm_', RANDOM.slice(0, 36))],
    ['a Hugging Face token', joined('hf_', 'AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh')],
    ['a Google key', joined('AIza', RANDOM.slice(0, 35))],
    ['a SendGrid key', joined('SG.', RANDOM.slice(0, 22), '.', `${RANDOM}abc`)],
    ['an OpenAI key', joined('sk-', 'proj-', RANDOM)],
    ['another provider’s key', joined('sk-', 'or-v1-', RANDOM)],
    ['a key of Langfuse', joined('sk-', 'lf-0f0e0d0c-1234-4abc-8def-0123456789ab')],
    ['a Bedrock key', joined('ABSK', RANDOM, RANDOM)],
    ['a Slack webhook', joined('https://hooks.slack.com/', 'services/T0A1B2C3D/B0A1B2C3D/', RANDOM.slice(0, 24))],
    ['a PGP block', joined('-----BEGIN PGP ', 'PRIVATE KEY BLOCK-----')],
    ['a URL with a password', 'postgres://app:invented-pw-1@db.example.internal:5432/x'],
    ['one without a user', 'redis://:invented-pw-2@cache.example.internal:6379'],
  ])('%s', (_, text) => {
    expect(credentialFormatIn(text)).toBeDefined();
    expect(credentialFormatIn(`before ${text} after`)).toBeDefined();
    expect(credentialFormatIn(Buffer.from(`export KEY=${text} # for the agent`).toString('base64'))).toBeDefined();
  });

  test.each([
    ['a connection string', 'Server=db.example.internal;User Id=app;Password=invented-pw-3;'],
    ['a random value after its name', `{"dbPassword": "${RANDOM}"}`],
    ['an AWS secret key', `aws_secret_access_key = ${RANDOM.slice(0, 20)}/Kx9+Zq7Lw3Rt5Vb1Nm8`],
  ])('%s, where values are read', (_, text) => expect(credentialIn(text)).toBeDefined());

  test.each([
    ['an ARN of a secret', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf'],
    ['a digest', `sha256:${'0123456789abcdef'.repeat(4)}`],
    ['an asset', `${'0123456789abcdef'.repeat(4)}.zip`],
    ['a UUID', '0f0e0d0c-1234-4abc-8def-0123456789ab'],
    ['an image', '111122223333.dkr.ecr.eu-west-1.amazonaws.com/agent@sha256:0000'],
    ['a name that begins so', 'sk-learn-inference-model-2024-endpoint'],
    ['a task', 'task-0123456789abcdef0123456789abcdef'],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB0123456789abcdefABCDEF\n-----END CERTIFICATE-----'],
    ['a public key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI0123456789abcdefghijklmnopqrstuvwxyzAB user@host'],
    ['a URL of a default on this host', 'postgres://postgres:postgres@localhost:5432/x'],
    ['a URL without a password', 'https://api.example.com/v1?token_limit=5'],
  ])('%s is none', (_, text) => {
    expect(credentialFormatIn(text)).toBeUndefined();
    expect(credentialIn(text)).toBeUndefined();
  });
});

describe('a credential in what is run', () => {
  test.each([
    ['serve --token=invented-token-11', 'token'],
    ['serve --password invented-12', 'password'],
    ['export DB_PASSWORD=invented-13; run', 'DB_PASSWORD'],
    ['docker run -e "API_KEY=invented-14" x', 'API_KEY'],
  ])('%s', (text, name) => expect(credentialOptionIn(text)).toBe(name));

  test.each([
    'agent --token "$TOKEN" --token-limit 5000 --password-stdin',
    'export TOKEN=$(aws secretsmanager get-secret-value --secret-id prod/db)',
    'API_KEY=`cat /run/secrets/key` run',
    'run --max-tokens 4096 --secret-name prod/db --password-file /run/pw',
  ])('%s has none', (text) => expect(credentialOptionIn(text)).toBeUndefined());

  test.each([
    ["const apiKey = 'k3y-of-the-crm'", 'apiKey'],
    ['headers = {"X-Api-Key": "k3y-of-the-crm"}', 'X-Api-Key'],
    ["password: 'hunter22'", 'password'],
  ])('in code: %s', (text, name) => expect(credentialNameInCode(text)).toBe(name));

  test.each([
    'token = event["token"]',
    "secret = client.get_secret_value(SecretId='prod/db')",
    "password = secret['password']",
    "API_KEY = os.environ['API_KEY']",
    "headers = {'Authorization': 'Bearer ' + token}",
    "token_url = 'https://login.example.com/oauth2'",
  ])('in code: %s has none', (text) => expect(credentialNameInCode(text)).toBeUndefined());
});
