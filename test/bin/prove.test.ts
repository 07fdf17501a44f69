import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { prove } from '../../bin/commands/prove';
import { QuickstartStack } from '../../examples/quickstart/quickstart-stack';
import type { JsonObject, JsonValue } from '../../runtime/core/contracts';

type Resources = { [logicalId: string]: { Type: string; Properties: JsonObject } };
interface ProofJson {
  claims: { id: string; holds: boolean; counterExamples: string[] }[];
  access: { role: string; action: string; target: string; conditional: boolean }[];
  paths: { workload: string; kind: string; to: string; via: string[] }[];
}

let body: JsonObject & { Resources: Resources };

beforeAll(() => {
  const app = new App({ builtinCloudFormationValidation: false });
  new QuickstartStack(app, 'Quickstart', {
    ticketsUrl: 'https://tickets.example.com',
    imageDigest: `sha256:${'0'.repeat(64)}`,
  });
  body = app.synth().getStackByName('Quickstart').template;
});

async function run(template: JsonValue, ...args: string[]) {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'prove-')), 'Quickstart.template.json');
  writeFileSync(file, JSON.stringify(template));
  const out: string[] = [];
  const code = await prove([file, ...args], { out: (line) => out.push(line), err: (line) => out.push(line), env: {} });
  return { code, text: out.join('\n') };
}

/** The template with a hole in it. */
function withHole(make: (resources: Resources) => void): JsonValue {
  const copy = structuredClone(body);
  make(copy.Resources);
  return copy;
}

/** Claims that a hole breaks, each with its counter-examples. */
async function brokenBy(make: (resources: Resources) => void): Promise<{ [claim: string]: string }> {
  const { code, text } = await run(withHole(make), '--json');
  const { claims } = JSON.parse(text) as ProofJson;
  const broken = claims.filter(({ holds }) => !holds);
  expect(code).toBe(broken.length === 0 ? 0 : 1);
  return Object.fromEntries(broken.map(({ id, counterExamples }) => [id, counterExamples.join('\n')]));
}

/** Logical id of the one resource of a type whose id begins so. */
function idOf(resources: Resources, type: string, start: string): string {
  const ids = Object.keys(resources).filter((id) => resources[id]?.Type === type && id.startsWith(start));
  const [only] = ids;
  if (only === undefined || ids.length > 1) throw new Error(`${ids.length} resources ${type} ${start}`);
  return only;
}

const ROLES = {
  agent: 'AgentAgentRole',
  gate: 'AgentGateRole',
  decide: 'AgentApprovalsDecideRole',
  launch: 'AgentSessionsLaunchRole',
};

function grant(resources: Resources, role: keyof typeof ROLES, statement: JsonObject): void {
  resources.Hole = {
    Type: 'AWS::IAM::RolePolicy',
    Properties: {
      RoleName: { Ref: idOf(resources, 'AWS::IAM::Role', ROLES[role]) },
      PolicyDocument: { Statement: { Effect: 'Allow', ...statement } },
    },
  };
}

/** Takes every Deny out of a policy document. */
function withoutDenies(document: JsonValue | undefined): void {
  const policy = document as { Statement: { Effect: string }[] };
  policy.Statement = policy.Statement.filter(({ Effect }) => Effect !== 'Deny');
}

const arn = (resources: Resources, type: string, start: string): JsonValue => ({
  'Fn::GetAtt': [idOf(resources, type, start), 'Arn'],
});

function egress(resources: Resources, rule: JsonObject): void {
  resources.HoleRule = {
    Type: 'AWS::EC2::SecurityGroupEgress',
    Properties: {
      GroupId: { 'Fn::GetAtt': [idOf(resources, 'AWS::EC2::SecurityGroup', 'AgentNetworkAgentGroup'), 'GroupId'] },
      IpProtocol: '-1',
      ...rule,
    },
  };
}

function route(resources: Resources, target: JsonObject): void {
  resources.HoleRoute = {
    Type: 'AWS::EC2::Route',
    Properties: {
      RouteTableId: { Ref: idOf(resources, 'AWS::EC2::RouteTable', 'AgentNetworkVpcIsolatedSubnet1') },
      DestinationCidrBlock: '0.0.0.0/0',
      ...target,
    },
  };
}

test('on the quickstart every claim is proven', async () => {
  const { code, text } = await run(body);
  expect(text).not.toContain('✗');
  expect(text).toContain('✓ What calls a model reaches VPC endpoints and nothing else.');
  expect(code).toBe(0);
});

test('the matrix says what the agent may use: the gate, and nothing else', async () => {
  const { text } = await run(body, '--json');
  const { access, paths } = JSON.parse(text) as ProofJson;
  const own = access.filter(({ role }) => role.startsWith('AgentAgentRole'));
  expect(own.map(({ action, target }) => [action, target.replace(/[0-9A-F]{8}$/, '')])).toEqual([
    ['execute-api:Invoke', 'AgentGateApi'],
  ]);
  const reached = paths.filter(({ workload }) => workload.startsWith('AgentTaskDefinition')).map(({ to }) => to);
  expect(reached).toEqual(expect.arrayContaining(['execute-api', 'bedrock-runtime']));
  expect(reached).not.toContain('lambda');
});

describe('holes in the network, each named with its path', () => {
  const broken = async (make: (resources: Resources) => void) => {
    const { 'agent-reaches-endpoints-only': example = '', ...others } = await brokenBy(make);
    expect(others).toEqual({});
    return example;
  };

  test.each<[string, JsonObject, JsonObject]>([
    ['an internet gateway', { CidrIp: '0.0.0.0/0' }, { GatewayId: 'igw-1' }],
    ['a NAT gateway', { CidrIp: '0.0.0.0/0' }, { NatGatewayId: 'nat-1' }],
    ['a transit gateway', { CidrIp: '0.0.0.0/0' }, { TransitGatewayId: 'tgw-1' }],
    ['a peering', { CidrIp: '8.0.0.0/8' }, { VpcPeeringConnectionId: 'pcx-1' }],
    ['half of all addresses', { CidrIp: '128.0.0.0/1' }, { NatGatewayId: 'nat-1' }],
    ['IPv6', { CidrIpv6: '::/0' }, { EgressOnlyInternetGatewayId: 'eigw-1' }],
    ['an interface', { CidrIp: '0.0.0.0/0' }, { NetworkInterfaceId: 'eni-1' }],
  ])('%s', async (_name, rule, target) => {
    const example = await broken((resources) => {
      egress(resources, rule);
      route(resources, target);
    });
    expect(example).toMatch(/AgentTaskDefinition\w+ → \S+ \(internet\) by HoleRule, HoleRoute/);
  });

  test('an open group alone, and a route alone, lead nowhere', async () => {
    expect(await brokenBy((resources) => egress(resources, { CidrIp: '0.0.0.0/0' }))).toEqual({});
    expect(await brokenBy((resources) => route(resources, { NatGatewayId: 'nat-1' }))).toEqual({});
  });

  test('the gate’s own network interface', async () => {
    const example = await broken((resources) => {
      const gate = idOf(resources, 'AWS::EC2::SecurityGroup', 'AgentNetworkGateGroup');
      egress(resources, { DestinationSecurityGroupId: { 'Fn::GetAtt': [gate, 'GroupId'] } });
      resources.HoleIngress = {
        Type: 'AWS::EC2::SecurityGroupIngress',
        Properties: { GroupId: { 'Fn::GetAtt': [gate, 'GroupId'] }, CidrIp: '10.0.0.0/8' },
      };
    });
    expect(example).toMatch(/→ AgentGateFunction\w+ \(workload\)/);
  });

  test('a rule that nobody can read, and a task that nobody places', async () => {
    expect(await broken((resources) => egress(resources, { CidrIp: { 'Fn::ImportValue': 'x' } }))).toContain(
      '(unknown)',
    );
    const unplaced = await broken((resources) => {
      const launch = resources[idOf(resources, 'AWS::Lambda::Function', 'AgentSessionsLaunch')];
      if (launch !== undefined) launch.Properties.Environment = { Variables: {} };
    });
    expect(unplaced).toContain("can't be proven");
  });
});

describe('holes in permissions, each named with the statement', () => {
  test.each<[string, string, (resources: Resources) => void]>([
    [
      'a second path to a decision',
      'decision-has-one-path',
      (r) => grant(r, 'gate', { Action: 'states:SendTask*', Resource: '*' }),
    ],
    ['a grant on a key', 'keys-are-permanent', (r) => grant(r, 'decide', { Action: 'kms:CreateGrant', Resource: '*' })],
    [
      'code that somebody may change',
      'code-is-deployed-only',
      (r) =>
        grant(r, 'launch', {
          NotAction: ['s3:*', 'kms:*', 'states:*', 'iam:*', 'sts:*', 'secretsmanager:*'],
          Resource: '*',
        }),
    ],
    [
      'a policy attached to nobody knows whom',
      'policies-have-owners',
      (r) => {
        r.Hole = { Type: 'AWS::IAM::Policy', Properties: { Roles: [{ 'Fn::ImportValue': 'x' }], PolicyDocument: {} } };
      },
    ],
  ])('%s', async (_name, claim, make) => {
    const broken = await brokenBy(make);
    expect(Object.keys(broken)).toEqual([claim]);
    expect(broken[claim]).toMatch(/Hole|Role/);
  });

  test('one more right for the agent: its own Deny takes it back, and without that it is a hole', async () => {
    const give = (r: Resources) =>
      grant(r, 'agent', {
        Action: 's3:GetObject',
        Resource: { 'Fn::Sub': `\${${idOf(r, 'AWS::S3::Bucket', 'Handbook')}.Arn}/*` },
      });
    expect(await brokenBy(give)).toEqual({});
    const broken = await brokenBy((r) => {
      give(r);
      const policy = r[idOf(r, 'AWS::IAM::Policy', 'AgentAgentRoleDefaultPolicy')]?.Properties;
      withoutDenies(policy?.PolicyDocument);
    });
    expect(broken['agent-uses-gate-only']).toMatch(/may s3:GetObject on Handbook.*Hole/);
  });

  test('a second signer: denied by the key itself, found when the key spares it', async () => {
    const sign = (r: Resources) =>
      grant(r, 'decide', { Action: 'kms:S*n', Resource: arn(r, 'AWS::KMS::Key', 'AgentLedgerSealerSigningKey') });
    expect(await brokenBy(sign)).toEqual({});
    const broken = await brokenBy((r) => {
      sign(r);
      withoutDenies(r[idOf(r, 'AWS::KMS::Key', 'AgentLedgerSealerSigningKey')]?.Properties.KeyPolicy);
    });
    expect(broken['signature-has-one-maker']).toContain('AgentApprovalsDecideRole');
  });

  test('a second reader of a secret: denied by the secret itself, found when the secret spares it', async () => {
    const read = (r: Resources) => grant(r, 'gate', { Action: 'secretsmanager:*', Resource: '*' });
    expect(Object.keys(await brokenBy(read))).not.toContain('secret-has-one-reader');
    const broken = await brokenBy((r) => {
      read(r);
      delete r[idOf(r, 'AWS::SecretsManager::ResourcePolicy', 'Tickets')];
    });
    expect(broken['secret-has-one-reader']).toMatch(/TicketsCredential\w+: .*(TicketsExecutorRole.*AgentGateRole)/);
  });

  test('a role that becomes another needs both sides', async () => {
    const assume = (r: Resources) =>
      grant(r, 'launch', { Action: 'sts:AssumeRole', Resource: arn(r, 'AWS::IAM::Role', ROLES.gate) });
    expect(await brokenBy(assume)).toEqual({});
    const broken = await brokenBy((r) => {
      assume(r);
      const gate = r[idOf(r, 'AWS::IAM::Role', ROLES.gate)];
      if (gate === undefined) return;
      gate.Properties.AssumeRolePolicyDocument = {
        Statement: {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { AWS: arn(r, 'AWS::IAM::Role', ROLES.launch) },
        },
      };
    });
    expect(Object.keys(broken)).toEqual(['no-role-becomes-another']);
  });

  test('a role of AWS’s administrators breaks what only its own policy guarded', async () => {
    const broken = await brokenBy((r) => {
      const role = r[idOf(r, 'AWS::IAM::Role', ROLES.launch)];
      if (role !== undefined) role.Properties.ManagedPolicyArns = ['arn:aws:iam::aws:policy/AdministratorAccess'];
    });
    expect(Object.keys(broken)).toContain('code-is-deployed-only');
    // The ledger's own policies deny even the administrator.
    expect(broken['ledger-is-permanent'] ?? '').not.toContain('s3:DeleteObject');
  });

  test('a ledger whose policy is gone can be emptied by an administrator', async () => {
    const broken = await brokenBy((r) => {
      grant(r, 'launch', { Action: 's3:*', Resource: '*' });
      delete r[idOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerBucketPolicy')];
    });
    expect(broken['ledger-is-permanent']).toContain('s3:DeleteObjectVersion');
  });
});

test('what can’t be read is wrong usage', async () => {
  const err: string[] = [];
  const io = { out: () => {}, err: (line: string) => err.push(line), env: {} };
  expect(await prove([], io)).toBe(2);
  expect(await prove(['/nowhere.json'], io)).toBe(2);
  expect(await prove(['--nope'], io)).toBe(2);
  expect(err.join()).toContain('/nowhere.json');
});
