import { Template } from 'aws-cdk-lib/assertions';
import { IsolatedNetwork } from '../../lib';
import { AgentStack } from './agent-stack';
import { dependencyCycle, type Template as TemplateJson } from './network/template-values';

const environments = {
  'an environment that isn’t known': {},
  'a named environment': { env: { account: '111111111111', region: 'eu-west-1' } },
  'a region without packaged prefix lists': { env: { account: '111111111111', region: 'ap-southeast-6' } },
};

describe.each(Object.entries(environments))('in %s', (_, props) => {
  let template: TemplateJson;
  beforeAll(() => {
    const made = new AgentStack(props);
    const network = new IsolatedNetwork(made.stack, 'Network', {
      s3PrefixListId: 'pl-11111111',
      dynamoDbPrefixListId: 'pl-22222222',
    });
    const agent = made.withRuntime({ network });
    agent.allow(made.read);
    agent.allow(made.refund);
    template = Template.fromStack(made.stack, { skipCyclicalDependenciesCheck: true }).toJSON() as TemplateJson;
  });

  test('the template has no dependency cycle', () => {
    expect(dependencyCycle(template)).toBeUndefined();
  });

  test('no ARN names a partition', () => {
    const literal = JSON.stringify(template.Resources).match(/arn:aws(-[a-z]+)*:[^"]{0,60}/g) ?? [];
    expect(literal).toEqual([]);
  });

  test('no resource has a name that a second deployment would collide with', () => {
    const names = Object.entries(template.Resources).flatMap(([id, { Properties }]) =>
      ['BucketName', 'TableName', 'FunctionName', 'RoleName', 'ManagedPolicyName', 'StateMachineName', 'LogGroupName']
        .filter((name) => typeof Properties?.[name] === 'string')
        .map((name) => `${id}.${name}`),
    );
    expect(names).toEqual([]);
  });
});
