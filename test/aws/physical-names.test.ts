import { App, Stack } from 'aws-cdk-lib';
import { GUARDED_APPS, type GuardedApp } from '../guard/apps';
import type { MaskedTemplate } from '../guard/masked-template';
import { resourcesOf } from './templates';

/** The templates of an app as if each of its stacks had `stackName: PREFIX-ID`. */
function templatesNamed(app: GuardedApp, prefix: string): MaskedTemplate[] {
  const given = jest
    .spyOn(Stack.prototype as unknown as { generateStackName(): string }, 'generateStackName')
    .mockImplementation(function (this: Stack) {
      return `${prefix}-${this.node.id}`;
    });
  try {
    const root = new App({ analyticsReporting: false, builtinCloudFormationValidation: false });
    GUARDED_APPS[app](root);
    return root.synth().stacks.map(({ template }) => template);
  } finally {
    given.mockRestore();
  }
}

/** Properties that name something which AWS or the user made, or something that is unique only within its parent. */
const NO_OWN_NAME: readonly (readonly [type: RegExp, property: string, reason: string])[] = [
  [/^AWS::IAM::Policy$/, 'PolicyName', 'an inline policy: the name is unique in its role'],
  [/^AWS::ApiGateway::Stage$/, 'StageName', 'a stage: the name is unique in its API'],
  [/^AWS::EC2::VPCEndpoint$/, 'ServiceName', 'the service of AWS behind the endpoint'],
  [/^AWS::CloudWatch::Alarm$/, 'MetricName', 'the metric that the alarm reads'],
  [/^AWS::Lambda::Permission$/, 'FunctionName', 'the function that the permission belongs to'],
  [/^AWS::SecretsManager::ResourcePolicy$/, 'SecretId', 'the secret that the policy belongs to'],
];

/** Literal names, and the name in each `Fn::Join` up to its first reference. */
function namesIn(template: MaskedTemplate): string[] {
  return resourcesOf(template).flatMap(([id, { Type, Properties = {} }]) =>
    Object.entries(Properties)
      .filter(([property]) => /(^|[a-z])(Name|Family)$/.test(property))
      .filter(([property]) => !NO_OWN_NAME.some(([type, name]) => type.test(Type) && name === property))
      .filter(([, value]) => !madeByTheDeployment(value))
      .map(([property, value]) => `${id} ${Type} ${property} ${JSON.stringify(value)}`),
  );
}

/** A `Ref` or an attribute differs from stack to stack. So does everything that contains the stack's id. */
function madeByTheDeployment(value: unknown): boolean {
  return typeof value === 'object' && /^\{"(Ref|Fn::GetAtt)"|"Ref":"AWS::StackId"/.test(JSON.stringify(value));
}

describe.each(Object.keys(GUARDED_APPS) as GuardedApp[])('%s, deployed twice to one account and region', (app) => {
  const dev = templatesNamed(app, 'dev').flatMap(namesIn);
  const test1 = templatesNamed(app, 'test').flatMap(namesIn);

  test('has no physical name that both stacks want', () => {
    expect(dev.length).toBeGreaterThan(0);
    expect(dev.filter((name) => test1.includes(name))).toEqual([]);
  });
});

test('a ledger’s origin names one log: it differs too', () => {
  const originsOf = (prefix: string) =>
    templatesNamed('quickstart', prefix)
      .flatMap((template) => resourcesOf(template, 'AWS::Lambda::Function'))
      .flatMap(([, { Properties }]) => {
        const { Variables } = (Properties?.Environment ?? {}) as { Variables?: { ORIGIN?: unknown } };
        return Variables?.ORIGIN === undefined ? [] : [JSON.stringify(Variables.ORIGIN)];
      });
  const [dev, test1] = [originsOf('dev'), originsOf('test')];
  expect(dev.length).toBeGreaterThan(0);
  expect(dev.filter((origin) => test1.includes(origin))).toEqual([]);
});
