import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type AgentSession, LocalDeployment } from '../../examples/quickstart/demo/local-deployment';
import { TICKETS } from '../../examples/quickstart/demo/story';
import { GateClient } from '../../runtime/agent-bridge/gate-client';
import { inParallel } from '../../runtime/ledger/in-parallel';
import { KINDS, type Kind, kindOf, STEPS, type Step } from './requests';

/** Requests of each kind in each step, as one session makes them on average. */
export type Counts = Readonly<Record<Step, Readonly<Partial<Record<Kind, number>>>>>;

/** Steps that run at the same time. All sessions are open at once, but the emulator runs each function on this machine. */
const AT_ONCE = 4;

/** What a step leaves running, such as an approval workflow that starts, is over by then. */
const SETTLED_MS = 4000;

/** The status with which each step ends. */
const ENDS_AS: Readonly<Partial<Record<Step, string>>> = {
  list: 'succeeded',
  read: 'succeeded',
  denied: 'denied',
  asked: 'pending_approval',
  poll: 'pending_approval',
};

interface Played {
  readonly session: AgentSession;
  readonly gate: GateClient;
  asked: string;
}

/** Plays the same steps in so many sessions at once on the emulator, step by step, and counts the requests to AWS. */
export async function countOnEmulator(sessions: number): Promise<Counts> {
  const deployment = await LocalDeployment.start(TICKETS);
  try {
    const log = path.join(deployment.emulator.scratchDirectory, 'requests.log');
    // The first session starts the functions and lets executors read their credentials. It isn't counted.
    await play(deployment, 1, async (_, work) => work());
    const counts: Partial<Record<Step, Partial<Record<Kind, number>>>> = {};
    await play(deployment, sessions, async (step, work) => {
      const before = readFileSync(log, 'utf8').length;
      await work();
      await setTimeout(SETTLED_MS);
      const kinds = readFileSync(log, 'utf8').slice(before).split('\n').map(kindOf);
      counts[step] = Object.fromEntries(
        KINDS.map((kind) => [kind, kinds.filter((each) => each === kind).length / sessions] as const).filter(
          ([, count]) => count > 0,
        ),
      );
    });
    return counts as Counts;
  } finally {
    await deployment.stop();
  }
}

async function play(
  deployment: LocalDeployment,
  sessions: number,
  counted: (step: Step, work: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const played: Played[] = [];
  const steps: Readonly<Record<Step, (session: Played, i: number) => Promise<{ status: string } | undefined>>> = {
    launch: async () => undefined,
    list: async ({ gate }) => ({ status: (await gate.listTools()).length > 0 ? 'succeeded' : 'denied' }),
    read: ({ gate }, i) => gate.call(`read-${i}`, 'tickets_read', { id: 'T-1001' }),
    denied: ({ gate }, i) =>
      gate.call(`denied-${i}`, 'tickets_refund', { id: 'T-1001', account: 'AC-1', amountCents: 900_000 }),
    asked: async (each, i) => {
      const reply = await each.gate.call(`asked-${i}`, 'tickets_refund', {
        id: 'T-1001',
        account: 'AC-6666',
        amountCents: 45_000,
      });
      each.asked = reply.requestId;
      return reply;
    },
    poll: ({ gate, asked }, i) => gate.call(`poll-${i}`, 'get_request', { requestId: asked }),
  };
  await counted('launch', () =>
    inParallel(
      Array.from({ length: sessions }),
      async (_, i) => {
        const session = await deployment.launch({ user: 'ann', taskText: 'Answer ticket T-1001' });
        played[i] = { session, gate: gateOf(deployment, session), asked: '' };
      },
      AT_ONCE,
    ),
  );
  for (const step of STEPS.slice(1)) {
    await counted(step, () =>
      inParallel(
        played,
        async (each, i) => {
          const reply = await steps[step](each, i);
          if (reply?.status !== ENDS_AS[step]) {
            throw new Error(`The benchmark's own step "${step}" ended as ${JSON.stringify(reply)}.`);
          }
        },
        AT_ONCE,
      ),
    );
  }
}

function gateOf(deployment: LocalDeployment, session: AgentSession): GateClient {
  return new GateClient({
    url: deployment.gateUrl,
    region: deployment.emulator.region,
    credentials: async () => session.credentials,
  });
}
