import type { DeskCall } from '../../../runtime/approvals/desk-call';
import { readDeskEvent } from '../../../runtime/approvals/desk-event';
import { readWayIn } from '../../../runtime/approvals/way-in';
import type { Person } from '../../../runtime/core/contracts';

const ISSUER = 'https://login.example.com';
const GROUPS = JSON.stringify(['leads', 'finance']);
const OIDC = readWayIn({ APPROVER_ISSUER: ISSUER, APPROVER_GROUPS: GROUPS });
const IAM = readWayIn({
  APPROVER_ROLE_NAME: 'Approver',
  APPROVER_GROUP_ROLES: JSON.stringify([{ role: 'ApproverFinance', groups: ['finance'] }]),
});

const maria: Person = {
  kind: 'person',
  issuer: ISSUER,
  subject: 'u-1',
  name: 'Maria',
  groups: ['staff', 'finance'],
  claims: { email: 'maria@example.com' },
};
const call: DeskCall = { v: 1, type: 'desk_call', person: maria, method: 'POST', requestId: 'r-1', body: '{}' };
const signed = {
  httpMethod: 'POST',
  pathParameters: { id: 'r-1' },
  body: '{}',
  requestContext: { identity: { userArn: 'arn:aws:sts::111122223333:assumed-role/Approver/maria' } },
};

describe('a deployment with an issuer', () => {
  test('knows the person by issuer and subject, with only the groups that may approve', () => {
    expect(readDeskEvent(call, OIDC)).toEqual({
      approver: {
        subject: `${ISSUER}#u-1`,
        actor: `person/${ISSUER}#u-1`,
        name: 'Maria',
        groups: ['finance'],
        person: maria,
      },
      method: 'POST',
      requestId: 'r-1',
      body: '{}',
    });
  });

  test.each<[string, unknown]>([
    ['an event of the signed API', signed],
    ['a person of another issuer', { ...call, person: { ...maria, issuer: 'https://evil.example' } }],
    ['an issuer that differs by a slash', { ...call, person: { ...maria, issuer: `${ISSUER}/` } }],
    ['a person in no approver group', { ...call, person: { ...maria, groups: ['staff'] } }],
    ['a person in no group', { ...call, person: { ...maria, groups: [] } }],
    ['a service', { ...call, person: { kind: 'service', name: 'nightly' } }],
    ['a person without a subject', { ...call, person: { ...maria, subject: '' } }],
    ['an event of both shapes', { ...signed, ...call }],
    ['another method', { ...call, method: 'PUT' }],
    ['another version', { ...call, v: 2 }],
    ['nothing', undefined],
    ['a text', JSON.stringify(call)],
  ])('refuses %s', (_what, event) => {
    expect(readDeskEvent(event, OIDC)).toBeUndefined();
  });
});

describe('a deployment with an approver role', () => {
  test('refuses a call of the web desk', () => {
    expect(readDeskEvent(call, IAM)).toBeUndefined();
    expect(readDeskEvent({ ...call, ...signed, requestContext: {} }, IAM)).toBeUndefined();
  });

  test('takes the groups from the role', () => {
    const of = (role: string) =>
      readDeskEvent(
        {
          ...signed,
          requestContext: { identity: { userArn: `arn:aws:sts::111122223333:assumed-role/${role}/maria` } },
        },
        IAM,
      )?.approver.groups;
    expect(of('Approver')).toEqual([]);
    expect(of('ApproverFinance')).toEqual(['finance']);
    expect(of('ApproverLegal')).toBeUndefined();
  });
});

test.each([
  ['no way in', {}],
  ['two ways in', { APPROVER_ISSUER: ISSUER, APPROVER_ROLE_NAME: 'Approver' }],
  ['groups that are no list', { APPROVER_ISSUER: ISSUER, APPROVER_GROUPS: '{}' }],
  [
    'a role whose groups are no list',
    { APPROVER_ROLE_NAME: 'A', APPROVER_GROUP_ROLES: '[{"role":"B","groups":"finance"}]' },
  ],
])('a function with %s doesn’t start', (_what, environment) => {
  expect(() => readWayIn(environment)).toThrow(/environment variable/);
});
