import { LocalDeployment } from '../../examples/quickstart/demo/local-deployment';
import { TICKETS } from '../../examples/quickstart/demo/story';
import { GateClient } from '../../runtime/agent-bridge/gate-client';
import { type Times, timesOf } from './quantiles';

const WARM_UP = 20;
const CALLS = 100;

/** Milliseconds of a whole call, signed request to reply. */
export interface DeployedTimes {
  /** A read that is granted: state, intent, executor, ticket system, outcome, evidence. */
  readonly read: Times;
  /** A call that no policy allows: state and denial. */
  readonly denied: Times;
}

/**
 * The quickstart as deployed to the emulator, ledger and evidence on. The emulator's own time is most of it, and AWS's is
 * another: this shows that the whole path works at a steady pace, not what it takes there.
 */
export async function timesOnEmulator(): Promise<DeployedTimes> {
  const deployment = await LocalDeployment.start(TICKETS);
  try {
    let session = await deployment.launch({ user: 'ann', taskText: 'Answer ticket T-1001' });
    const gate = new GateClient({
      url: deployment.gateUrl,
      region: deployment.emulator.region,
      credentials: async () => session.credentials,
    });
    const timed = async (count: number, call: (i: number) => Promise<{ status: string }>, status: string) => {
      const times: number[] = [];
      for (let i = 0; i < count; i += 1) {
        const started = performance.now();
        const reply = await call(i);
        times.push(performance.now() - started);
        if (reply.status !== status) throw new Error(`The benchmark's own call was ${reply.status}, not ${status}.`);
      }
      return times;
    };
    const read = (i: number) => gate.call(`read-${i}`, 'tickets_read', { id: 'T-1001' });
    await timed(WARM_UP, (i) => read(-1 - i), 'succeeded');
    const reads = await timed(CALLS, read, 'succeeded');
    const refund = { id: 'T-1', account: 'AC-1', amountCents: 900_000 };
    const denials: number[] = [];
    // A session ends at so many denials, and they are few on purpose.
    for (let round = 0; round < 5; round += 1) {
      session = await deployment.launch({ user: 'ann', taskText: 'Answer ticket T-1001' });
      denials.push(...(await timed(15, (i) => gate.call(`no-${i}`, 'tickets_refund', refund), 'denied')));
    }
    return { read: timesOf(reads), denied: timesOf(denials) };
  } finally {
    await deployment.stop();
  }
}
