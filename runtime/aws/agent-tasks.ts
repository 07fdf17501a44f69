import { ECSClient, InvalidParameterException, ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';

/** Whether a task still runs after it was told to stop. */
export type TaskState = 'stopping' | 'gone';

/**
 * The tasks of one agent. It stops only tasks that its own launcher started for a session: IAM can limit `ecs:StopTask` to a
 * cluster, but not to one agent's tasks in a shared one.
 *
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopTask.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export class AgentTasks {
  constructor(
    private readonly cluster: string,
    private readonly client: Pick<ECSClient, 'send'>,
  ) {}

  /**
   * Tells ECS to stop the task of a session. ECS sends SIGTERM and, after the container's stop timeout, SIGKILL, which no
   * process can ignore.
   *
   * @param taskId absent: the launch didn't come so far, and a task is looked for by the session that it was started for
   */
  async stop(sessionId: string, taskId: string | undefined, reason: string): Promise<TaskState> {
    const tasks = taskId === undefined ? await this.startedFor(sessionId) : [taskId];
    const states = await Promise.all(tasks.map((task) => this.stopOne(task, reason)));
    return states.includes('stopping') ? 'stopping' : 'gone';
  }

  private async startedFor(sessionId: string): Promise<string[]> {
    const { taskArns = [] } = await this.client.send(
      new ListTasksCommand({ cluster: this.cluster, startedBy: sessionId }),
    );
    return taskArns;
  }

  private async stopOne(task: string, reason: string): Promise<TaskState> {
    try {
      const { task: stopped } = await this.client.send(new StopTaskCommand({ cluster: this.cluster, task, reason }));
      return stopped?.lastStatus === 'STOPPED' ? 'gone' : 'stopping';
    } catch (error) {
      // ECS forgets a task about an hour after it has stopped.
      if (error instanceof InvalidParameterException && /not found/i.test(error.message)) return 'gone';
      throw error;
    }
  }
}

/** Few attempts, each short: a person waits, and what fails is tried again a minute later. */
export function stoppingClient(): ECSClient {
  return new ECSClient({ maxAttempts: 3 });
}
