import { execFile } from 'node:child_process';
import path from 'node:path';
import { version } from '../../package.json';

const ROOT = path.join(__dirname, '../..');

function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const command = path.join(ROOT, 'node_modules/.bin/tsx');
    execFile(command, ['bin/hardened-agent.ts', ...args], { cwd: ROOT }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

it('says what commands there are, on standard output when asked', async () => {
  const { code, out, err } = await run('--help');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const name of ['check', 'prove', 'cost', 'approvals', 'audit'])
    expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
});

it.each(['check', 'prove', 'verify-roles', 'cost', 'approvals', 'audit', 'replay', 'suggest'])(
  'tells how %s is used when asked, without an error',
  async (name) => {
    const { code, out, err } = await run(name, '--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Usage: hardened-agent /);
  },
  30_000,
);

it('says its version', async () => {
  expect(await run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

it.each(['', 'toString', 'aprovals'])('ends with 2 and the usage for the command "%s"', async (name) => {
  const { code, out, err } = await run(name);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('Usage: hardened-agent <command>');
});

it('ends as the command ends', async () => {
  const { code, err } = await run('approvals', 'approve', 'r-1');
  expect(code).toBe(2);
  expect(err).toContain('An approval is for exact bytes');
});
