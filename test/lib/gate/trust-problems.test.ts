import { Lazy } from 'aws-cdk-lib';
import { HttpMethod, Target } from '../../../lib';
import { type JsonObject, type Manifest, manifestSchema } from '../../../runtime/core/contracts';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { AgentStack, inputOf } from '../agent-stack';
import { staged } from './staged';

describe('what targets are trusted to be', () => {
  const mailer = (more: object) => {
    const made = new AgentStack();
    made.tickets.addTool('tickets_mail', {
      description: 'Mail',
      method: HttpMethod.POST,
      path: '/mail',
      input: inputOf({ to: { type: 'string', maxLength: 100 } }),
      ...more,
    });
    return made;
  };

  test('is written into the manifest, and changes the policy version of the tools with targets only', () => {
    const manifest = (trustedDirectory?: string[]) => {
      const made = mailer({ targets: [Target.email('/to')], trustedTargets: ['desk@example.com'] });
      made.withRuntime({ trustedDirectory });
      return staged<Manifest>(made, 'AgentGateFunction', 'manifest.json');
    };
    const version = ({ tools }: Manifest, name: string) => tools.find((tool) => tool.name === name)?.policyVersion;
    const [before, after] = [manifest(), manifest(['all@example.com'])];
    expect(after.trustedDirectory).toEqual(['all@example.com']);
    expect(after.tools.flatMap(({ trustedTargets }) => trustedTargets ?? [])).toEqual(['desk@example.com']);
    expect(compileSchema(manifestSchema as unknown as JsonObject)(after as unknown as JsonObject).ok).toBe(true);
    expect(version(after, 'tickets_mail')).not.toBe(version(before, 'tickets_mail'));
    expect(version(after, 'tickets_read')).toBe(version(before, 'tickets_read'));
  });

  test.each([
    [
      'a pattern',
      { targets: [Target.email('/to')], trustedTargets: ['*@example.com'] },
      /"tickets_mail": trustedTargets: value 1 has a \*/,
    ],
    ['nothing', { targets: [Target.email('/to')], trustedTargets: ['a', ''] }, /trustedTargets: value 2 is empty/],
    ['a value of no target', { trustedTargets: ['a'] }, /the tool has no targets/],
    [
      'an entry of no target',
      { addressBook: [{ name: 'Ann', targets: ['a'] }] },
      /addressBook: the tool has no targets/,
    ],
    [
      'an entry without targets',
      { targets: [Target.email('/to')], addressBook: [{ name: 'Ann', targets: [] }] },
      /addressBook: entry 1: "Ann" has no targets/,
    ],
    [
      'an entry with a name that no task holds',
      { targets: [Target.email('/to')], addressBook: [{ name: 'Ann  Lee', targets: ['a'] }] },
      /"Ann {2}Lee" is no name/,
    ],
    [
      'an entry with an alias of digits',
      { targets: [Target.email('/to')], addressBook: [{ name: 'Ann', aliases: ['1'], targets: ['a'] }] },
      /"1" is no name/,
    ],
    [
      'a value that is known later',
      { targets: [Target.email('/to')], trustedTargets: [Lazy.string({ produce: () => 'x' })] },
      /only at deployment/,
    ],
  ])('is refused at synth where it is %s', (_, more, why) => {
    const made = mailer(more);
    made.withRuntime();
    expect(() => made.app.synth()).toThrow(why);
  });
});
