import { agentRole, yamlLines } from '../yaml-template';

const FN = "\n  Agent: { Type: 'AWS::Lambda::Function', Properties: { Role: !GetAtt Role.Arn } }";

describe('LeastPrivilegeNoWildcard: ids that a service chooses', () => {
  const lines = (action: string, resource: string) =>
    yamlLines(
      'LeastPrivilegeNoWildcard',
      `${agentRole(`{ Effect: Allow, Action: '${action}', Resource: '${resource}' }`)}${FN}`,
    );

  test.each(['knowledge-base/ABCDEFGHIJ', 'guardrail/abcdefghijkl', 'agent-alias/ABCDEFGHIJ/KLMNOPQRST'])(
    '%s is the same in no other region',
    (id) => {
      expect(lines('bedrock:Retrieve', `arn:aws:bedrock:*:111122223333:${id}`)).toEqual([]);
    },
  );

  test.each([
    'arn:aws:bedrock:*:111122223333:knowledge-base/*',
    'arn:aws:bedrock:*:*:knowledge-base/ABCDEFGHIJ',
    'arn:aws:dynamodb:*:111122223333:table/orders',
  ])('%s may be several', (resource) => expect(lines('bedrock:Retrieve', resource)).toHaveLength(1));
});

describe('LeastPrivilegeNoWildcard: a log group', () => {
  const lines = (resource: string) =>
    yamlLines(
      'LeastPrivilegeNoWildcard',
      `${agentRole(`{ Effect: Allow, Action: 'logs:TagResource', Resource: '${resource}' }`)}${FN}`,
    );

  test('is one with a slash in front of its name too', () => {
    expect(lines('arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/chat:*')).toEqual([]);
    expect(lines('arn:aws:logs:eu-west-1:111122223333:log-group:chat:log-stream:*')).toEqual([]);
    expect(lines('arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/*')).toHaveLength(1);
    expect(lines('arn:aws:logs:eu-west-1:111122223333:log-group:*:*')).toHaveLength(1);
  });
});

describe('LeastPrivilegeNoEscalation: a state machine with a model', () => {
  const ASK =
    "Ask: { Type: Task, Resource: 'arn:aws:states:::bedrock:invokeModel', Parameters: { ModelId: m }, Next: Run }";
  const run = (resource: string, parameters: string) =>
    `Run: { Type: Task, Resource: '${resource}', ${parameters}, End: true }`;
  const lines = (...states: string[]) =>
    yamlLines(
      'LeastPrivilegeNoEscalation',
      `${agentRole()}\n  Flow: { Type: 'AWS::StepFunctions::StateMachine', Properties: { RoleArn: !GetAtt Role.Arn, Definition: { StartAt: Ask, States: { ${states.join(', ')} } } } }`,
    );
  const SEND = 'arn:aws:states:::aws-sdk:ssm:sendCommand';
  const WORDS = "Parameters: { DocumentName: AWS-RunShellScript, Parameters: { 'commands.$': '$.answer' } }";

  test('passes its words to no command', () => {
    expect(lines(ASK, run(SEND, WORDS))).toEqual([
      expect.stringMatching(/^Flow Properties.Definition: the state Run calls ssm:SendCommand/),
    ]);
    expect(
      lines(ASK, run(SEND, "Arguments: { Parameters: { commands: ['{% $states.input.answer %}'] } }")),
    ).toHaveLength(1);
  });

  test('may run a fixed command, read, or wait for a person before', () => {
    expect(lines(ASK, run(SEND, "Parameters: { Parameters: { commands: ['systemctl restart web'] } }"))).toEqual([]);
    expect(lines(ASK, run('arn:aws:states:::aws-sdk:dynamodb:getItem', "Parameters: { 'Key.$': '$.answer' }"))).toEqual(
      [],
    );
    const wait = "Wait: { Type: Task, Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', Next: Run }";
    expect(lines(ASK.replace('Next: Run', 'Next: Wait'), wait, run(SEND, WORDS))).toEqual([]);
    expect(lines('Ask: { Type: Pass, Next: Run }', run(SEND, WORDS))).toEqual([]);
  });
});

test('LeastPrivilegeNoWildcard: a linked role of a named service may be made', () => {
  const lines = (condition: string) =>
    yamlLines(
      'LeastPrivilegeNoWildcard',
      `${agentRole(`{ Effect: Allow, Action: 'iam:CreateServiceLinkedRole', Resource: '*'${condition} }`)}${FN}`,
    );
  expect(lines(', Condition: { StringEquals: { iam:AWSServiceName: ecs.amazonaws.com } }')).toEqual([]);
  expect(lines('')).toHaveLength(1);
});

describe('LeastPrivilegeNoWildcard: what AWS documents for a service', () => {
  const lines = (service: string, ...actions: string[]) =>
    yamlLines(
      'LeastPrivilegeNoWildcard',
      `${agentRole()}${FN}
  Service:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: ${service} }, Action: 'sts:AssumeRole' }] }
      Policies: [{ PolicyName: p, PolicyDocument: { Statement: [{ Effect: Allow, Action: [${actions.map((each) => `'${each}'`).join(', ')}], Resource: '*' }] } }]`,
    );

  test('may be on every resource', () => {
    expect(lines('apigateway.amazonaws.com', 'logs:PutLogEvents', 'logs:GetLogEvents', 'logs:FilterLogEvents')).toEqual(
      [],
    );
    expect(lines('ecs.amazonaws.com', 'ec2:Describe*', 'elasticloadbalancing:RegisterTargets')).toEqual([]);
  });

  test('is no excuse for more, for another service, or for two', () => {
    expect(lines('apigateway.amazonaws.com', 'logs:PutLogEvents', 'logs:DeleteLogGroup')).toHaveLength(1);
    expect(lines('lambda.amazonaws.com', 'logs:GetLogEvents')).toHaveLength(1);
    expect(lines('[apigateway.amazonaws.com, lambda.amazonaws.com]', 'logs:GetLogEvents')).toHaveLength(1);
  });
});

describe('SandboxModelCallerKnown: a host with a role from elsewhere', () => {
  const host = "\n  Host: { Type: 'AWS::EC2::Instance', Properties: { IamInstanceProfile: web-servers } }";

  test('is worth a warning, and an error beside an agent', () => {
    expect(yamlLines('SandboxModelCallerKnown', host)).toEqual([expect.stringMatching(/^warning Host/)]);
    expect(yamlLines('SandboxModelCallerKnown', `${agentRole()}${FN}${host}`)).toEqual([
      expect.stringMatching(/^Host/),
    ]);
  });
});

describe('SecretsNoPlainText: a key that is given only sometimes', () => {
  const lines = (parameter: string, variable: string, value = '!Ref Key') =>
    yamlLines(
      'SecretsNoPlainText',
      `${agentRole()}
  Agent: { Type: 'AWS::Lambda::Function', Properties: { Role: !GetAtt Role.Arn, Environment: { Variables: { ${variable}: ${value} } } } }`,
      `Parameters: { Key: { Type: String, ${parameter} } }\nConditions: { HasKey: !Not [!Equals [!Ref Key, '']] }`,
    );
  const found = [expect.stringContaining('the value of the parameter Key is written into OPENAI_API_KEY')];

  test('is found behind a condition, and by its empty default', () => {
    const optional = "!If [HasKey, !Ref Key, !Ref 'AWS::NoValue']";
    expect(lines("NoEcho: true, Default: ''", 'OPENAI_API_KEY', optional)).toEqual(found);
    expect(lines("NoEcho: true, Default: ''", 'OPENAI_API_KEY')).toEqual(found);
    expect(lines('NoEcho: true, Default: none', 'OPENAI_API_KEY')).toEqual(found);
    expect(lines("Default: ''", 'OPENAI_API_KEY')).toEqual(found);
  });

  test('a name or an ARN by a parameter is none', () => {
    expect(lines("Default: ''", 'OPENAI_API_KEY_ARN')).toEqual([]);
    expect(lines("Default: ''", 'STAGE')).toEqual([]);
    expect(lines('Default: live', 'OPENAI_API_KEY', "''")).toEqual([]);
  });
});

describe('SandboxTaskHardened: a job of AWS Batch', () => {
  const lines = (properties: string) =>
    yamlLines(
      'SandboxTaskHardened',
      `${agentRole()}\n  Job: { Type: 'AWS::Batch::JobDefinition', Properties: { ${properties} } }`,
      'Parameters: { Unknown: { Type: String } }',
    );
  const container = (more: string) => `ContainerProperties: { JobRoleArn: !GetAtt Role.Arn, ${more} }`;

  test('has no privileges and no folder of its host, in each form', () => {
    expect(lines(container('Privileged: false, Volumes: [{ Name: scratch }]'))).toEqual([]);
    expect(lines(container('Privileged: true'))).toEqual([
      'Job Properties.ContainerProperties.Privileged: the container is privileged',
    ]);
    expect(lines(container('Volumes: [{ Host: { SourcePath: / } }]'))).toEqual([
      'Job Properties.ContainerProperties.Volumes[0].Host.SourcePath: a folder of the host is mounted',
    ]);
    expect(
      lines(
        'EcsProperties: { TaskProperties: [{ TaskRoleArn: !GetAtt Role.Arn, Containers: [{ Privileged: true }] }] }',
      ),
    ).toHaveLength(1);
    expect(
      lines(
        'NodeProperties: { NodeRangeProperties: [{ Container: { JobRoleArn: !GetAtt Role.Arn, Privileged: true } }] }',
      ),
    ).toHaveLength(1);
  });

  test('with an unknown switch can’t be proven; one without an agent is left alone', () => {
    expect(lines(container('Privileged: !Ref Unknown'))).toEqual([expect.stringContaining("can't be proven")]);
    expect(lines('ContainerProperties: { Privileged: true }')).toEqual([]);
  });
});

describe('policy templates of SAM', () => {
  const lines = (rule: string, policy: string) =>
    yamlLines(
      rule,
      `
  Ask: { Type: 'AWS::Serverless::Function', Properties: { Policies: [{ Statement: [{ Effect: Allow, Action: 'bedrock:InvokeModel', Resource: 'arn:aws:bedrock:eu-west-1::foundation-model/m' }] }, { ${policy} }] } }`,
      'Transform: AWS::Serverless-2016-10-31',
    );

  test('are read: what deletes or sends mail is found', () => {
    expect(lines('SandboxModelCallerBounded', 'SESCrudPolicy: { IdentityName: a.example }')).toEqual([
      expect.stringContaining('ses:SendEmail'),
      expect.stringContaining('ses:SendRawEmail'),
    ]);
    expect(lines('SandboxModelCallerBounded', 'KinesisCrudPolicy: { StreamName: s }')).toEqual([
      expect.stringContaining('kinesis:DeleteStream'),
    ]);
    expect(lines('LeastPrivilegeNoEscalation', 'CodeCommitCrudPolicy: { RepositoryName: r }')).toEqual([]);
  });

  test.each([
    'SSMParameterReadPolicy: { ParameterName: p }',
    'DynamoDBStreamReadPolicy: { TableName: t, StreamName: s }',
    'EFSWriteAccessPolicy: { FileSystem: fs-1, AccessPoint: fsap-1 }',
    'EventBridgePutEventsPolicy: { EventBusName: b }',
    'VPCAccessPolicy: {}',
    'CloudWatchPutMetricPolicy: {}',
    'AWSSecretsManagerRotationPolicy: { FunctionName: f }',
  ])('%s is fine', (policy) => {
    expect(
      ['LeastPrivilegeNoWildcard', 'SandboxModelCallerBounded', 'LeastPrivilegeNoEscalation'].flatMap((rule) =>
        lines(rule, policy),
      ),
    ).toEqual([]);
  });

  test('one without its parameter, or that nobody knows, gives nothing', () => {
    expect(lines('SandboxModelCallerBounded', 'SESCrudPolicy: {}')).toEqual([]);
    expect(lines('SandboxModelCallerBounded', 'AnotherPolicy: { Name: n }')).toEqual([]);
  });
});
