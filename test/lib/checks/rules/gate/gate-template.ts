import type { JsonObject } from '../../../../../runtime/core/contracts';

export const arn = (id: string): JsonObject => ({ 'Fn::GetAtt': [id, 'Arn'] });

export const role = (...statements: JsonObject[]): JsonObject => ({
  Type: 'AWS::IAM::Role',
  Properties: { Policies: [{ PolicyDocument: { Statement: statements } }] },
});

export const allow = (action: string, resource: JsonObject | string): JsonObject => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
});

export const fn = (roleId: string): JsonObject => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Role: arn(roleId) },
});

export const onlyFor = (id: string, condition: JsonObject): JsonObject => ({
  Type: 'AWS::Lambda::ResourcePolicy',
  Properties: {
    ResourceArn: arn(id),
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'lambda:InvokeFunction',
          Resource: arn(id),
          Condition: condition,
        },
      ],
    },
  },
});

/** What tells that an app has a gate of this library. */
export const ownGate: JsonObject = {
  OwnGate: {
    Type: 'AWS::Lambda::Function',
    Properties: { Environment: { Variables: { AGENT_ROLE_NAME: 'agent' } } },
  },
};

/** An agent, its gate, and an executor that the gate calls. */
export const behindGate: JsonObject = {
  AgentRole: role(
    allow('bedrock:InvokeModel', 'arn:aws:bedrock:x::foundation-model/m'),
    allow('execute-api:Invoke', { 'Fn::Sub': `arn:aws:execute-api:x:111122223333:\${Api}/v1/POST/calls` }),
  ),
  Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { TaskRoleArn: arn('AgentRole') } },
  Api: { Type: 'AWS::ApiGateway::RestApi' },
  Method: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: { Ref: 'Api' },
      Integration: {
        Uri: { 'Fn::Sub': `arn:aws:apigateway:x:lambda:path/2015-03-31/functions/\${Gate.Arn}/invocations` },
      },
    },
  },
  GateRole: role(allow('lambda:InvokeFunction', arn('Executor'))),
  Gate: fn('GateRole'),
  GatePolicy: onlyFor('Gate', { Bool: { 'aws:PrincipalIsAWSService': 'false' } }),
  ExecutorRole: role(),
  Executor: fn('ExecutorRole'),
  ExecutorPolicy: onlyFor('Executor', { ArnNotEquals: { 'aws:PrincipalArn': arn('GateRole') } }),
  BesideRole: role(allow('secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:x:111122223333:secret:db-??????')),
  Beside: fn('BesideRole'),
};
