import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { roleWith } from '../../knowledge-template';

const MODEL: JsonObject = {
  Effect: 'Allow',
  Action: 'bedrock:InvokeModel',
  Resource: 'arn:aws:bedrock:eu-west-1::foundation-model/example.model-v1',
};
const ROLE: JsonObject = { 'Fn::GetAtt': ['Role', 'Arn'] };

describe('AuditAgentLogsKept', () => {
  const lines = (resources: JsonObject) => linesOf('AuditAgentLogsKept', resources, UNKNOWN_PARAMETER);
  const LOG: JsonObject = { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 90, KmsKeyId: 'arn:key' } };
  const app: JsonObject = {
    Role: roleWith('lambda.amazonaws.com', MODEL),
    Fn: { Type: 'AWS::Lambda::Function', Properties: { Role: ROLE, LoggingConfig: { LogGroup: { Ref: 'Log' } } } },
    Log: LOG,
    Other: { Type: 'AWS::Logs::LogGroup', Properties: {} },
  };
  const container = (log: unknown): JsonObject => ({
    Role: roleWith('ecs-tasks.amazonaws.com', MODEL),
    Task: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        TaskRoleArn: ROLE,
        ContainerDefinitions: [{ Name: 'desk', ...(log === undefined ? {} : { LogConfiguration: log as JsonObject }) }],
      },
    },
  });

  test('an agent’s log with a retention and a key is fine, and logs of others are left alone', () => {
    expect(lines(app)).toEqual([]);
    expect(lines(changed(app, ['Role'], roleWith('lambda.amazonaws.com')))).toEqual([]);
  });

  test('without a retention or a key, it is found', () => {
    expect(lines(changed(app, ['Log', 'Properties'], {}))).toEqual([
      'Log Properties.RetentionInDays: an agent’s log is kept forever',
      'Log Properties.KmsKeyId: an agent’s log is not encrypted with a key of the account',
    ]);
  });

  test('a group is the agent’s by its name, too', () => {
    const named = changed(app, ['Fn', 'Properties', 'LoggingConfig'], undefined);
    const name = { 'Fn::Join': ['', ['/aws/lambda/', { Ref: 'Fn' }]] };
    expect(lines(changed(named, ['Other', 'Properties', 'LogGroupName'], name))).toHaveLength(2);
    const runtime: JsonObject = {
      Desk: { Type: 'AWS::BedrockAgentCore::Runtime', Properties: {} },
      Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: { 'Fn::GetAtt': ['Desk', 'AgentRuntimeId'] } } },
    };
    expect(lines(runtime)).toHaveLength(2);
  });

  test('so is a group into which Bedrock writes what models are told', () => {
    const group = { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Log', 'Arn'] }, ':log-stream:aws/bedrock/modelinvocations']] };
    const write = { Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: group };
    const log: JsonObject = { Log: { Type: 'AWS::Logs::LogGroup', Properties: {} } };
    expect(lines({ ...log, Role: roleWith('bedrock.amazonaws.com', write) })).toHaveLength(2);
    expect(lines({ ...log, Role: roleWith('firehose.amazonaws.com', write) })).toEqual([]);
  });

  test('a container without a log is found', () => {
    const logs = { LogDriver: 'awslogs', Options: { 'awslogs-group': '/desk' } };
    expect(lines(container(logs))).toEqual([]);
    expect(lines(container(undefined))).toEqual([
      'Task Properties.ContainerDefinitions[0].LogConfiguration: what the container writes is lost: it has no log',
    ]);
  });

  test('what isn’t known can’t be proven', () => {
    const unknown = expect.stringContaining("can't be proven");
    expect(lines(changed(app, ['Log', 'Properties', 'RetentionInDays'], { Ref: 'Unknown' }))).toEqual([unknown]);
    expect(lines(container({ Ref: 'Unknown' }))).toEqual([unknown]);
  });
});
