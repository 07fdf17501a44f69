import { Authorizer } from '../../../runtime/core/authorizer';
import { cedarSchemaFor } from '../../../runtime/core/cedar/cedar-schema';
import { allowPolicy } from '../../../runtime/core/cedar/policies';
import type { JsonObject, Manifest, SessionUser, ToolManifest } from '../../../runtime/core/contracts';

const schema: JsonObject = { type: 'object', additionalProperties: false, properties: {} };
const tool = { name: 'read', connector: 'Tickets', effect: 'read', schema } as unknown as ToolManifest;
const ANN: SessionUser = {
  kind: 'person',
  issuer: 'https://login.example.com',
  subject: 'u-1',
  name: 'Ann',
  groups: ['finance'],
  claims: { email: 'ann@example.com', team: 'a' },
};

function decision(when: string, user?: SessionUser, claims: readonly string[] = ['email']): string {
  const cedar = {
    deny: '',
    allow: allowPolicy({ id: 'a', tool: 'read', connector: 'Tickets', when }),
    ask: '',
    schema: cedarSchemaFor([tool], claims),
  };
  const session = { taint: false, calls: 1, denials: 0 };
  const input = { sessionId: 's', tool, args: {}, session, provenance: 'constant' as const };
  const decided = new Authorizer({ cedar } as unknown as Manifest).decide({ ...input, ...(user ? { user } : {}) });
  return decided.code ?? decided.decision;
}

test.each<[string, SessionUser | undefined, string]>([
  ['context.user.verified', ANN, 'ALLOW'],
  ['context.user.groups.contains("finance")', ANN, 'ALLOW'],
  ['context.user.groups.contains("legal")', ANN, 'OUT_OF_SCOPE'],
  ['context.user.claims has email && context.user.claims.email like "*@example.com"', ANN, 'ALLOW'],
  ['context.user == User::"https://login.example.com#u-1"', ANN, 'ALLOW'],
  ['context.user.verified', { kind: 'service', name: 'nightly' }, 'OUT_OF_SCOPE'],
  ['context.user == User::"service:nightly"', { kind: 'service', name: 'nightly' }, 'ALLOW'],
  ['context.user.verified', { kind: 'unverified', name: 'ann' }, 'OUT_OF_SCOPE'],
  ['context.user.verified', undefined, 'OUT_OF_SCOPE'],
  ['context.user.groups.isEmpty()', undefined, 'ALLOW'],
  ['context.user.kind == "unverified"', undefined, 'ALLOW'],
  ['true', undefined, 'ALLOW'],
])('%s, for %j: %s', (when, user, expected) => expect(decision(when, user)).toBe(expected));

test.each(['service:nightly', 'https://login.example.com#u-1'])('a name that nobody verified is never %s', (name) => {
  expect(decision(`context.user == User::"${name}"`, { kind: 'unverified', name })).toBe('OUT_OF_SCOPE');
});

test('a session with claims that the deployment doesn’t declare any more is decided on without them', () => {
  expect(decision('context.user.verified', ANN, [])).toBe('ALLOW');
});
