import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from '../../../lib';
import type { Manifest } from '../../../runtime/core/contracts';
import { AgentStack, ID, inputOf } from '../agent-stack';
import { staged } from './staged';

describe('a new tool’s probation', () => {
  test('is the tool’s own before the runtime’s, and starts again with what the tool is', () => {
    const probationOf = (description: string) => {
      const made = new AgentStack();
      made.tickets.addTool('tickets_new', {
        description,
        method: HttpMethod.GET,
        path: '/new',
        input: inputOf({ id: ID }),
        probation: { calls: 3, duration: Duration.days(2) },
      });
      const agent = made.withRuntime({ probation: { calls: 20 } });
      agent.allow(made.read);
      const { tools } = staged<Manifest>(made, 'AgentGateFunction', 'manifest.json');
      return tools.map(({ name, probation }) => [name, probation?.calls, probation?.seconds, probation?.key]);
    };
    const [before, after] = [probationOf('one'), probationOf('two')];
    expect(before.map((each) => each.slice(0, 3))).toEqual([
      ['tickets_read', 20, undefined],
      ['tickets_refund', 20, undefined],
      ['tickets_new', 3, 172_800],
      ['documents_read', 20, undefined],
    ]);
    expect(after.map((each, index) => each[3] === before[index][3])).toEqual([true, true, false, true]);
  });

  test.each([
    ['of nothing', {}, /tool|probation: give calls, a duration, or both/],
    ['of no call', { calls: 0 }, /probation: calls must be a whole number from 1 to 1000/],
    ['of half a call', { calls: 1.5 }, /probation: calls must be/],
    ['of seconds', { duration: Duration.seconds(5) }, /probation: the duration must be a minute or more/],
  ])('%s is refused at synth', (_, probation, why) => {
    const made = new AgentStack();
    made.withRuntime({ probation });
    expect(() => made.app.synth()).toThrow(why);
  });
});
