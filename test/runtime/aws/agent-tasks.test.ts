import { InvalidParameterException, ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { AgentTasks } from '../../../runtime/aws/agent-tasks';

const CLUSTER = 'arn:aws:ecs:eu-west-1:111122223333:cluster/shared';

/** ECS with running tasks: what each was started for. */
class FakeEcs {
  readonly stopped: (string | undefined)[] = [];
  fault: Error | undefined;
  lastStatus = 'RUNNING';

  constructor(private readonly tasks: Readonly<Record<string, string>>) {}

  async send(command: unknown): Promise<unknown> {
    if (this.fault) throw this.fault;
    if (command instanceof ListTasksCommand) {
      const { cluster, startedBy } = command.input;
      expect(cluster).toBe(CLUSTER);
      const found = Object.entries(this.tasks).filter(([, by]) => startedBy === undefined || by === startedBy);
      return { taskArns: found.map(([task]) => task) };
    }
    if (!(command instanceof StopTaskCommand)) throw new Error('another command');
    expect(command.input.cluster).toBe(CLUSTER);
    this.stopped.push(command.input.task);
    return { task: { lastStatus: this.lastStatus } };
  }

  get tasksOfAgent(): AgentTasks {
    return new AgentTasks(CLUSTER, this as never);
  }
}

let ecs: FakeEcs;
beforeEach(() => {
  ecs = new FakeEcs({ 'task-1': 'A-1', 'task-2': 'A-2', 'task-of-another-agent': 'B-1' });
});

test('stops the task that is bound to the session, and no other', async () => {
  expect(await ecs.tasksOfAgent.stop('A-1', 'task-1', 'over')).toBe('stopping');
  expect(ecs.stopped).toEqual(['task-1']);
});

test('stops only what was started for a session whose launch broke off', async () => {
  expect(await ecs.tasksOfAgent.stop('A-2', undefined, 'over')).toBe('stopping');
  expect(ecs.stopped).toEqual(['task-2']);
  expect(await ecs.tasksOfAgent.stop('A-3', undefined, 'over')).toBe('gone');
  expect(ecs.stopped).toEqual(['task-2']);
});

test('a task that has stopped, or that ECS has forgotten, is gone', async () => {
  ecs.lastStatus = 'STOPPED';
  expect(await ecs.tasksOfAgent.stop('A-1', 'task-1', 'over')).toBe('gone');
  ecs.fault = new InvalidParameterException({ message: 'The referenced task was not found.', $metadata: {} });
  expect(await ecs.tasksOfAgent.stop('A-1', 'task-1', 'over')).toBe('gone');
});

test('no other fault counts as gone', async () => {
  ecs.fault = new InvalidParameterException({ message: 'Invalid cluster.', $metadata: {} });
  await expect(ecs.tasksOfAgent.stop('A-1', 'task-1', 'over')).rejects.toThrow('Invalid cluster');
  await expect(ecs.tasksOfAgent.stop('A-1', undefined, 'over')).rejects.toThrow('Invalid cluster');
});
