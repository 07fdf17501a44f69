import type { JsonObject } from '../../../../../runtime/core/contracts';
import { linesOf } from '../../check-template';
import { roleWith } from '../../knowledge-template';

describe('AuditInvocationsLogged', () => {
  const lines = (resources: JsonObject) => linesOf('AuditInvocationsLogged', resources);
  const AGENT: JsonObject = { Desk: { Type: 'AWS::Bedrock::Agent', Properties: {} } };
  const call = (type: string): JsonObject => ({
    Log: {
      Type: type,
      Properties: { Create: '{"service":"Bedrock","action":"putModelInvocationLoggingConfiguration"}' },
    },
  });

  test('an app without an agent, and one that turns the log on, are fine', () => {
    expect(lines({ Queue: { Type: 'AWS::SQS::Queue' } })).toEqual([]);
    expect(lines({ ...AGENT, ...call('Custom::AWS') })).toEqual([]);
    const right = { Effect: 'Allow', Action: 'bedrock:PutModelInvocationLoggingConfiguration', Resource: '*' };
    expect(lines({ ...AGENT, Role: roleWith('lambda.amazonaws.com', right) })).toEqual([]);
  });

  test('an app with an agent that doesn’t is found once, at its template', () => {
    expect(lines({ ...AGENT, Other: { Type: 'AWS::BedrockAgentCore::Runtime', Properties: {} } })).toEqual([
      expect.stringContaining(' Resources: nothing here logs what the model is told'),
    ]);
  });

  test('a ledger records the agent too', () => {
    const ledger: JsonObject = {
      Ledger: { Type: 'AWS::S3::Bucket', Properties: {} },
      Gate: {
        Type: 'AWS::Lambda::Function',
        Properties: { Environment: { Variables: { LEDGER_BUCKET: { Ref: 'Ledger' } } } },
      },
    };
    expect(lines({ ...AGENT, ...ledger })).toEqual([]);
  });
});
