import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App, CfnResource, Fn, NestedStack, Stack, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { checkAssembly } from '../../../lib/checks/check-assembly';
import { HardenedAgentChecks } from '../../../lib/checks/hardened-agent-checks';
import { RULES } from '../../../lib/checks/rules';
import { ACKNOWLEDGEMENTS_KEY } from '../../../lib/private/metadata-keys';
import { Assembly } from '../../../lib/template';

function appOf(...fill: ((stack: Stack) => void)[]): App {
  const app = new App({ builtinCloudFormationValidation: false, outdir: mkdtempSync(path.join(tmpdir(), 'checks-')) });
  for (const [i, add] of fill.entries()) add(new Stack(app, `S${i}`));
  Validations.of(app).addPlugins(new HardenedAgentChecks(app));
  return app;
}

/** The report that synthesis fails with; empty when it succeeds. */
function reportOf(app: App): string {
  try {
    app.synth();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

/** A secret that everyone may read: breaks SecretsOneReader, which can be acknowledged. */
const openSecret = (scope: Construct) => new CfnResource(scope, 'Secret', { type: 'AWS::SecretsManager::Secret' });

const ID = 'HardenedAgentChecks::SecretsOneReader';

/** Makes a model caller of whoever has it. */
const callsModel = () =>
  new iam.PolicyStatement({
    actions: ['bedrock:InvokeModel'],
    resources: ['arn:aws:bedrock:eu-west-1::foundation-model/example.model-v1:0'],
  });

test('the ids are what acknowledgements rely on: they don’t change', () => {
  expect(RULES.map(({ id, pillar, severity }) => `${pillar} ${id} ${severity}`)).toEqual([
    'network NetworkNoRouteOut fatal',
    'network NetworkNoPublicAddress error',
    'network NetworkAgentInVpc error',
    'network NetworkEndpointPinned fatal',
    'network NetworkDnsFirewalled fatal',
    'network NetworkDnsNamesWhole error',
    'network NetworkNoOpenGroup error',
    'network NetworkHttpTaskNamed error',
    'network NetworkFlowLogged error',
    'network NetworkGuardLowered error',
    'network NetworkMoreThanOneZone warning',
    'network NetworkManagedAgentInVpc error',
    'network NetworkEndpointMissing warning',
    'sandbox SandboxTaskHardened error',
    'sandbox SandboxModelCallerBounded error',
    'sandbox SandboxModelCallerKnown error',
    'sandbox SandboxCodeClosed fatal',
    'sandbox SandboxAnswerNotRun error',
    'sandbox SandboxHostKeysByToken error',
    'sandbox SandboxManagedImagePinned error',
    'sandbox SandboxManagedToolsClosed error',
    'sandbox SandboxGuardrailAttached warning',
    'sandbox SandboxGuardrailOn error',
    'least-privilege LeastPrivilegeOwnRole error',
    'least-privilege LeastPrivilegeNoWildcard error',
    'least-privilege LeastPrivilegeNoEscalation error',
    'least-privilege LeastPrivilegeTrustNamesSubject error',
    'least-privilege LeastPrivilegeCredentialRoleBounded error',
    'least-privilege LeastPrivilegeServiceTrustBounded warning',
    'secrets SecretsOneReader error',
    'secrets SecretsNoPlainText error',
    'secrets SecretsRotated warning',
    'secrets SecretsReadApart warning',
    'gate GatePrivateAndNamed fatal',
    'gate GateNotBypassed error',
    'gate GateOwnCode error',
    'gate GateBodiesUnlogged error',
    'gate GateApprovalWaitsOnce fatal',
    'gate GateApproversAtHome error',
    'gate GateEnforces error',
    'gate GateManagedCallersNamed error',
    'gate GateManagedPolicyEnforced error',
    'gate GateManagedErrorsHidden error',
    'gate GateManagedTargetCredential warning',
    'gate GateReturnUrlsExact error',
    'gate GateActionConfirmed error',
    'gate GateReadsOnlyRead warning',
    'gate GateDestructionAsked warning',
    'gate GateKnowledgeGuarded error',
    'gate GateKnowledgeOfStrangers warning',
    'gate GateManagedToolsPinned warning',
    'gate GateAgentEntrancesNamed error',
    'gate GateResourcesNamed error',
    'audit AuditLedgerLocked fatal',
    'audit AuditKeptLong error',
    'audit AuditKeysGuarded fatal',
    'audit AuditRecordsPrivate error',
    'audit AuditTrailed error',
    'audit AuditManagedOwnKey warning',
    'audit AuditManagedForgets warning',
    'audit AuditBrowserRecorded warning',
    'audit AuditInvocationsLogged warning',
    'audit AuditAgentLogsKept warning',
    'template TemplateReadable error',
  ]);
});

test('every rule says what holds, where it comes from and what to write', () => {
  for (const { holds, source, fix } of RULES) {
    for (const text of [holds, source, fix]) expect(text.length).toBeGreaterThan(20);
  }
});

test('an app without a fault synthesizes', () => expect(reportOf(appOf(() => {}))).toBe(''));

describe('what is changed after the constructs are made is seen', () => {
  test('a raw resource', () => {
    const report = reportOf(appOf((stack) => openSecret(stack)));
    expect(report).toContain('S0/Secret');
    expect(report).toContain(ID);
  });

  test('a property override, and a property taken away', () => {
    const report = reportOf(
      appOf((stack) => {
        const task = new ecs.FargateTaskDefinition(stack, 'Task');
        task.addContainer('agent', {
          image: ecs.ContainerImage.fromRegistry(`example.com/agent@sha256:${'0'.repeat(64)}`),
          readonlyRootFilesystem: true,
          user: '10001',
          linuxParameters: new ecs.LinuxParameters(stack, 'Linux'),
        });
        const raw = task.node.defaultChild as CfnResource;
        raw.addPropertyOverride('ContainerDefinitions.0.Privileged', true);
        raw.addPropertyDeletionOverride('NetworkMode');
        task.addToTaskRolePolicy(callsModel());
      }),
    );
    expect(report).toContain('SandboxTaskHardened');
    expect(report).toContain('privileged');
    expect(report).toContain('network mode');
    expect(report).not.toContain('digest');
  });

  test('a resource inside a nested stack', () => {
    const report = reportOf(appOf((stack) => openSecret(new NestedStack(stack, 'Nested'))));
    expect(report).toContain('has no resource policy');
    expect(report).toContain('S0/Nested/Secret');
    expect(report).not.toContain("isn't in the app");
  });
});

describe('acknowledgements', () => {
  const acknowledged = (id: string, reason: string) => (stack: Stack) =>
    Validations.of(openSecret(stack)).acknowledge({ id, reason });

  test.each([ID, 'SecretsOneReader'])('%s with a reason is accepted, and is written into the template', (id) => {
    const app = appOf(acknowledged(id, 'Read by two: a test'));
    expect(reportOf(app)).toBe('');
    const template = JSON.parse(readFileSync(path.join(app.outdir, 'S0.template.json'), 'utf8'));
    expect(template.Resources.Secret.Metadata[ACKNOWLEDGEMENTS_KEY]).toEqual([
      { id: 'SecretsOneReader', reason: 'Read by two: a test', at: 'S0/Secret' },
    ]);
  });

  test('the trail is in the validation report', () => {
    const app = appOf(acknowledged(ID, 'Read by two: a test'));
    app.synth();
    expect(readFileSync(path.join(app.outdir, 'validation-report.json'), 'utf8')).toContain('Read by two: a test');
  });

  test.each(['', '   '])('the reason "%s" is refused', (reason) => {
    expect(reportOf(appOf(acknowledged('SecretsOneReader', reason)))).toContain('gives no reason');
    expect(reportOf(appOf(acknowledged(ID, reason)))).toContain('gives no reason');
  });

  test('one stack’s acknowledgement doesn’t mute another’s finding', () => {
    const report = reportOf(appOf(acknowledged(ID, 'Read by two: a test'), (stack) => openSecret(stack)));
    expect(report).toContain('S1/Secret');
    expect(report).not.toContain('S0/Secret');
  });

  test('one on a stack holds for what is in it, nested stacks too', () => {
    const app = appOf((stack) => {
      Validations.of(stack).acknowledge({ id: ID, reason: 'Read by two: a test' });
      openSecret(stack);
      openSecret(new NestedStack(stack, 'Nested'));
    });
    expect(reportOf(app)).toBe('');
  });

  test.each(['stack', 'app'])('one on the %s holds for a macro of the template, and is written into it', (where) => {
    const id = 'HardenedAgentChecks::TemplateReadable[Own]';
    const app = appOf((stack) => {
      stack.addTransform('Own');
      new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic' });
      Validations.of(where === 'stack' ? stack : stack.node.root).acknowledge({ id, reason: 'Reviewed by hand' });
    });
    expect(reportOf(app)).toBe('');
    const written = checkAssembly(Assembly.load(app.outdir));
    expect(written).toMatchObject({ findings: [], acknowledged: [{ ruleId: 'TemplateReadable[Own]' }] });
  });

  test('another macro isn’t covered', () => {
    const app = appOf((stack) => {
      stack.addTransform('Other');
      new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic' });
      Validations.of(stack).acknowledge({ id: 'HardenedAgentChecks::TemplateReadable[Own]', reason: 'A test' });
    });
    expect(reportOf(app)).toContain('Other rewrites the template');
  });

  describe('a fatal rule', () => {
    const fatal = 'HardenedAgentChecks::NetworkEndpointPinned';
    /** An endpoint without a policy in a VPC, answered for, and a function in the VPC. */
    const appWith = (variables: { [name: string]: string }) =>
      appOf((stack) => {
        const vpc = new ec2.CfnVPC(stack, 'Vpc', { cidrBlock: '10.0.0.0/16' });
        const subnet = new ec2.CfnSubnet(stack, 'Subnet', { vpcId: vpc.ref, cidrBlock: '10.0.0.0/24' });
        const role = new iam.CfnRole(stack, 'Role', {
          assumeRolePolicyDocument: {},
          policies: [{ policyName: 'Model', policyDocument: new iam.PolicyDocument({ statements: [callsModel()] }) }],
        });
        const function_ = new CfnResource(stack, 'Function', {
          type: 'AWS::Lambda::Function',
          properties: {
            Role: role.attrArn,
            VpcConfig: { SubnetIds: [subnet.ref], SecurityGroupIds: [] },
            Environment: { Variables: variables },
          },
        });
        const endpoint = new ec2.CfnVPCEndpoint(stack, 'Endpoint', { vpcId: vpc.ref, serviceName: 'x' });
        Validations.of(endpoint).acknowledge({ id: fatal, reason: 'A test' });
        // What isn't about this rule is answered for too.
        for (const { id } of RULES.filter((each) => each.severity !== 'fatal')) {
          Validations.of(function_).acknowledge({ id: `HardenedAgentChecks::${id}`, reason: 'A test' });
        }
      });

    beforeEach(() => jest.spyOn(console, 'error').mockImplementation(() => {}));
    afterEach(() => jest.restoreAllMocks());

    test('can’t be acknowledged in the network of a runtime', () => {
      const report = reportOf(appWith({ AGENT_ROLE_NAME: 'agent' }));
      expect(report).toMatch(/S0\/Endpoint/);
      expect(report).toContain('can’t be acknowledged here, on a resource of a runtime');
    });

    test.each(['OTHER', 'TASK_DEFINITION_ARN'])('can be acknowledged in an app without one: %s', (variable) => {
      expect(reportOf(appWith({ [variable]: 'agent' }))).not.toContain('S0/Endpoint');
    });

    test('can be acknowledged where a function of the CDK itself is in the template', () => {
      const app = appWith({});
      new CfnResource(app.node.findChild('S0') as Stack, 'Restrict', {
        type: 'Custom::VpcRestrictDefaultSG',
        properties: { ServiceToken: Fn.getAtt('Function', 'Arn') },
      });
      expect(reportOf(app)).not.toContain('S0/Endpoint');
    });
  });

  describe('an acknowledgement with an end', () => {
    const until = (day: string) => appOf(acknowledged(ID, `Read by two: a test (until ${day})`));

    test('counts until then, and is written with the day', () => {
      const app = until('2999-12-31');
      expect(reportOf(app)).toBe('');
      const template = JSON.parse(readFileSync(path.join(app.outdir, 'S0.template.json'), 'utf8'));
      expect(template.Resources.Secret.Metadata[ACKNOWLEDGEMENTS_KEY]).toEqual([
        { id: 'SecretsOneReader', reason: 'Read by two: a test', until: '2999-12-31', at: 'S0/Secret' },
      ]);
    });

    test('no longer counts after it', () => {
      expect(reportOf(until('2020-02-29'))).toContain('its acknowledgement ended on 2020-02-29');
    });

    test.each(['soon', '2027-02-30', '31.12.2027', ''])('is refused when the end is no day: "%s"', (day) => {
      expect(reportOf(until(day))).toContain('write until as YYYY-MM-DD');
    });
  });

  test('one on a stack holds for a finding that is the template’s', () => {
    const id = 'HardenedAgentChecks::AuditLedgerLocked';
    const app = appOf((stack) => {
      Validations.of(stack).acknowledge({ id, reason: 'A test' });
      new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic' });
    });
    const warnings = jest.spyOn(console, 'error').mockImplementation(() => {});
    try {
      app.synth();
    } finally {
      warnings.mockRestore();
    }
    const template = JSON.parse(readFileSync(path.join(app.outdir, 'S0.template.json'), 'utf8'));
    expect(template.Metadata[ACKNOWLEDGEMENTS_KEY]).toEqual([{ id: 'AuditLedgerLocked', reason: 'A test', at: 'S0' }]);
  });

  test('an acknowledged wildcard doesn’t hide the next one', () => {
    const id = 'HardenedAgentChecks::LeastPrivilegeNoWildcard[s3:GetObject@*]';
    const role = (actions: string[]) => (stack: Stack) => {
      const policy = new iam.CfnRole(stack, 'Role', {
        assumeRolePolicyDocument: {},
        policies: [
          { policyName: 'p', policyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] } },
        ],
      });
      Validations.of(policy).acknowledge({ id, reason: 'A test' });
    };
    expect(reportOf(appOf(role(['s3:GetObject'])))).toBe('');
    expect(reportOf(appOf(role(['s3:GetObject', 's3:DeleteObject'])))).toContain('[s3:DeleteObject,s3:GetObject@*]');
  });

  test('an unused acknowledgement is a warning and doesn’t fail', () => {
    const warnings = jest.spyOn(console, 'error').mockImplementation(() => {});
    try {
      const app = appOf((stack) => {
        const role = new iam.CfnRole(stack, 'Role', { assumeRolePolicyDocument: {} });
        Validations.of(role).acknowledge({ id: ID, reason: 'A test' });
      });
      expect(reportOf(app)).toBe('');
      expect(warnings.mock.calls.join()).toContain('nothing here breaks it');
    } finally {
      warnings.mockRestore();
    }
  });
});
