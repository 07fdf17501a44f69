import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { BedrockModel, type HardenedAgentRuntime, ModelAccess } from '../../../lib';
import { AgentStack } from '../agent-stack';

const HERE = '111122223333';
const ELSEWHERE = '999988887777';
const ENV = { account: HERE, region: 'eu-west-1' };

/** Every public method that grants something to a principal of the user's. */
const METHODS: Record<string, (agent: HardenedAgentRuntime, grantee: iam.IGrantable) => iam.Grant> = {
  'Stack/Agent: grantLaunch()': (agent, grantee) => agent.grantLaunch(grantee),
  'Stack/Agent/Approvals: grantStart()': (agent, grantee) => agent.approvals.grantStart(grantee),
  'Stack/Agent/Ledger: grantAppend()': (agent, grantee) => agent.ledger.grantAppend(grantee),
  'Stack/Agent/Ledger: grantErase()': (agent, grantee) => agent.ledger.grantErase(grantee),
  'Stack/Agent/Ledger: grantReadEntries()': (agent, grantee) => agent.ledger.grantReadEntries(grantee),
  'Stack/Agent/Ledger: grantReadEvidence()': (agent, grantee) => agent.ledger.grantReadEvidence(grantee, 'args'),
  'Stack/Agent/Ledger: grantWriteEvidence()': (agent, grantee) => agent.ledger.grantWriteEvidence(grantee, 'results'),
};

const roleArn = (account: string) => `arn:aws:iam::${account}:role/App`;
const newRole = (stack: Stack) =>
  new iam.Role(stack, 'New', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });

/** Principals that can't be granted anything here, and what the refusal says. */
const REFUSED: [string, (stack: Stack) => iam.IGrantable, RegExp][] = [
  [
    'a role that was imported as immutable',
    (stack) => iam.Role.fromRoleArn(stack, 'R', roleArn(HERE), { mutable: false }),
    /mutable: false/,
  ],
  ['a role whose updates are switched off', (stack) => newRole(stack).withoutPolicyUpdates(), /can’t be changed/],
  [
    'a role of another account',
    (stack) => iam.Role.fromRoleArn(stack, 'R', roleArn(ELSEWHERE)),
    /belongs to account 999988887777, and the stack to 111122223333.*grant to that role/,
  ],
  [
    'a user of another account',
    (stack) => iam.User.fromUserArn(stack, 'U', `arn:aws:iam::${ELSEWHERE}:user/ann`),
    /belongs to account 999988887777/,
  ],
  [
    'a role that the app makes in another account',
    (stack) =>
      newRole(new Stack(stack.node.root as App, `${stack.node.id}Other`, { env: { ...ENV, account: ELSEWHERE } })),
    /belongs to account 999988887777/,
  ],
  [
    'a function that was imported without its role',
    (stack) => lambda.Function.fromFunctionArn(stack, 'F', `arn:aws:lambda:eu-west-1:${HERE}:function:f`),
    /unknown role of an imported resource/,
  ],
  ['a service', () => new iam.ServicePrincipal('events.amazonaws.com'), /Services, accounts and ARNs have no policy/],
  ['an account', () => new iam.AccountPrincipal(HERE), /have no policy/],
  ['an ARN', () => new iam.ArnPrincipal(roleArn(HERE)), /have no policy/],
  [
    'an ARN with a condition',
    () => new iam.ArnPrincipal(roleArn(HERE)).withConditions({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
    /have no policy/,
  ],
  ['an organization', () => new iam.OrganizationPrincipal('o-1234567890'), /have no policy/],
];

function agentIn(props = { env: ENV }) {
  const made = new AgentStack(props);
  const agent = made.withRuntime();
  agent.allow(made.read);
  agent.allow(made.refund);
  return { ...made, stack: made.stack, agent };
}

/** One runtime for all refusals: a refusal changes nothing in it. */
let made: ReturnType<typeof agentIn> | undefined;
let stacks = 0;
function shared() {
  made ??= agentIn();
  return made;
}

describe.each(REFUSED)('%s', (_, make, message) => {
  test.each(Object.entries(METHODS))('isn’t granted anything by %s', (where, grant) => {
    const { stack, agent } = shared();
    const grantee = make(new Stack(stack.node.root as App, `Users${++stacks}`, { env: ENV }));
    expect(() => grant(agent, grantee)).toThrow(`${where}: nothing can be granted to `);
    expect(() => grant(agent, grantee)).toThrow(message);
  });
});

test.each<[string, (stack: Stack) => iam.IGrantable]>([
  ['a role of the app', newRole],
  ['an imported role of this account', (stack) => iam.Role.fromRoleArn(stack, 'R', roleArn(HERE))],
  ['a role imported by name', (stack) => iam.Role.fromRoleName(stack, 'R', 'App')],
  ['a user', (stack) => new iam.User(stack, 'U')],
  ['a group', (stack) => new iam.Group(stack, 'G')],
  ['a role with a session tag', (stack) => new iam.SessionTagsPrincipal(newRole(stack))],
])('%s gets the permission, by every method', (_, make) => {
  const { stack, agent } = agentIn();
  const grantee = make(stack);
  const policies = () => JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  for (const [, grant] of Object.entries(METHODS)) expect(grant(agent, grantee).success).toBe(true);
  expect(policies()).toContain('LedgerAppend');
});

test('a lazy role gets its policy when it is first used', () => {
  const { stack, agent } = agentIn();
  const role = new iam.LazyRole(stack, 'Lazy', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
  agent.ledger.grantReadEntries(role);
  expect(role.roleArn).toBeDefined();
  const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy');
  expect(Object.keys(policies).filter((id) => id.startsWith('Lazy'))).toHaveLength(1);
});

test('where the stack’s account isn’t known, an imported role is taken to be of the same account', () => {
  const { stack, agent } = agentIn({} as never);
  const role = iam.Role.fromRoleArn(stack, 'R', roleArn(HERE));
  expect(agent.ledger.grantReadEntries(role).success).toBe(true);
});

test('model access for a role that can’t be changed is refused: it would lose the denials too', () => {
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  const models = [BedrockModel.global('global.anthropic.claude-sonnet-5-5')];
  const role = iam.Role.fromRoleArn(stack, 'R', roleArn(HERE), { mutable: false });
  expect(() => new ModelAccess(stack, 'Models', { role, models })).toThrow(
    /^Stack\/Models: role: nothing can be granted to/,
  );
});
