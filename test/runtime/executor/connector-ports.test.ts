import { type GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { readCredential } from '../../../runtime/executor/connector-ports';

/** Secrets Manager with these versions by staging label. A missing one is answered as AWS does. */
function secretsWith(versions: Readonly<Record<string, { SecretString: string; VersionId: string } | Error>>) {
  const asked: unknown[] = [];
  const send = async ({ input }: GetSecretValueCommand) => {
    asked.push(input);
    const version = versions[input.VersionStage ?? 'AWSCURRENT'];
    if (version instanceof Error) throw version;
    if (version) return version;
    throw new ResourceNotFoundException({ message: 'no such staging label', $metadata: {} });
  };
  return { asked, client: { send } as unknown as Parameters<typeof readCredential>[0] };
}

beforeEach(() => {
  process.env.CREDENTIAL_SECRET_ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-1';
});

const current = { SecretString: 'new-value', VersionId: 'v2' };

test('reads the current value and the one before the rotation', async () => {
  const { client, asked } = secretsWith({
    AWSCURRENT: current,
    AWSPREVIOUS: { SecretString: 'old-value', VersionId: 'v1' },
  });
  expect(await readCredential(client)).toEqual({ value: 'new-value', version: 'v2', previous: 'old-value' });
  expect(asked).toHaveLength(2);
});

test('a secret that was never rotated has no previous value', async () => {
  const { client } = secretsWith({ AWSCURRENT: current });
  expect(await readCredential(client)).toEqual({ value: 'new-value', version: 'v2' });
});

test('without the previous value nothing runs, because a result could repeat it', async () => {
  const { client } = secretsWith({ AWSCURRENT: current, AWSPREVIOUS: new Error('throttled') });
  await expect(readCredential(client)).rejects.toThrow('throttled');
});
