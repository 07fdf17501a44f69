import { guardedTemplates, resourcesOf } from './templates';

interface Target {
  readonly Id: string;
  readonly Arn: unknown;
}

/** `Fn::GetAtt` of a log group's ARN, in any depth: CloudFormation returns it with `:*` at its end. */
function groupArns(value: unknown, groups: readonly string[]): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const [id, attribute] = ((value as { 'Fn::GetAtt'?: string[] })['Fn::GetAtt'] ?? []) as string[];
  if (id !== undefined && attribute === 'Arn' && groups.includes(id)) return [id];
  return Object.values(value).flatMap((member) => groupArns(member, groups));
}

describe.each(guardedTemplates())('the rules of $name', ({ template }) => {
  const groups = resourcesOf(template, 'AWS::Logs::LogGroup').map(([id]) => id);
  const rules = resourcesOf(template, 'AWS::Events::Rule').map(
    ([id, { Properties }]) => [id, (Properties?.Targets ?? []) as Target[]] as const,
  );

  // https://github.com/aws-samples/serverless-patterns/pull/221: it deploys without an error, and delivers nothing.
  test('have no target ARN that ends with :*', () => {
    const wrong = rules.filter(([, targets]) =>
      targets.some(({ Arn }) => groupArns(Arn, groups).length > 0 || JSON.stringify(Arn).includes(':*"')),
    );
    expect(wrong.map(([id]) => id)).toEqual([]);
  });

  test('name a log group by its ARN without :*, and the group’s policy covers its streams', () => {
    const toGroups = rules
      .flatMap(([, targets]) => targets)
      .filter(({ Arn }) => /:log-group:/.test(JSON.stringify(Arn)));
    for (const { Arn } of toGroups) {
      expect(Arn).toEqual({
        'Fn::Join': [
          '',
          [
            ...[expect.anything()],
            ...Array(5).fill(expect.anything()),
            ':log-group:',
            { Ref: expect.any(String) },
          ].slice(-8),
        ],
      });
    }
  });
});
