import { type GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { readCredential, readRotated } from '../../../runtime/executor/read-credential';

/** Secrets Manager with these versions by staging label. A missing one is answered as AWS does. */
function secretsWith(
  versions: Readonly<Record<string, { SecretString: string; VersionId: string; CreatedDate?: Date } | Error>>,
) {
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

describe('after the target refused a version', () => {
  const NOW = Date.parse('2026-09-01T12:00:00.000Z');
  const previous = { SecretString: 'old-value', VersionId: 'v1' };
  const pending = { SecretString: 'next-value', VersionId: 'v3' };
  const madeAgo = (ms: number) => ({ ...current, CreatedDate: new Date(NOW - ms) });
  const rotated = (versions: Parameters<typeof secretsWith>[0], refused = 'v2', status: 401 | 403 = 401) =>
    readRotated(refused, status, secretsWith(versions).client, () => NOW);

  test('the current value is taken, if it is another one by now', async () => {
    const versions = { AWSCURRENT: current, AWSPREVIOUS: previous };
    const expected = { value: 'new-value', version: 'v2', previous: 'old-value' };
    expect(await rotated(versions, 'v1')).toEqual(expected);
    expect(await rotated(versions, 'v1', 403)).toEqual(expected);
  });

  test('then the one that a rotation made, and not yet put in force', async () => {
    const versions = { AWSCURRENT: madeAgo(1000), AWSPREVIOUS: previous, AWSPENDING: pending };
    const expected = { value: 'next-value', version: 'v3', previous: 'new-value' };
    expect(await rotated(versions)).toEqual(expected);
    expect(await rotated(versions, 'v2', 403)).toEqual(expected);
  });

  test('then the one before a rotation in the last hour, but never after a 403', async () => {
    // A finished rotation leaves the label at the version that it made.
    const versions = { AWSCURRENT: madeAgo(3_599_000), AWSPREVIOUS: previous, AWSPENDING: current };
    expect(await rotated(versions)).toEqual({ value: 'old-value', version: 'v1' });
    expect(await rotated(versions, 'v2', 403)).toBeUndefined();
  });

  test.each([
    ['the rotation is over', { AWSCURRENT: madeAgo(3_600_000), AWSPREVIOUS: previous }],
    ['it isn’t known when it was', { AWSCURRENT: current, AWSPREVIOUS: previous }],
    ['there never was one', { AWSCURRENT: madeAgo(1000) }],
  ])('nothing is tried where %s', async (_, versions) => {
    expect(await rotated(versions)).toBeUndefined();
  });
});
