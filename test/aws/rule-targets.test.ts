import { guardedTemplates, resourcesOf } from './templates';

interface Target {
  readonly Arn: unknown;
}

/**
 * CloudFormation returns a log group's ARN with `:*` at its end. A rule with such a target deploys without an error and delivers
 * nothing: https://github.com/aws-samples/serverless-patterns/pull/221
 */
function endsWithStar(arn: unknown, groups: readonly string[]): boolean {
  const text = JSON.stringify(arn);
  return /:\*"/.test(text) || groups.some((id) => text.includes(`{"Fn::GetAtt":["${id}","Arn"]}`));
}

describe.each(guardedTemplates())('the rules of $name', ({ template }) => {
  const groups = resourcesOf(template, 'AWS::Logs::LogGroup').map(([id]) => id);
  const targets = resourcesOf(template, 'AWS::Events::Rule').flatMap(([id, { Properties }]) =>
    ((Properties?.Targets ?? []) as Target[]).map(({ Arn }) => ({ id, Arn })),
  );

  test('have no target ARN that ends with :*', () => {
    expect(targets.filter(({ Arn }) => endsWithStar(Arn, groups)).map(({ id }) => id)).toEqual([]);
  });

  test('write to log groups whose policy covers the streams of each: there, :* belongs', () => {
    const policies = resourcesOf(template, 'AWS::Logs::ResourcePolicy').map(([, policy]) => JSON.stringify(policy));
    const written = targets.filter(({ Arn }) => JSON.stringify(Arn).includes(':log-group:'));
    for (const group of groups.filter((id) =>
      written.some(({ Arn }) => JSON.stringify(Arn).includes(`{"Ref":"${id}"}`)),
    )) {
      // The document is a text, with the attribute as one of its pieces.
      expect(policies.some((policy) => policy.includes(`{"Fn::GetAtt":["${group}","Arn"]}`))).toBe(true);
    }
  });
});

test('the trail of the quickstart keeps refused attempts in a log group', () => {
  const quickstart = guardedTemplates().find(({ name }) => name.startsWith('quickstart/'));
  const rules = resourcesOf(quickstart?.template ?? {}, 'AWS::Events::Rule');
  const toGroups = rules.filter(([, { Properties }]) => JSON.stringify(Properties?.Targets).includes(':log-group:'));
  expect(toGroups.length).toBeGreaterThan(0);
});
