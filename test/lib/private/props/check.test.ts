import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkArguments } from '../../../../lib/private/props/check';
import { fromFactory } from '../../../../lib/private/props/from-factory';
import { instanceOf, number, text } from '../../../../lib/private/props/shape';

const ROOT = path.join(__dirname, '../../../..');

class Thing {
  readonly kind = 'thing';
  static of(name: unknown): Thing {
    return fromFactory(Thing, 'Thing.of', { name: [text('x'), name] }, () => new Thing());
  }
}
const THING = instanceOf(Thing, "Thing.of('x')");

function refusal(run: () => void): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was refused');
}

test('an error without a cause has no property "cause", which Node would print as "[cause]: undefined"', () => {
  const error = refusal(() => checkArguments('App: allow()', { count: [number(1), 'x'] }));
  expect(error.message).toBe('App: allow(): count must be a number, such as 1; got a string.');
  expect(Object.hasOwn(error, 'cause')).toBe(false);
});

test('an error of a factory says its reason once, and where the factory was called', () => {
  const error = refusal(() => checkArguments('App: allow()', { thing: [THING, Thing.of(7)] }));
  expect(error.message).toBe("App: allow(): thing: Thing.of: name must be a string, such as 'x'; got a number.");
  const printed = `${error.stack}\n${(error.cause as Error).stack}`;
  expect(printed.split('must be a string')).toHaveLength(2);
  expect((error.cause as Error).stack).toMatch(/^Error: The value was made here\.\n +at .*\n[\s\S]*check\.test\.ts/);
});

test('what Node prints of an uncaught error begins with no message in the library’s code', () => {
  const program =
    "require('./lib/private/props/check').checkArguments('App: allow()', { x: [{ problems: () => [{ message: 'x' }] }] });";
  const run = () =>
    execFileSync(path.join(ROOT, 'node_modules/.bin/tsx'), ['-e', program], { cwd: ROOT, stdio: 'pipe' });
  const printed = String((refusal(run) as Error & { stderr?: Buffer }).stderr);
  expect(printed).toContain('Error: App: allow(): x');
  expect(printed).not.toMatch(/cause|throw new Error/);
});

test('what Node prints of a refused construct begins with the line that makes it', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'refused-'));
  const line = "new HardenedAgentRuntime(new Stack(new App(), 'Support'), 'Agent', { image: 'x' });";
  writeFileSync(
    path.join(folder, 'app.ts'),
    `const { App, Stack } = require(${JSON.stringify(path.join(ROOT, 'node_modules/aws-cdk-lib'))});
const { HardenedAgentRuntime } = require(${JSON.stringify(path.join(ROOT, 'lib'))});
${line}
`,
  );
  const run = () => execFileSync(path.join(ROOT, 'node_modules/.bin/tsx'), ['app.ts'], { cwd: folder, stdio: 'pipe' });
  const printed = String((refusal(run) as Error & { stderr?: Buffer }).stderr);
  rmSync(folder, { recursive: true });
  expect(printed.trim().split('\n').slice(0, 2)).toEqual([expect.stringMatching(/app\.ts:3$/), line]);
});
