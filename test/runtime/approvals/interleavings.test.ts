import type { DecisionReply } from '../../../runtime/approvals/decide';
import type { StoredRequest } from '../../../runtime/aws/request-item';
import type { LedgerEntry, RequestItem } from '../../../runtime/core/contracts';
import { saltedHash, sha256Hex } from '../../../runtime/core/digest';
import { fc } from '../../seed';
import { SESSION } from '../gate/gate-world';
import { ApprovalsWorld, EXPIRY_SECONDS, FUNCTIONS, type FunctionName, redeployed } from './approvals-world';
import { FAULT_KINDS, type Fault } from './faulty-process';

// Each world compiles the same few schemas again, which takes most of the time.
jest.mock('../../../runtime/core/schema/compile-schema', () => {
  const { compileSchema } = jest.requireActual('../../../runtime/core/schema/compile-schema');
  const known = new Map<string, unknown>();
  return {
    compileSchema: (schema: object) => {
      const text = JSON.stringify(schema);
      if (!known.has(text)) known.set(text, compileSchema(schema));
      return known.get(text);
    },
  };
});

/** Something that happens from outside while a request waits and runs. */
type Happening =
  | {
      readonly kind: 'decide';
      readonly by: string;
      readonly decision: 'APPROVED' | 'DENIED';
      readonly ofThisDigest: boolean;
    }
  | { readonly kind: 'time'; readonly seconds: number }
  | { readonly kind: 'session-ends' }
  | { readonly kind: 'redeploy' }
  | { readonly kind: 'evidence-changes' }
  | { readonly kind: 'executes-again' };

const decision: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constant('decide' as const),
  by: fc.constantFrom('maria', 'paul'),
  decision: fc.constantFrom('APPROVED' as const, 'APPROVED' as const, 'DENIED' as const),
  ofThisDigest: fc.constantFrom(true, true, true, false),
});
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: decision },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      seconds: fc.constantFrom(60, EXPIRY_SECONDS - 1, EXPIRY_SECONDS, EXPIRY_SECONDS + 60),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Happening>({ kind: 'session-ends' }) },
  { weight: 1, arbitrary: fc.constant<Happening>({ kind: 'redeploy' }) },
  { weight: 1, arbitrary: fc.constant<Happening>({ kind: 'evidence-changes' }) },
  { weight: 2, arbitrary: fc.constant<Happening>({ kind: 'executes-again' }) },
);

const fault: fc.Arbitrary<Fault> = fc.record({
  at: fc.nat({ max: 12 }),
  kind: fc.constantFrom(...FAULT_KINDS),
});
const faults = fc.dictionary(
  fc.constantFrom(...FUNCTIONS),
  fc.array(fc.option(fault, { nil: undefined }), { minLength: 1, maxLength: 2 }),
  { maxKeys: 3 },
);

interface Told {
  readonly world: ApprovalsWorld;
  readonly request: RequestItem;
  readonly entries: LedgerEntry[];
  readonly replies: DecisionReply[];
  readonly ended: string[];
}

/** What holds of every request that waited for a person, however it went. */
function holdsAlways({ world, request, entries, replies, ended }: Told): void {
  const { reached } = world;
  const decided = [...world.table.items.entries()].filter(([key]) =>
    key.startsWith(`REQ#${request.requestId}|DECISION#`),
  );
  const outcomes = entries.filter((entry) => entry.type === 'outcome').map((entry) => entry.outcome?.status);
  const decisions = entries.filter((entry) => entry.type === 'decision').map((entry) => entry.decision?.code);

  // Never twice, and only with a person's approval of these bytes on record.
  expect(reached.length).toBeLessThanOrEqual(1);
  expect(decided.length).toBeLessThanOrEqual(1);
  if (reached.length === 1) {
    expect(decided[0][1].decision.S).toBe('APPROVED');
    expect(decided[0][1].digest.S).toBe(request.digest);
    expect(decisions).toContain('APPROVED');
    expect(reached[0]).toEqual({ id: 'T-1', cents: 500 });
  }

  // Never lost: the workflow ended, the request ended, and the ledger says how.
  expect(ended).toEqual(['SUCCEEDED']);
  switch (request.status) {
    case 'DENIED':
      expect(decisions).toContain('DENIED');
      expect(decided[0][1].decision.S).toBe('DENIED');
      break;
    case 'EXPIRED':
      expect(decisions).toContain('EXPIRED');
      expect(decided).toEqual([]);
      break;
    case 'UNKNOWN':
      expect(request.replyStatus).toBe('outcome_unknown');
      expect(outcomes).toContain('outcome_unknown');
      break;
    case 'DONE':
      expect(decided[0][1].decision.S).toBe('APPROVED');
      expect(outcomes.includes(request.replyStatus) || entries.some((entry) => entry.type === 'denial')).toBe(true);
      break;
    default:
      throw new Error(`The request stayed ${request.status}.`);
  }
  // What is said of the target is true: it ran, it didn't, or nobody knows.
  if (reached.length === 1) expect(['succeeded', 'outcome_unknown']).toContain(request.replyStatus);
  else expect(request.replyStatus).not.toBe('succeeded');
  for (const { outcome, salt } of entries) {
    if (!outcome?.resultRef) continue;
    const content = world.evidence.get(outcome.resultRef) ?? '';
    expect(outcome.resultHash).toBe(saltedHash(salt, content));
  }
  if (request.resultRef) {
    expect(sha256Hex(world.evidence.get(request.resultRef.s3Key) ?? '')).toBe(request.resultRef.sha256);
  }

  // A reply of "decided" always names the decision that holds.
  for (const reply of replies.filter(({ code }) => code === 'DECIDED')) {
    expect(reply.decision).toBe(decided[0][1].decision.S);
  }

  // The task token is known to Step Functions, its own item and nobody else.
  const elsewhere = [
    [...world.table.items.entries()].filter(([key]) => !key.startsWith('TOKEN#')),
    world.executions.map((execution) => execution.history),
    [...world.ledger.values()],
    [...world.evidence.values()],
    world.logs,
    replies,
  ];
  expect(JSON.stringify(elsewhere)).not.toContain('token-');
}

async function happen(world: ApprovalsWorld, it: Happening, asked: StoredRequest) {
  switch (it.kind) {
    case 'decide':
      return world
        .decide(asked, it.decision, it.by, it.ofThisDigest ? asked.digest : '0'.repeat(64))
        .catch(() => undefined);
    case 'time':
      return void world.advance(it.seconds);
    case 'session-ends':
      return void (await world.endSession());
    case 'redeploy':
      world.manifest = redeployed('refund', { policyVersion: sha256Hex('other policies') });
      return undefined;
    case 'evidence-changes':
      world.evidence.set(asked.argsRef.s3Key, '{"cents":500,"id":"T-6"}');
      return undefined;
    case 'executes-again':
      // Lambda may run a function again that the workflow asked for once.
      return void (await world
        .invoke('execute', { sessionId: SESSION, requestId: asked.requestId })
        .catch(() => undefined));
  }
}

const RUNS = Number(process.env.APPROVALS_RUNS ?? 300);

let asked: { before: ApprovalsWorld; request: StoredRequest };
beforeAll(async () => {
  const before = await ApprovalsWorld.open();
  const { requestId, status } = await before.ask();
  expect(status).toBe('pending_approval');
  asked = { before, request: await before.request(requestId) };
});

test('in any order of events: never twice, never lost, never without a person', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ after: fc.nat({ max: 60 }), what: happening }), { maxLength: 6 }),
      faults as fc.Arbitrary<Partial<Record<FunctionName, (Fault | undefined)[]>>>,
      fc.nat({ max: 200 }),
      fc.scheduler(),
      async (happened, faulty, idle, s) => {
        const pause = async (ticks: number) => {
          for (let tick = 0; tick < ticks; tick++) await s.schedule(Promise.resolve());
        };
        const world = asked.before.startedAgain(asked.request, () => s.schedule(Promise.resolve()));
        for (const [name, list] of Object.entries(faulty)) world.faults[name as FunctionName] = structuredClone(list);

        const replies = await s.waitFor(
          Promise.all(
            happened.map(async ({ after, what }) => {
              for (let tick = 0; tick < after; tick++) await s.schedule(Promise.resolve());
              return happen(world, what, asked.request);
            }),
          ),
        );
        const ended = await s.waitFor(pause(idle).then(() => world.close()));
        const request = await s.waitFor(world.request(asked.request.requestId));
        holdsAlways({
          world,
          request,
          entries: world.entries(asked.request.requestId),
          replies: replies.filter((reply): reply is DecisionReply => reply !== undefined),
          ended,
        });
      },
    ),
    { numRuns: RUNS },
  );
});
