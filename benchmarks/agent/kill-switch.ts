import { DescribeTasksCommand, ECSClient } from '@aws-sdk/client-ecs';
import { LocalDeployment } from '../../examples/quickstart/demo/local-deployment';
import { Operator } from '../../examples/quickstart/demo/operator';
import { TICKETS } from '../../examples/quickstart/demo/story';
import { GateClient } from '../../runtime/agent-bridge/gate-client';
import type { BenchGoal } from '../bench-report';

/** Seconds from an operator's command until each effect is there. */
export interface KillSwitchTimes {
  /** Until the gate denies a call of the session. */
  readonly denied: number;
  /** Until ECS has been told to stop the task. */
  readonly stopped: number;
}

const DEADLINE_MS = 30_000;
const MOST_SECONDS = 2;

/**
 * Stops a session with the real command, as an operator who has just listed the sessions, while its agent calls the gate without a
 * pause. On the emulator: its own time is most of it, and AWS's is another.
 */
export async function killSwitchTimes(deployment: LocalDeployment): Promise<KillSwitchTimes> {
  const operator = await Operator.signIn(deployment, `operator-${Date.now()}`);
  const session = await deployment.launch({ user: 'ann', taskText: 'Answer ticket T-1001' });
  await mustEnd(operator.run('session', 'list'));
  const gate = new GateClient({
    url: deployment.gateUrl,
    region: deployment.emulator.region,
    credentials: async () => session.credentials,
  });
  const ecs = new ECSClient(deployment.emulator.clientConfig());
  const cluster = deployment.emulator.physicalId('Quickstart', 'Agent/Task/Cluster');
  let calls = 0;
  const flood = () => gate.call(`flood-${++calls}`, 'tickets_read', { id: 'T-1001' });
  // The agent has called before anybody stops it.
  await flood();
  const started = performance.now();
  const [denied, stopped] = await Promise.all([
    secondsUntil(started, async () => {
      const { code } = await flood();
      return code === 'SESSION_ENDED';
    }),
    secondsUntil(started, async () => {
      const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [session.taskId] }));
      return tasks?.[0]?.desiredStatus === 'STOPPED';
    }),
    mustEnd(operator.run('session', 'stop', session.sessionId, '--reason', 'It floods the gate')),
  ]);
  return { denied, stopped };
}

/** The line of `bench -- agent`: the later of both effects, at the deployed quickstart. */
export async function killSwitch(): Promise<BenchGoal> {
  const deployment = await LocalDeployment.start(TICKETS);
  try {
    const { denied, stopped } = await killSwitchTimes(deployment);
    const value = Math.max(denied, stopped);
    return { name: 'kill switch s', value, unit: 's', goal: `< ${MOST_SECONDS}`, holds: value < MOST_SECONDS };
  } finally {
    await deployment.stop();
  }
}

async function mustEnd(command: ReturnType<Operator['run']>): Promise<void> {
  const { code, lines } = await command;
  if (code !== 0) throw new Error(`The operator's command ended with ${code}: ${lines.join(' ')}`);
}

async function secondsUntil(started: number, isThere: () => Promise<boolean>): Promise<number> {
  while (performance.now() - started < DEADLINE_MS) {
    if (await isThere()) return (performance.now() - started) / 1000;
  }
  throw new Error(`The effect of the stop wasn't there within ${DEADLINE_MS / 1000} seconds.`);
}
