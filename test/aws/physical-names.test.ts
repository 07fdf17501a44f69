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

/** Properties that two stacks may share: they name what AWS made, or their name is unique only within a parent. */
const SHARED: { readonly [property: string]: string } = {
  'AWS::ApiGateway::Stage StageName': 'unique in its API, which is of the stack',
  'AWS::CloudWatch::Alarm MetricName': 'the metric that the alarm reads',
  'AWS::ECR::Repository RepositoryName': 'the app gives it; this library makes no repository',
  'AWS::Lambda::Alias Name': 'unique in its function, which the app names',
  'AWS::EC2::VPCEndpoint ServiceName': 'the service of AWS behind the endpoint',
};

function namesIn(template: MaskedTemplate): string[] {
  return resourcesOf(template).flatMap(([, { Type, Properties = {} }]) =>
    Object.entries(Properties)
      .filter(([property]) => /(^|[a-z])(Name|Family)$/.test(property))
      .filter(([property]) => !(`${Type} ${property}` in SHARED))
      // An inline policy's name is unique in its role. A role of another stack would get the policies of both.
      .filter(() => Type !== 'AWS::IAM::Policy' || !ofTheStack(Properties.Roles))
      .filter(([, value]) => !madeByTheDeployment(value))
      .map(([property, value]) => `${Type} ${property} ${JSON.stringify([value, Properties.Roles])}`),
  );
}

function ofTheStack(roles: unknown): boolean {
  return Array.isArray(roles) && roles.every((role) => typeof role === 'object' && 'Ref' in role);
}

/** A `Ref` or an attribute differs from stack to stack. So does everything that contains the stack's id. */
function madeByTheDeployment(value: unknown): boolean {
  return typeof value === 'object' && /^\{"(Ref|Fn::GetAtt)"|"Ref":"AWS::StackId"/.test(JSON.stringify(value));
}

describe.each(Object.keys(GUARDED_APPS) as GuardedApp[])('%s, deployed twice to one account and region', (app) => {
  const dev = templatesNamed(app, 'dev').flatMap(namesIn);
  const other = templatesNamed(app, 'test').flatMap(namesIn);

  test('has no physical name that both stacks want', () => {
    expect(dev.length).toBeGreaterThan(0);
    expect(dev.filter((name) => other.includes(name))).toEqual([]);
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
  const [dev, other] = [originsOf('dev'), originsOf('test')];
  expect(dev.length).toBeGreaterThan(0);
  expect(dev.filter((origin) => other.includes(origin))).toEqual([]);
});
