import { execFile } from 'node:child_process';
import path from 'node:path';
import { version } from '../../package.json';

const ROOT = path.join(__dirname, '../..');
const TSX = path.join(ROOT, 'node_modules/.bin/tsx');

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the program in a process of its own. */
function run(args: string[], env: NodeJS.ProcessEnv = process.env): Promise<Ended> {
  return execute(TSX, ['bin/hardened-agent.ts', ...args], env);
}

function execute(file: string, args: string[], env: NodeJS.ProcessEnv = process.env): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(file, args, { cwd: ROOT, env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

test('prints the list of commands on standard output when asked', async () => {
  const { code, out, err } = await run(['--help']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const name of ['check', 'prove', 'cost', 'approvals', 'audit'])
    expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
});

test('prints its version', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test.each(['', 'toString', 'aprovals'])('ends with 2 and the usage for the command "%s"', async (name) => {
  const { code, out, err } = await run([name]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('Usage: hardened-agent <command>');
});

test('ends with the exit code of the command', async () => {
  const { code, err } = await run(['approvals', 'approve', 'r-1']);
  expect(code).toBe(2);
  expect(err).toContain('An approval is for exact bytes');
});

test.each([
  ['a closed pipe on standard output', 'bin/hardened-agent.ts audit verify --help | true'],
  ['a closed pipe on standard error', 'bin/hardened-agent.ts audit verify 2>&1 >/dev/null | true'],
])('%s prints no stack trace', async (_, pipe) => {
  const { out, err } = await execute('bash', ['-c', `"${TSX}" ${pipe}; echo "\${PIPESTATUS[0]}"`]);
  expect(err).toBe('');
  expect(['0\n', '2\n']).toContain(out);
});

describe('without what AWS needs', () => {
  const { PATH } = process.env;
  // No profile and no instance to take credentials from.
  const bare = { PATH, HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' };
  const key = ['audit', 'key', '--signing-key', 'alias/x', '--origin', 'example.com/x'];

  test('a missing region is one line that says what to set', async () => {
    const { code, out, err } = await run(key, bare);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^No AWS region is set\. Set AWS_REGION or AWS_DEFAULT_REGION.*\n$/);
  });

  test.each([
    ['AWS_DEFAULT_REGION', key, { AWS_DEFAULT_REGION: 'eu-west-1' }],
    [
      'the ARN that was given',
      ['audit', 'key', '--origin', 'x', '--signing-key', 'arn:aws:kms:eu-west-1:111122223333:key/1'],
      {},
    ],
  ])('the region may come from %s', async (_, args, env) => {
    expect((await run(args, { ...bare, ...env })).err).toMatch(/^No AWS credentials were found/);
  });

  test('missing credentials are one line that says what to set', async () => {
    const { code, out, err } = await run(key, { ...bare, AWS_REGION: 'eu-west-1' });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^No AWS credentials were found\. .*AWS_PROFILE.*\n$/);
  });
});
