import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Assembly } from '../../../lib/template';
import { AgentStack } from '../agent-stack';
import { CLEAN_APPS } from './clean-apps';
import { complaints } from './complaints';

test('there are at least 65 apps, each with a name of its own', () => {
  expect(new Set(CLEAN_APPS.map(([name]) => name)).size).toBe(CLEAN_APPS.length);
  expect(CLEAN_APPS.length).toBeGreaterThanOrEqual(65);
});

// Each sixth; the long run has all of them.
test.each(CLEAN_APPS.filter((_, i) => i % 6 === 0))('nothing is said against %s', (_name, make) => {
  expect(complaints(make())).toEqual([]);
});

describe('what may use the runtime isn’t apart from it', () => {
  const against = (add: (made: AgentStack, launcher: lambda.Function) => void): string[] => {
    const made = new AgentStack();
    const agent = made.withRuntime();
    const launcher = new lambda.Function(made.stack, 'Start', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => {}'),
    });
    agent.grantLaunch(launcher);
    add(made, launcher);
    return complaints(Assembly.load(made.app.synth().directory));
  };

  test('an open API and an open URL of a function that opens sessions', () => {
    const said = against(({ stack }, launcher) => {
      const api = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
      api.root.addMethod('POST', new apigateway.LambdaIntegration(launcher));
      launcher.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
    });
    expect(said).toContainEqual(
      expect.stringMatching(/^gate-admits-agent-only: .*a method accepts calls from anybody/),
    );
    expect(said).toContainEqual(expect.stringMatching(/^gate-admits-agent-only: .*without a signature/));
  });

  test('a function that opens sessions, for another account', () => {
    const said = against((_made, launcher) => {
      launcher.addPermission('Partner', { principal: new iam.AccountPrincipal('999988887777') });
    });
    expect(said).toContainEqual(expect.stringMatching(/^nobody-outside: .*999988887777/));
  });

  test('a role that opens sessions, for another account and for a service of every customer', () => {
    const said = against(({ agent, stack }) => {
      const partner = new iam.Role(stack, 'Partner', { assumedBy: new iam.AccountPrincipal('999988887777') });
      const service = new iam.Role(stack, 'Service', {
        assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com'),
      });
      for (const role of [partner, service]) agent?.grantLaunch(role);
    });
    expect(said).toContainEqual(expect.stringMatching(/^nobody-outside: .*999988887777/));
    expect(said).toContainEqual(expect.stringMatching(/^services-act-for-this-account: Service/));
  });
});
