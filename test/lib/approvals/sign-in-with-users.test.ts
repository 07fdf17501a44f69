import { Duration } from 'aws-cdk-lib';
import {
  AgentPlatform,
  ApproverSignIn,
  DeskIngress,
  type OidcSignInOptions,
  OidcUsers,
  type OidcUsersOptions,
} from '../../../lib';
import { AgentStack } from '../agent-stack';

const ISSUER = 'https://login.example.com';

function made(users: Partial<OidcUsersOptions>, signIn: Partial<OidcSignInOptions> = {}, onPlatform = false) {
  const agent = new AgentStack({ env: { account: '111122223333', region: 'eu-west-1' } });
  const approvals = {
    approverGroups: ['leads'],
    signIn: ApproverSignIn.oidc({
      issuer: ISSUER,
      clientId: 'desk',
      commandLineClientId: 'command-line',
      ingress: DeskIngress.publicly(),
      ...signIn,
    }),
  };
  return agent.withRuntime({
    users: OidcUsers.of({ issuer: ISSUER, audience: 'app', ...users }),
    ...(onPlatform
      ? {
          platform: new AgentPlatform(agent.stack, 'Platform', { approvals, retention: Duration.days(365) }),
          retention: undefined,
          approvals: undefined,
        }
      : { approvals }),
  });
}

describe.each([false, true])('with a platform: %p', (onPlatform) => {
  test('a client of the application is not that of the command line', () => {
    expect(() => made({ audience: 'command-line' }, {}, onPlatform)).toThrow(
      /users: "command-line" is also the commandLineClientId.*register another client/,
    );
  });

  test('a claim that makes people one is kept of approvers too', () => {
    const users = { claims: ['email', 'employee'], samePersonClaims: ['email', 'employee'] };
    expect(() => made(users, {}, onPlatform)).toThrow(/samePersonClaims has "employee".*add it to the claims/);
  });

  test('people of two issuers are compared by a claim', () => {
    expect(() => made({}, { issuer: 'https://other.example.com' }, onPlatform)).toThrow(
      /another issuer than the approvers.*write claims: \['email'\]/,
    );
  });
});

test.each<[string, Partial<OidcUsersOptions>, Partial<OidcSignInOptions>]>([
  ['of one issuer', {}, {}],
  ['of two issuers that both tell the address', { claims: ['email'] }, { issuer: 'https://other.example.com' }],
  ['of two issuers, named by the address', { nameClaim: 'email' }, { issuer: 'https://other.example.com' }],
  [
    'of two issuers with one client id',
    { audience: 'command-line', claims: ['email'] },
    { issuer: 'https://b.example' },
  ],
])('users %s go with a desk', (_what, users, signIn) => {
  expect(() => made(users, signIn)).not.toThrow();
});

test('users without claims don’t let one person approve as two by one address', () => {
  expect(OidcUsers.of({ issuer: ISSUER, audience: 'app' })._samePersonClaims).toEqual(['email']);
});
