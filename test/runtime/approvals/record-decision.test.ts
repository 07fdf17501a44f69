import type { Approver } from '../../../runtime/approvals/approver-identity';
import type { StoredRequest } from '../../../runtime/aws/request-item';
import { ledgerKey } from '../../../runtime/core/contracts';
import { buildEntry } from '../../../runtime/core/ledger/build-entry';
import { casesPerSeed, fc } from '../../seed';
import { SESSION } from '../gate/gate-world';
import { ApprovalsWorld, person, redeployed } from './approvals-world';

/** Two people, each in several tabs. IAM takes a name in any case for the same person. */
const TABS: readonly Approver[] = ['maria', 'MARIA', 'maria', 'paul', 'Paul'].map((name) => ({
  ...person(name),
  subject: name.toLowerCase(),
}));

/** What changes while people decide. */
const CHANGES: Readonly<Record<string, (world: ApprovalsWorld) => void>> = {
  'the session is tainted': (world) => {
    metaOf(world).taint = { BOOL: true };
  },
  // It fills the numbers that were given out and stay missing.
  'the sealer fills the gaps': (world) => {
    for (let seq = 1; seq <= Number(metaOf(world).seq?.N); seq += 1) {
      const key = ledgerKey.entry(SESSION, seq);
      if (world.ledger.has(key)) continue;
      const parts = { type: 'void', sessionId: SESSION, actor: 'sealer', seq, at: world.nowMs } as const;
      world.ledger.set(key, buildEntry({ ...parts, salt: '0'.repeat(32) }));
    }
  },
};

function metaOf(world: ApprovalsWorld) {
  const meta = world.table.items.get(`SESSION#${SESSION}|META`);
  if (!meta) throw new Error('The session is gone.');
  return meta;
}

const click = fc.record({ after: fc.nat({ max: 30 }), tab: fc.nat({ max: TABS.length - 1 }) });
const change = fc.record({ after: fc.nat({ max: 30 }), what: fc.constantFrom(...Object.keys(CHANGES)) });

describe.each([1, 2])('a call that needs %d people', (people) => {
  let before: ApprovalsWorld;
  let asked: StoredRequest;
  const manifest = redeployed('refund', { approvalRules: [{ id: 'n', people }] });
  beforeAll(async () => {
    before = await ApprovalsWorld.open();
    before.gateManifest = manifest;
    asked = await before.request((await before.ask()).requestId);
  });

  test('has one ledger entry for each person’s decision, in any order of tabs, replays, taint and sealing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(click, { minLength: 2, maxLength: 6 }),
        fc.array(change, { maxLength: 3 }),
        fc.scheduler(),
        async (clicks, changes, s) => {
          const pause = () => s.schedule(Promise.resolve());
          const world = before.startedAgain(asked, pause);
          world.manifest = manifest;
          await s.waitFor(world.untilWaiting(asked.requestId));
          const until = async (ticks: number) => {
            for (let tick = 0; tick < ticks; tick += 1) await pause();
          };
          const changing = changes.map(({ after, what }) => until(after).then(() => CHANGES[what]?.(world)));
          const clicking = clicks.map(({ after, tab }) =>
            until(after).then(() => world.decide(asked, 'APPROVED', TABS[tab])),
          );
          await s.waitFor(Promise.all([...changing, ...clicking]));
          // Whoever was told that another decision is being recorded clicks again.
          for (const { tab } of clicks) await s.waitFor(world.decide(asked, 'APPROVED', TABS[tab]));
          const deciders = new Set(clicks.map(({ tab }) => TABS[tab]?.subject)).size;
          const approved = deciders >= people;
          await s.waitFor(approved ? world.settle() : world.close());

          const decisions = world.entries(asked.requestId).filter(({ type }) => type === 'decision');
          const codes = [
            ...Array.from({ length: Math.min(deciders, people - 1) }, () => 'PARTLY_APPROVED'),
            approved ? 'APPROVED' : 'EXPIRED',
          ];
          // A number is taken before the turn to decide, so the numbers may be in another order.
          expect(decisions.map(({ decision }) => decision?.code).sort()).toEqual(codes.sort());
          expect(world.reached).toHaveLength(approved ? 1 : 0);
        },
      ),
      { numRuns: casesPerSeed(50, 10) },
    );
  });
});
