import type { GetParameterCommandOutput } from '@aws-sdk/client-ssm';
import { bootstrap } from '../../../../bin/preflight/checks/bootstrap';
import { awsError, findingsOf, META, verdicts } from '../fake-account';

/** As CDK writes it into each template: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html */
function template(qualifier = 'hnb659fds') {
  return {
    Parameters: {
      BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: `/cdk-bootstrap/${qualifier}/version` },
    },
    Rules: {
      CheckBootstrapVersion: {
        Assertions: [
          { Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1', '2', '3', '4', '5'], { Ref: 'BootstrapVersion' }] }] } },
        ],
      },
    },
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
const version = (Value: string) =>
  ({
    ...META,
    Parameter: { Name: '/cdk-bootstrap/hnb659fds/version', Type: 'String', Value, Version: 1 },
  }) satisfies GetParameterCommandOutput;

test.each([
  ['6', 'ready: version 6 of the bootstrap stack; the templates need 6'],
  ['27', 'ready: version 27 of the bootstrap stack; the templates need 6'],
  ['5', 'blocked: the bootstrap stack has version 5, and the templates need 6'],
  ['none', 'blocked: the bootstrap stack has version none, and the templates need 6'],
])('version %s', async (value, expected) => {
  expect(verdicts(await findingsOf(bootstrap, template(), { GetParameterCommand: version(value) }))).toEqual([
    expected,
  ]);
});

// https://github.com/aws-samples/aws-transform-custom-samples/pull/98: without the name, CDKToolkit itself is changed.
test('with another qualifier, the command leaves the stack CDKToolkit alone', async () => {
  for (const GetParameterCommand of [awsError('ParameterNotFound'), version('5')]) {
    const [finding] = await findingsOf(bootstrap, template('team1'), { GetParameterCommand });
    expect(finding?.fix).toBe(
      'npx cdk bootstrap aws://111122223333/eu-west-1 --qualifier team1 --toolkit-stack-name CDKToolkit-team1',
    );
  }
});

test('an account that isn’t bootstrapped, with the command for it', async () => {
  const answers = { GetParameterCommand: awsError('ParameterNotFound') };
  const [plain] = await findingsOf(bootstrap, template(), answers);
  expect(plain).toMatchObject({ verdict: 'blocked', fix: 'npx cdk bootstrap aws://111122223333/eu-west-1' });
});

test('a template that wasn’t made for a bootstrap stack needs none', async () => {
  expect(await findingsOf(bootstrap, {}, {})).toEqual([]);
});
