import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { QuickstartStack } from '../../../examples/quickstart/quickstart-stack';
import { checkAssembly } from '../../../lib/checks/check-assembly';
import { HardenedAgentChecks } from '../../../lib/checks/hardened-agent-checks';
import { Assembly } from '../../../lib/template';
import type { JsonObject } from '../../../runtime/core/contracts';

type Resources = { [logicalId: string]: { Type: string; Properties: JsonObject } };

let body: JsonObject & { Resources: Resources };
let report: { pluginReports: { pluginName: string; conclusion: string; violations: unknown[] }[] };

beforeAll(() => {
  const app = new App({ builtinCloudFormationValidation: false });
  new QuickstartStack(app, 'Quickstart', {
    ticketsUrl: 'https://tickets.example.com',
    imageDigest: `sha256:${'0'.repeat(64)}`,
  });
  Validations.of(app).addPlugins(new HardenedAgentChecks(app), new AwsSolutionsChecks(app));
  // Throws when either pack has a finding.
  const { directory } = app.synth();
  const read = (file: string) => JSON.parse(readFileSync(path.join(directory, file), 'utf8'));
  body = read('Quickstart.template.json');
  report = read('validation-report.json');
});

/** Rules that the template breaks once it was changed. */
function broken(change: (resources: Resources) => void): string[] {
  const copy = structuredClone(body);
  change(copy.Resources);
  const { findings } = checkAssembly(Assembly.of({ name: 'Quickstart.template.json', body: copy }));
  return [...new Set(findings.map(({ ruleId }) => ruleId.split('[')[0] ?? ruleId))];
}

/** Properties of the first resource of a type whose logical id contains a word. */
function propertiesOf(resources: Resources, type: string, word = ''): { [member: string]: never } {
  const found = Object.entries(resources).find(([id, { Type }]) => Type === type && id.includes(word));
  if (found === undefined) throw new Error(`no ${type} ${word}`);
  return found[1].Properties as { [member: string]: never };
}

test('the quickstart breaks no rule', () => {
  expect(broken(() => {})).toEqual([]);
  expect(report.pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
});

test('one acknowledgement answers for a finding: the example has one token', () => {
  const { findings, acknowledged } = checkAssembly(Assembly.of({ name: 'Quickstart.template.json', body }));
  expect(findings).toEqual([]);
  expect(acknowledged.map(({ ruleId }) => ruleId)).toEqual(['SecretsReadApart']);
});

describe('removing one protection breaks its rule', () => {
  test('network: a default route to a NAT gateway', () => {
    const rules = broken((resources) => {
      const [table] = Object.keys(resources).filter((id) => resources[id]?.Type === 'AWS::EC2::RouteTable');
      resources.Route = {
        Type: 'AWS::EC2::Route',
        Properties: { RouteTableId: { Ref: table ?? '' }, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-1' },
      };
    });
    expect(rules).toEqual(['NetworkNoRouteOut']);
  });

  test('network: an endpoint without its policy', () => {
    const rules = broken((resources) => {
      delete propertiesOf(resources, 'AWS::EC2::VPCEndpoint', 'Logs').PolicyDocument;
    });
    expect(rules).toEqual(['NetworkEndpointPinned']);
  });

  test('sandbox: a writable root', () => {
    const rules = broken((resources) => {
      const task = propertiesOf(resources, 'AWS::ECS::TaskDefinition') as unknown as {
        ContainerDefinitions: { ReadonlyRootFilesystem?: boolean }[];
      };
      delete task.ContainerDefinitions[0]?.ReadonlyRootFilesystem;
    });
    expect(rules).toEqual(['SandboxTaskHardened']);
  });

  test('sandbox: one more right for the agent’s role', () => {
    const rules = broken((resources) => {
      const [role] = Object.keys(resources).filter((id) => id.startsWith('AgentAgentRole'));
      resources.Extra = {
        Type: 'AWS::IAM::RolePolicy',
        Properties: {
          RoleName: { Ref: role ?? '' },
          PolicyDocument: { Statement: { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::theirs/x' } },
        },
      };
    });
    expect(rules).toEqual(['SandboxModelCallerBounded']);
  });

  test('least privilege: two functions with one role', () => {
    const rules = broken((resources) => {
      const gate = propertiesOf(resources, 'AWS::Lambda::Function', 'Gate') as { Role?: unknown };
      const tickets = propertiesOf(resources, 'AWS::Lambda::Function', 'Tickets') as { Role?: unknown };
      tickets.Role = gate.Role;
    });
    expect(rules).toEqual(['LeastPrivilegeOwnRole']);
  });

  test('least privilege: a wildcard', () => {
    const rules = broken((resources) => {
      const { Policies } = propertiesOf(resources, 'AWS::IAM::Role', 'Tickets') as unknown as {
        Policies: { PolicyDocument: { Statement: { Resource: unknown }[] } }[];
      };
      for (const statement of Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)) {
        statement.Resource = '*';
      }
    });
    expect(rules).toEqual(['LeastPrivilegeNoWildcard']);
  });

  test('secrets: a credential without the deny for everyone else', () => {
    const rules = broken((resources) => {
      for (const [id, { Type }] of Object.entries(resources)) {
        if (Type === 'AWS::SecretsManager::ResourcePolicy') delete resources[id];
      }
    });
    expect(rules).toEqual(['SecretsOneReader']);
  });

  test('gate: the API made regional, or open to every principal', () => {
    const regional = broken((resources) => {
      const api = propertiesOf(resources, 'AWS::ApiGateway::RestApi', 'Gate') as { EndpointConfiguration?: unknown };
      api.EndpointConfiguration = { Types: ['REGIONAL'] };
    });
    expect(regional).toEqual(['GatePrivateAndNamed']);
    const open = broken((resources) => {
      const api = propertiesOf(resources, 'AWS::ApiGateway::RestApi', 'Gate') as unknown as {
        Policy: { Statement: { Principal: unknown }[] };
      };
      for (const statement of api.Policy.Statement) statement.Principal = '*';
    });
    expect(open).toEqual(['GatePrivateAndNamed']);
  });

  test.each([
    'AgentGateOnlyItsCallers',
    'ExecutorOnlyItsCallers',
    'DecideOnlyItsCallers',
    'ExecuteApprovedOnlyItsCallers',
  ])('gate: functions that anyone may call (%s)', (word) => {
    const rules = broken((resources) => {
      for (const [id, { Type }] of Object.entries(resources)) {
        if (Type === 'AWS::Lambda::ResourcePolicy' && id.includes(word)) delete resources[id];
      }
    });
    expect(rules).toEqual(['GateNotBypassed']);
  });

  test('gate: an approval that is asked again', () => {
    const rules = broken((resources) => {
      const machine = propertiesOf(resources, 'AWS::StepFunctions::StateMachine') as unknown as {
        DefinitionString: { 'Fn::Join': [string, unknown[]] };
      };
      const pieces = machine.DefinitionString['Fn::Join'][1];
      machine.DefinitionString['Fn::Join'][1] = pieces.map((piece) =>
        typeof piece === 'string'
          ? piece.replace(/"TimeoutSeconds":1860,/, '"TimeoutSeconds":1860,"Retry":[{}],')
          : piece,
      );
    });
    expect(rules).toEqual(['GateApprovalWaitsOnce']);
  });

  test('audit: the ledger’s whole lock', () => {
    const rules = broken((resources) => {
      const bucket = propertiesOf(resources, 'AWS::S3::Bucket', 'LedgerBucket');
      delete bucket.ObjectLockEnabled;
      delete bucket.ObjectLockConfiguration;
    });
    expect(rules).toEqual(['AuditLedgerLocked']);
  });

  test('audit: a ledger key that may be deleted', () => {
    const rules = broken((resources) => {
      const key = propertiesOf(resources, 'AWS::KMS::Key', 'AgentLedgerKey') as unknown as {
        KeyPolicy: { Statement: { Effect: string }[] };
      };
      key.KeyPolicy.Statement = key.KeyPolicy.Statement.filter(({ Effect }) => Effect === 'Allow');
    });
    expect(rules).toEqual(['AuditKeysGuarded']);
  });
});
