import { AgentStack, statementsOfRole } from '../agent-stack';

const made = new AgentStack();
made.withRuntime();
const template = made.template();
const statements = statementsOfRole(template, 'AgentAgentRole');
const MODELS = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

describe('the credentials of a stopped task, until they expire', () => {
  test('reach the gate and the named models, and nothing else', () => {
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(new Set(allowed.flatMap(({ Action }) => listOf(Action)))).toEqual(
      new Set(['execute-api:Invoke', ...MODELS]),
    );
    for (const { Resource } of allowed) expect(JSON.stringify(Resource)).not.toMatch(/"\*"/);
    expect(statements).toContainEqual(
      expect.objectContaining({ Sid: 'NeverAnythingElse', Effect: 'Deny', Resource: '*' }),
    );
  });

  test('call models only from the VPC: what a call names is denied to every other network', () => {
    const [denial, ...others] = statements.filter(({ Sid }) => Sid === 'OnlyFromItsNetwork');
    expect(others).toEqual([]);
    expect(denial).toMatchObject({
      Effect: 'Deny',
      Action: MODELS,
      Condition: { StringNotEquals: { 'aws:SourceVpc': { Ref: expect.stringMatching(/^AgentNetworkVpc/) } } },
    });
    const named = listOf(denial.Resource).map((each) => JSON.stringify(each));
    const direct = statements.filter(
      ({ Effect, Action, Condition }) =>
        Effect === 'Allow' &&
        listOf(Action).includes('bedrock:InvokeModel') &&
        !JSON.stringify(Condition ?? {}).includes('bedrock:InferenceProfileArn'),
    );
    expect(direct.length).toBeGreaterThan(0);
    for (const resource of direct.flatMap(({ Resource }) => listOf(Resource))) {
      expect(named).toContain(JSON.stringify(resource));
    }
  });

  test('can’t reach the gate from another network either', () => {
    const [api] = Object.values(template.findResources('AWS::ApiGateway::RestApi')).filter(({ Properties }) =>
      JSON.stringify(Properties.Policy ?? {}).includes('FromIsolatedNetworkOnly'),
    );
    expect(JSON.stringify(api.Properties.Policy)).toContain('aws:SourceVpc');
  });
});
