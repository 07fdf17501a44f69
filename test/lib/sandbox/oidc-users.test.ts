import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { exportJWK, generateKeyPair } from 'jose';
import { type HardenedAgentRuntimeProps, OidcUsers, type OidcUsersOptions } from '../../../lib';
import { publicKeys } from '../../../lib/sandbox/public-keys';
import { AgentStack, statementsOfRole } from '../agent-stack';

const OPTIONS: OidcUsersOptions = { issuer: 'https://login.example.com', audience: 'support-app' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'oidc-users-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function fileOf(content: unknown): string {
  const file = path.join(folder, 'keys.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const made = (options: Partial<OidcUsersOptions> = {}, more: Partial<HardenedAgentRuntimeProps> = {}) => {
  const stack = new AgentStack();
  stack.withRuntime({ users: OidcUsers.of({ ...OPTIONS, ...options }), ...more });
  return stack;
};

/** What the launcher of a stack is told of users. Undefined: nothing. */
function settingsIn(stack: AgentStack): unknown {
  const functions = Object.values(stack.template().findResources('AWS::Lambda::Function'));
  const launcher = functions.find(({ Properties }) => Properties.Environment?.Variables?.TASK_DEFINITION_ARN);
  const USERS: string | undefined = launcher?.Properties.Environment.Variables.USERS;
  return USERS === undefined ? undefined : JSON.parse(USERS);
}

const publicKey = async (alg: string, more: object = {}) => {
  const { publicKey: key } = await generateKeyPair(alg);
  return { ...(await exportJWK(key)), kid: alg, alg, use: 'sig', ...more };
};

test('the launcher knows issuer, audience, claims and services, and nothing without a declaration', () => {
  expect(settingsIn(made({ groupsClaim: 'groups', claims: ['email'], services: ['nightly-report'] }))).toEqual({
    ...OPTIONS,
    nameClaim: 'sub',
    groupsClaim: 'groups',
    claims: ['email'],
    services: ['nightly-report'],
    maxTokenAgeSeconds: 3600,
  });
  const plain = new AgentStack();
  plain.withRuntime();
  expect(settingsIn(plain)).toBeUndefined();
});

test('pins the public keys of a file, without what nobody uses', async () => {
  const key = await publicKey('RS256', { x5c: ['MIIC…'.repeat(500)], x5t: 'x' });
  const { x5c: _, x5t: __, ...kept } = key;
  const settings = settingsIn(made({ keys: fileOf({ keys: [key, { ...key, use: 'enc' }] }) }));
  expect(settings).toMatchObject({ keys: [kept] });
});

test('a launcher in the network needs pinned keys', async () => {
  expect(() => made({}, { launcherInNetwork: true })).toThrow(/Stack\/Agent: users: .*pin them with OidcUsers/);
  const keys = fileOf({ keys: [await publicKey('ES256')] });
  expect(() => made({ keys }, { launcherInNetwork: true })).not.toThrow();
});

test.each<[string, Partial<OidcUsersOptions>, RegExp]>([
  ['an issuer without TLS', { issuer: 'http://login.example.com' }, /issuer: .*https/],
  ['an issuer that is no address', { issuer: 'login.example.com' }, /issuer: .*https/],
  ['an issuer with a query', { issuer: 'https://login.example.com/?a=1' }, /issuer: .*query/],
  ['an issuer with a password', { issuer: 'https://a:b@login.example.com' }, /issuer: .*password/],
  ['an empty audience', { audience: '' }, /audience/],
  ['a claim that policies can’t read', { claims: ['https://example.com/team'] }, /claims: policies can't read/],
  ['a claim twice', { claims: ['email', 'email'] }, /claims: .*once/],
  ['a claim that no session keeps', { samePersonClaims: ['email'] }, /samePersonClaims: "email" isn't among claims/],
  ['a service that is no name', { services: ['a b'] }, /services: "a b" is no name/],
  ['tokens of last week', { maxTokenAge: Duration.days(7) }, /maxTokenAge: 604800 seconds/],
  ['a file that isn’t there', { keys: 'no-such-file.json' }, /keys: no-such-file.json can't be read/],
])('refuses %s, and names the prop and the runtime', (_, options, message) => {
  expect(() => made(options)).toThrow(new RegExp(`^Stack/Agent: props.users: OidcUsers.of: ${message.source}`));
});

test.each<[string, () => unknown, RegExp]>([
  ['no JSON', () => 'x', /no JSON/],
  ['no keys', () => ({ keys: [] }), /no key/],
  ['a private key', () => ({ keys: [{ kty: 'EC', crv: 'P-256', x: 'a', y: 'b', d: 'SECRET' }] }), /private key/],
  ['a shared secret', () => ({ keys: [{ kty: 'oct', k: 'SECRET' }] }), /shared secret/],
  ['a broken key', () => ({ keys: [{ kty: 'RSA', n: 'a' }] }), /key 1 is no public key/],
  ['keys without ids', () => ({ keys: [1, 2].map(() => ({ kty: 'RSA', n: 'a', e: 'b' })) }), /key 1 has no kid/],
  [
    'more keys than fit',
    () => ({ keys: [1, 2, 3, 4].map((n) => ({ kty: 'RSA', n: 'a'.repeat(1000), e: 'AQAB', kid: `${n}` })) }),
    /room for 2500/,
  ],
])('refuses a file with %s, and repeats no secret', (_, content, message) => {
  const value = content();
  const problem = publicKeys(typeof value === 'string' ? value : JSON.stringify(value));
  expect(problem).toMatch(message);
  expect(problem).not.toContain('SECRET');
});

describe('policies', () => {
  const problemsOf = (when: string) => {
    const stack = made({ groupsClaim: 'groups', claims: ['email'] });
    stack.agent?.allow(stack.read, { when });
    return () => stack.app.synth();
  };

  test.each([
    'context.user.verified',
    'context.user.groups.contains("finance")',
    'context.user.claims has email && context.user.claims.email like "*@example.com"',
    'context.user.kind == "service"',
    'context.user == User::"https://login.example.com#u-1"',
  ])('may say %s', (when) => expect(problemsOf(when)).not.toThrow());

  test.each([
    ['an undeclared claim', 'context.user.claims has phone && context.user.claims.phone == "1"', /phone/],
    ['a claim without "has"', 'context.user.claims.email == "a@example.com"', /has/],
    ['a misspelt attribute', 'context.user.group.contains("finance")', /group/],
    ['a group as a text', 'context.user.groups == "finance"', /./],
  ])('can’t read %s', (_, when, message) => expect(problemsOf(when)).toThrow(message as RegExp));
});

test('the launcher may tag tasks only while it creates them', () => {
  const plain = new AgentStack();
  plain.withRuntime();
  const statements = statementsOfRole(plain.template(), 'SessionsLaunchRole');
  expect(statements.find(({ Sid }) => Sid === 'TagAgentTask')).toMatchObject({
    Action: 'ecs:TagResource',
    Condition: { StringEquals: { 'ecs:CreateAction': 'RunTask' } },
  });
});
