import { allowPolicy } from '../../../runtime/core/cedar/policies';
import type { SessionUser } from '../../../runtime/core/contracts';
import { call, GateWorld, manifestOf, NOTE } from './gate-world';

const MANIFEST = manifestOf([NOTE], {
  allow: allowPolicy({
    id: 'finance-notes',
    tool: 'note',
    connector: 'Tickets',
    when: 'context.user.verified && context.user.groups.contains("finance")',
  }),
});
const person = (...groups: string[]): SessionUser => ({
  kind: 'person',
  issuer: 'https://login.example.com',
  subject: 'u-1',
  name: 'Ann',
  groups,
  claims: {},
});

test.each<[string, SessionUser | undefined, string]>([
  ['a person in the group', person('finance'), 'succeeded'],
  ['a person in another group', person('support'), 'denied'],
  ['a service', { kind: 'service', name: 'nightly-report' }, 'denied'],
  ['a name that nobody verified', { kind: 'unverified', name: 'finance' }, 'denied'],
  ['a session from before users were verified', undefined, 'denied'],
])('the gate decides by who the session runs for: %s', async (_, runsFor, status) => {
  const world = new GateWorld(runsFor ? { runsFor } : {});
  expect(await call(world.gate(MANIFEST), 'note', { id: 'T-1' })).toMatchObject({ status });
});
