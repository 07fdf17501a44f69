import type { Approver } from '../../../runtime/approvals/approver-identity';
import { type Person, type SessionUser, userKey } from '../../../runtime/core/contracts';
import { fc } from '../../seed';
import { SESSION } from '../gate/gate-world';
import { ApprovalsWorld, redeployed } from './approvals-world';

/** A human, known by an email address. Each may come by IAM, and by several accounts of the issuer. */
interface Human {
  readonly id: number;
  readonly groups: readonly string[];
}

const GROUPS = ['leads', 'finance', 'legal'];
const emailOf = ({ id }: Pick<Human, 'id'>) => `p${id}@example.com`;

function tokenOf(human: Human, account: number): Person {
  const subject = `u-${human.id}-${account}`;
  const email = account === 0 ? emailOf(human) : ` ${emailOf(human).toUpperCase()}`;
  return {
    kind: 'person',
    issuer: 'https://login.example.com',
    subject,
    name: `P ${human.id}`,
    groups: human.groups,
    claims: { email },
  };
}

/** The human as an approver, by each way in. */
const WAYS: Readonly<Record<string, (human: Human, account: number) => Approver>> = {
  iam: (human, account) => {
    const name = account === 0 ? emailOf(human) : emailOf(human).toUpperCase();
    return { subject: name.toLowerCase(), actor: `arn:aws:sts::1:assumed-role/A/${name}`, name, groups: human.groups };
  },
  oidc: (human, account) => {
    const person = tokenOf(human, account);
    return { subject: userKey(person), actor: 'person/x', name: person.name, groups: human.groups, person };
  },
};

const groupsOf = fc.subarray(GROUPS);
const scenario = fc.record({
  groups: fc.tuple(groupsOf, groupsOf, groupsOf, groupsOf),
  user: fc.nat({ max: 3 }),
  userKind: fc.constantFrom('person' as const, 'unverified' as const),
  author: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
  people: fc.integer({ min: 1, max: 3 }),
  ruled: fc.array(fc.subarray(GROUPS, { minLength: 1 }), { maxLength: 2 }),
  clicks: fc.array(fc.record({ by: fc.nat({ max: 3 }), account: fc.nat({ max: 1 }) }), { maxLength: 8 }),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

async function ranBy(way: string, told: Scenario): Promise<number> {
  const world = await ApprovalsWorld.open();
  const humans = told.groups.map((groups, id): Human => ({ id, groups }));
  const userOf = (id: number): SessionUser =>
    told.userKind === 'person' ? tokenOf(humans[id], 0) : { kind: 'unverified', name: emailOf({ id }) };
  const meta = world.table.items.get(`SESSION#${SESSION}|META`);
  if (!meta) throw new Error('The session is gone.');
  meta.user = { S: userOf(told.user).name };
  meta.runsFor = { S: JSON.stringify(userOf(told.user)) };
  if (told.author !== undefined) meta.taskAuthor = { S: JSON.stringify(userOf(told.author)) };
  const approvalRules = [
    { id: 'n', people: told.people },
    ...told.ruled.map((groups, index) => ({ id: `g${index}`, groups })),
  ];
  world.gateManifest = redeployed('refund', { approvalRules });
  world.manifest = world.gateManifest;
  const asked = await world.ask();
  await world.untilWaiting(asked.requestId);
  for (const { by, account } of told.clicks) await world.decide(asked, 'APPROVED', WAYS[way](humans[by], account));
  if ((await world.request(asked.requestId)).status === 'PENDING') await world.close();
  else await world.settle();
  return world.reached.length;
}

/** How many humans may approve, and did. */
function willing({ groups, user, author, ruled, clicks }: Scenario): number {
  const may = (id: number) =>
    id !== user && id !== author && ruled.every((any) => any.some((group) => groups[id].includes(group)));
  return new Set(clicks.map(({ by }) => by).filter(may)).size;
}

test('over users, groups, rules and ways in: never one’s own, n people are n humans, and no way grants more', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (told) => {
      const expected = willing(told) >= told.people ? 1 : 0;
      for (const way of Object.keys(WAYS)) expect([way, await ranBy(way, told)]).toEqual([way, expected]);
    }),
    { numRuns: 60 },
  );
});
