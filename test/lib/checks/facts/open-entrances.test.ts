import { checkAssembly } from '../../../../lib/checks/check-assembly';
import { agentEntrancesNamed } from '../../../../lib/checks/rules/gate/agent-entrances-named';
import { Assembly } from '../../../../lib/template';
import { parseTemplate } from '../../../../lib/template/model/template-text';
import { parseYaml } from '../../../../lib/template/model/yaml';

/** An agent that is a function, and another function beside it that has nothing to do with it. */
const APP = `
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies: [{ PolicyName: p, PolicyDocument: { Statement: [{ Effect: Allow, Action: 'bedrock:InvokeModel', Resource: '*' }] } }]
  Agent: { Type: 'AWS::Lambda::Function', Properties: { Role: !GetAtt Role.Arn } }
  PlainRole: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } }
  Plain: { Type: 'AWS::Lambda::Function', Properties: { Role: !GetAtt PlainRole.Arn } }
`;

/** Findings of the rule about resources without any agent. */
function linesWithoutAgent(resources: string): string[] {
  const { body } = parseTemplate(`Resources:${resources}`, parseYaml);
  return checkAssembly(Assembly.of({ name: 't.yaml', body }), [agentEntrancesNamed]).findings.map(
    ({ resource }) => resource,
  );
}

/** Findings of the rule about the app with these resources, as `LogicalId Property: message`. */
function lines(resources: string, around = ''): string[] {
  const { body } = parseTemplate(
    `Parameters: { Unknown: { Type: String } }\n${around}\nResources:${APP}${resources}`,
    parseYaml,
  );
  const { findings } = checkAssembly(Assembly.of({ name: 't.yaml', body }), [agentEntrancesNamed]);
  return findings.map(({ resource, property, message }) => `${resource} ${property}: ${message}`);
}

const found = (start: string) => [expect.stringContaining(start)];

describe('an HTTP API', () => {
  const api = (route: string, target = 'Agent') => `
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: HTTP } }
  To: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { ApiId: !Ref Api, IntegrationUri: !GetAtt ${target}.Arn } }
  Ask: { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId: !Ref Api, RouteKey: POST /ask, Target: !Sub 'integrations/\${To}', ${route} } }
`;

  test.each(['AWS_IAM', 'JWT', 'CUSTOM'])('whose route demands %s is fine', (type) => {
    expect(lines(api(`AuthorizationType: ${type}`))).toEqual([]);
  });

  test('whose route demands nothing is found, by NONE or by saying nothing', () => {
    const message = 'Ask Properties.AuthorizationType: anybody may call the route POST /ask';
    expect(lines(api('AuthorizationType: NONE'))).toEqual(found(message));
    expect(lines(api('OperationName: ask'))).toEqual(found(message));
  });

  test('that leads to something else is left alone', () =>
    expect(lines(api('OperationName: ask', 'Plain'))).toEqual([]));

  test('that leads to an alias of the agent is found', () => {
    const alias = "  Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: !Ref Agent, Name: live } }\n";
    expect(lines(alias + api('OperationName: ask').replace('!GetAtt Agent.Arn', '!Ref Live'))).toHaveLength(1);
  });

  test('that is made by its target has no authorizer', () => {
    const quick = (target: string) =>
      `  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Target: !GetAtt ${target}.Arn } }\n`;
    expect(lines(quick('Agent'))).toEqual(found('Api Properties.Target: anybody may call the API'));
    expect(lines(quick('Plain'))).toEqual([]);
  });
});

describe('a WebSocket API', () => {
  const socket = (...routes: [key: string, type: string][]) => `
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: WEBSOCKET } }
  To: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { ApiId: !Ref Api, IntegrationUri: !GetAtt Agent.Arn } }
${routes
  .map(
    ([key, type], i) =>
      `  R${i}: { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId: !Ref Api, RouteKey: ${key}, AuthorizationType: ${type}, Target: !Sub 'integrations/\${To}' } }`,
  )
  .join('\n')}
`;

  test('asks who calls when it is opened, and not again', () => {
    expect(lines(socket(['$connect', 'AWS_IAM'], ['say', 'NONE'], ['$disconnect', 'NONE']))).toEqual([]);
  });

  test('that anybody may open is found once, also when it is opened elsewhere', () => {
    expect(lines(socket(['$connect', 'NONE'], ['say', 'NONE']))).toEqual(
      found('R0 Properties.AuthorizationType: anybody may'),
    );
    expect(lines(socket(['say', 'NONE'], ['$default', 'NONE']))).toEqual(
      found('R0 Properties.RouteKey: anybody may open'),
    );
  });
});

describe.each(['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'])('an OpenAPI document in %s', (type) => {
  const ask = 'x-amazon-apigateway-integration: { uri: !GetAtt Agent.Arn }';
  const api = (paths: string, whole = '', more = '') => `
  Api: { Type: '${type}', Properties: { Body: { ${whole} paths: { ${paths} } }${more} } }
`;

  test('that names callers as a whole or in each operation is fine', () => {
    expect(lines(api(`/ask: { post: { ${ask} } }`, 'security: [{ people: [] }],'))).toEqual([]);
    expect(lines(api(`/ask: { post: { security: [{ people: [] }], ${ask} }, options: { ${ask} } }`))).toEqual([]);
    expect(lines(api(`/ask: { post: { x-amazon-apigateway-auth: { type: AWS_IAM }, ${ask} } }`))).toEqual([]);
  });

  test('with operations for anybody is found, once', () => {
    const open = `/ask: { post: { ${ask} } }, /again: { x-amazon-apigateway-any-method: { ${ask} } }`;
    expect(lines(api(open))).toEqual(found('Api Properties.Body: anybody may call POST /ask and 1 more'));
    expect(lines(api(`/ask: { post: { security: [], ${ask} } }`, 'security: [{ people: [] }],'))).toHaveLength(1);
  });

  test('whose open operations lead elsewhere is fine', () => {
    expect(lines(api(`/health: { get: { x-amazon-apigateway-integration: { type: mock } } }`))).toEqual([]);
  });

  test('that stands elsewhere can’t be proven where a permission tells that it calls the agent', () => {
    const elsewhere = (fn: string) => `
  Api: { Type: '${type}', Properties: { BodyS3Location: { Bucket: b, Key: k } } }
  Calls: { Type: 'AWS::Lambda::Permission', Properties: { FunctionName: !Ref ${fn}, Principal: apigateway.amazonaws.com, SourceArn: !Sub 'arn:aws:execute-api:\${AWS::Region}:1:\${Api}/*' } }
`;
    expect(lines(elsewhere('Agent'))).toEqual(found("Api Properties: can't be proven"));
    expect(lines(elsewhere('Plain'))).toEqual([]);
  });
});

describe('a REST API', () => {
  const machine = `
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties: { RoleArn: !GetAtt Role.Arn, DefinitionString: '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}' }
`;
  const method = (properties: string, api = '') => `${machine}
  Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { ${api} } }
  Start:
    Type: AWS::ApiGateway::Method
    Properties: { RestApiId: !Ref Api, HttpMethod: POST, Integration: { RequestTemplates: { a: !Sub '{"stateMachineArn":"\${Machine}"}' } }, ${properties} }
`;

  test('that starts the agent’s machine for anybody is found', () => {
    expect(lines(method('AuthorizationType: NONE'))).toEqual(found('Start Properties.AuthorizationType: anybody may'));
    expect(lines(method('AuthorizationType: AWS_IAM'))).toEqual([]);
    expect(lines(method('AuthorizationType: NONE, ApiKeyRequired: true'))).toEqual([]);
  });

  test('with inner addresses, or a policy that names who calls, is fine', () => {
    const policy = (statement: string) => method('AuthorizationType: NONE', `Policy: { Statement: [${statement}] }`);
    expect(lines(method('AuthorizationType: NONE', 'EndpointConfiguration: { Types: [PRIVATE] }'))).toEqual([]);
    const all = "Effect: Allow, Principal: '*', Action: 'execute-api:Invoke'";
    const denied = (condition: string) =>
      `{ ${all} }, { Effect: Deny, Principal: '*', Action: 'execute-api:Invoke', Condition: { ${condition} } }`;
    expect(lines(policy(`{ ${all} }`))).toHaveLength(1);
    expect(lines(policy(`{ ${all}, Condition: { IpAddress: { aws:SourceIp: 203.0.113.0/24 } } }`))).toEqual([]);
    expect(lines(policy(denied('NotIpAddress: { aws:SourceIp: 203.0.113.0/24 }')))).toEqual([]);
    expect(lines(policy(denied('NotIpAddress: { aws:SourceIp: 0.0.0.0/0 }')))).toHaveLength(1);
    expect(lines(policy(denied('Bool: { aws:SecureTransport: false }')))).toHaveLength(1);
  });
});

describe('an event of SAM', () => {
  const sam = (event: string, more = '', globals = '') =>
    lines(
      `
  Ask:
    Type: AWS::Serverless::Function
    Properties:
      Policies: [{ Statement: [{ Effect: Allow, Action: 'bedrock:InvokeModel', Resource: '*' }] }]
      Events: { Call: { ${event} } }
${more}`,
      `Transform: AWS::Serverless-2016-10-31\n${globals}`,
    );
  const open = found('Ask Properties.Events.Call: anybody may call it');

  test.each(['Api', 'HttpApi'])('of an %s that SAM makes is open without an authorizer', (type) => {
    expect(sam(`Type: ${type}, Properties: { Path: /, Method: post }`)).toEqual(open);
    expect(sam(`Type: ${type}, Properties: { Auth: { Authorizer: AWS_IAM } }`)).toEqual([]);
    expect(sam(`Type: ${type}`, '', `Globals: { ${type}: { Auth: { DefaultAuthorizer: AWS_IAM } } }`)).toEqual([]);
    expect(
      sam(
        `Type: ${type}, Properties: { Auth: { Authorizer: NONE } }`,
        '',
        `Globals: { ${type}: { Auth: { DefaultAuthorizer: AWS_IAM } } }`,
      ),
    ).toEqual(open);
  });

  test('of an API of the template has its authorizer, unless it leaves it out', () => {
    const event = (auth: string) => `Type: Api, Properties: { RestApiId: !Ref Api, ${auth} }`;
    const api = (auth: string) => `  Api: { Type: 'AWS::Serverless::Api', Properties: { StageName: live, ${auth} } }`;
    const people = 'Authorizers: { People: { UserPoolArn: arn } }';
    expect(sam(event(''), api(`Auth: { DefaultAuthorizer: People, ${people} }`))).toEqual([]);
    expect(sam(event('Auth: { Authorizer: People }'), api(`Auth: { ${people} }`))).toEqual([]);
    expect(sam(event('Auth: { Authorizer: AWS_IAM }'), api('TracingEnabled: true'))).toEqual([]);
    expect(sam(event(''), api('EndpointConfiguration: { Type: PRIVATE }'))).toEqual([]);
    expect(sam(event(''), api(`Auth: { ${people} }`))).toEqual(open);
    expect(sam(event('Auth: { Authorizer: NONE }'), api(`Auth: { DefaultAuthorizer: People, ${people} }`))).toEqual(
      open,
    );
    expect(sam(event(''), api('TracingEnabled: true'))).toEqual(found('Api Properties.Auth: anybody may call'));
  });

  test('with a shared key alone is found', () => {
    expect(sam('Type: Api, Properties: { Auth: { ApiKeyRequired: true } }')).toEqual(
      found('Ask Properties.Events.Call: whoever has seen the key'),
    );
  });

  test('of an API that isn’t in the template, or of another kind, is left alone', () => {
    expect(sam('Type: Api, Properties: { RestApiId: !Ref Unknown }')).toEqual([]);
    expect(sam('Type: Schedule, Properties: { Schedule: rate(1 hour) }')).toEqual([]);
  });

  test('starts a state machine too', () => {
    const machine = `
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition: { StartAt: A, States: { A: { Type: Task, Resource: 'arn:aws:states:::bedrock:invokeModel', End: true } } }
      Events: { Call: { Type: Api, Properties: { Path: /, Method: post } } }
`;
    expect(lines(machine, 'Transform: AWS::Serverless-2016-10-31')).toEqual(
      found('Flow Properties.Events.Call: anybody'),
    );
  });
});

describe('a load balancer', () => {
  interface Choices {
    readonly balancer?: string;
    readonly group?: string;
    readonly listener?: string;
    readonly actions?: string;
    readonly more?: string;
  }
  const FORWARD = '{ Type: forward, TargetGroupArn: !Ref Targets }';
  const OPEN = 'SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0 }]';
  const app = ({ balancer = '', group = OPEN, listener = '', actions = FORWARD, more = '' }: Choices) => `
  Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: g, ${group} } }
  Front: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { SecurityGroups: [!Ref Group], ${balancer} } }
  Listener: { Type: 'AWS::ElasticLoadBalancingV2::Listener', Properties: { LoadBalancerArn: !Ref Front, ${listener} DefaultActions: [${actions}] } }
  Targets: { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: { Targets: [{ Id: !GetAtt Agent.Arn }] } }
${more}`;
  const open = found('Listener Properties.DefaultActions: anybody on the internet reaches it');

  test('that faces the internet and asks nobody is found', () => {
    expect(lines(app({}))).toEqual(open);
    expect(lines(app({ balancer: 'Scheme: internet-facing' }))).toEqual(open);
    expect(
      lines(
        app({
          group: '',
          more: "  In: { Type: 'AWS::EC2::SecurityGroupIngress', Properties: { GroupId: !GetAtt Group.GroupId, IpProtocol: tcp, CidrIpv6: '::/0' } }\n",
        }),
      ),
    ).toEqual(open);
    expect(lines(app({ balancer: 'Type: network' }).replace('SecurityGroups: [!Ref Group], ', ''))).toEqual(open);
    expect(lines(app({}).replace('[!Ref Group]', '[!Ref Unknown]'))).toEqual(open);
  });

  test('with inner addresses, or for certain ones, is fine', () => {
    expect(lines(app({ balancer: 'Scheme: internal' }))).toEqual([]);
    expect(lines(app({ group: 'SecurityGroupIngress: [{ IpProtocol: tcp, CidrIp: 203.0.113.0/24 }]' }))).toEqual([]);
  });

  test.each(['authenticate-oidc', 'authenticate-cognito', 'jwt-validation'])('with the action %s is fine', (type) => {
    expect(lines(app({ actions: `{ Type: ${type}, Order: 1 }, ${FORWARD}` }))).toEqual([]);
  });

  test('that demands a certificate of the caller is fine', () => {
    expect(lines(app({ listener: 'MutualAuthentication: { Mode: verify },' }))).toEqual([]);
    expect(lines(app({ listener: 'MutualAuthentication: { Mode: passthrough },' }))).toEqual(open);
  });

  test('that leads elsewhere, or nowhere, is left alone', () => {
    expect(lines(app({}).replace('Agent.Arn', 'Plain.Arn'))).toEqual([]);
    expect(lines(app({ actions: '{ Type: fixed-response }' }))).toEqual([]);
  });

  test('is judged by its rules too', () => {
    const rule = (conditions: string) => ({
      actions: '{ Type: fixed-response }',
      more: `  Rule: { Type: 'AWS::ElasticLoadBalancingV2::ListenerRule', Properties: { ListenerArn: !Ref Listener, Conditions: [${conditions}], Actions: [{ Type: forward, ForwardConfig: { TargetGroups: [{ TargetGroupArn: !Ref Targets }] } }] } }\n`,
    });
    expect(lines(app(rule('{ Field: path-pattern }')))).toEqual(found('Rule Properties.Actions: anybody'));
    expect(lines(app(rule('{ Field: source-ip, SourceIpConfig: { Values: [203.0.113.0/24] } }')))).toEqual([]);
    expect(lines(app(rule('{ Field: source-ip, SourceIpConfig: { Values: [0.0.0.0/0] } }')))).toHaveLength(1);
    expect(lines(app(rule('{ Field: http-header, HttpHeaderConfig: { HttpHeaderName: x, Values: [y] } }')))).toEqual(
      [],
    );
  });

  test('leads to what a service or a group of hosts registers', () => {
    const ecs = `
  Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { TaskRoleArn: !GetAtt Role.Arn } }
  Service: { Type: 'AWS::ECS::Service', Properties: { TaskDefinition: !Ref Task, LoadBalancers: [{ TargetGroupArn: !Ref Targets }] } }
`;
    const hosts = `
  Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [!Ref Role] } }
  Template: { Type: 'AWS::EC2::LaunchTemplate', Properties: { LaunchTemplateData: { IamInstanceProfile: { Arn: !GetAtt Profile.Arn } } } }
  Hosts: { Type: 'AWS::AutoScaling::AutoScalingGroup', Properties: { TargetGroupARNs: [!Ref Targets], LaunchTemplate: { LaunchTemplateId: !Ref Template } } }
`;
    for (const more of [ecs, hosts])
      expect(lines(app({ more }).replace('Targets: [{ Id: !GetAtt Agent.Arn }]', 'Port: 80'))).toEqual(open);
  });

  test('behind an API in the VPC is judged by the API’s routes', () => {
    const api = (type: string) => `
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: HTTP } }
  To: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { ApiId: !Ref Api, IntegrationUri: !Ref Listener } }
  Ask: { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId: !Ref Api, RouteKey: $default, AuthorizationType: ${type}, Target: !Sub 'integrations/\${To}' } }
`;
    expect(lines(app({ balancer: 'Scheme: internal', more: api('NONE') }))).toEqual(
      found('Ask Properties.AuthorizationType'),
    );
    expect(lines(app({ balancer: 'Scheme: internal', more: api('AWS_IAM') }))).toEqual([]);
  });
});

test('a service of App Runner is public unless it says otherwise', () => {
  const service = (ingress: string) => `
  Chat: { Type: 'AWS::AppRunner::Service', Properties: { InstanceConfiguration: { InstanceRoleArn: !GetAtt Role.Arn }${ingress} } }
`;
  const accessible = (value: string) =>
    `, NetworkConfiguration: { IngressConfiguration: { IsPubliclyAccessible: ${value} } }`;
  expect(lines(service(''))).toEqual(
    found('Chat Properties.NetworkConfiguration.IngressConfiguration.IsPubliclyAccessible: anybody'),
  );
  expect(lines(service(accessible('true')))).toHaveLength(1);
  expect(lines(service(accessible('false')))).toEqual([]);
});

describe('people who never signed in', () => {
  const pool = (statement: string, allowed = 'true', who = 'unauthenticated') => `
  Pool: { Type: 'AWS::Cognito::IdentityPool', Properties: { AllowUnauthenticatedIdentities: ${allowed} } }
  Visitor:
    Type: AWS::IAM::Role
    Properties: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: p, PolicyDocument: { Statement: [{ Effect: Allow, ${statement} }] } }] }
  Attachment: { Type: 'AWS::Cognito::IdentityPoolRoleAttachment', Properties: { IdentityPoolId: !Ref Pool, Roles: { ${who}: !GetAtt Visitor.Arn } } }
`;
  const invoke = "Action: 'lambda:InvokeFunction', Resource: !GetAtt Agent.Arn";
  const at = found('Visitor Properties.Policies[0].PolicyDocument.Statement[0]: everybody may use');

  test.each([
    invoke,
    "Action: 'lambda:*', Resource: '*'",
    "Action: 'lambda:InvokeFunction', Resource: 'arn:aws:lambda:*:*:function:*'",
    "Action: 'bedrock:InvokeModelWithResponseStream', Resource: 'arn:aws:bedrock:eu-west-1::foundation-model/m'",
    "Action: 'bedrock-agentcore:InvokeAgentRuntime', Resource: !Ref Unknown",
    "Action: 'bedrock:InvokeAgent', Resource: '*'",
  ])('may not: %s', (statement) => expect(lines(pool(statement))).toEqual(at));

  test.each([
    "Action: 'rum:PutRumEvents', Resource: '*'",
    "Action: 'lambda:InvokeFunction', Resource: !GetAtt Plain.Arn",
    "Action: 's3:GetObject', Resource: 'arn:aws:s3:::site/*'",
  ])('may: %s', (statement) => expect(lines(pool(statement))).toEqual([]));

  test('may call no model either where no agent is', () => {
    const model = "Action: 'bedrock:InvokeModel', Resource: 'arn:aws:bedrock:eu-west-1::foundation-model/m'";
    expect(linesWithoutAgent(pool(model))).toEqual(['Visitor']);
    expect(linesWithoutAgent(pool("Action: 'lambda:InvokeFunction', Resource: '*'"))).toEqual([]);
  });

  test('get nothing where the pool takes none, or by the role of others', () => {
    expect(lines(pool(invoke, 'false'))).toEqual([]);
    expect(lines(pool(invoke, 'true', 'authenticated'))).toEqual([]);
    expect(lines(pool(invoke, '!Ref Unknown'))).toEqual(at);
  });
});

test('a shared key before the agent’s function in a GraphQL API is found', () => {
  const graph = (type: string, fn: string) => `
  Api: { Type: 'AWS::AppSync::GraphQLApi', Properties: { AuthenticationType: ${type} } }
  Source: { Type: 'AWS::AppSync::DataSource', Properties: { ApiId: !GetAtt Api.ApiId, Type: AWS_LAMBDA, LambdaConfig: { LambdaFunctionArn: !GetAtt ${fn}.Arn } } }
`;
  const sam = (type: string) => `
  Api: { Type: 'AWS::Serverless::GraphQLApi', Properties: { Auth: { Type: ${type} }, DataSources: { Lambda: { Ask: { FunctionArn: !GetAtt Agent.Arn } } } } }
`;
  expect(lines(graph('API_KEY', 'Agent'))).toEqual(
    found('Api Properties.AuthenticationType: whoever has seen the key'),
  );
  expect(lines(graph('AWS_IAM', 'Agent'))).toEqual([]);
  expect(lines(graph('API_KEY', 'Plain'))).toEqual([]);
  expect(lines(sam('API_KEY'))).toEqual(found('Api Properties.Auth.Type: whoever has seen the key'));
  expect(lines(sam('AWS_IAM'))).toEqual([]);
});

describe('a function that passes calls on to an agent of AgentCore', () => {
  const bridge = (action: string, door: string) => `
  DoorRole:
    Type: AWS::IAM::Role
    Properties: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: p, PolicyDocument: { Statement: [{ Effect: Allow, Action: '${action}', Resource: !Ref Unknown }] } }] }
  Door: { Type: 'AWS::Lambda::Function', Properties: { Role: !GetAtt DoorRole.Arn } }
${door}`;
  const url = (type: string) =>
    `  Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: !Ref Door, AuthType: ${type} } }\n`;

  test('is its door', () => {
    const invoke = 'bedrock-agentcore:InvokeAgentRuntime';
    expect(lines(bridge(invoke, url('NONE')))).toEqual(found('Url Properties.AuthType: anybody may call the function'));
    expect(lines(bridge(invoke, url('AWS_IAM')))).toEqual([]);
    const api = "  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Target: !GetAtt Door.Arn } }\n";
    expect(lines(bridge(invoke, api))).toEqual(found('Api Properties.Target'));
    expect(lines(bridge('dynamodb:GetItem', url('NONE') + api))).toEqual([]);
  });
});

test('an API that asks the model itself is found by its role', () => {
  const api = (type: string, role: string) => `
  Api: { Type: 'AWS::ApiGateway::RestApi', Properties: {} }
  Ask: { Type: 'AWS::ApiGateway::Method', Properties: { RestApiId: !Ref Api, HttpMethod: POST, AuthorizationType: ${type}, Integration: { Uri: 'arn:aws:apigateway:eu-west-1:bedrock-runtime:path/model/m/invoke', Credentials: !GetAtt ${role}.Arn } } }
`;
  expect(lines(api('NONE', 'Role'))).toEqual(found('Ask Properties.AuthorizationType'));
  expect(lines(api('AWS_IAM', 'Role'))).toEqual([]);
  expect(lines(api('NONE', 'PlainRole'))).toEqual([]);
});

test('a route leads by a name of Cloud Map to what is registered under it', () => {
  const app = (type: string, task: string) => `
  Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { TaskRoleArn: !GetAtt ${task}.Arn } }
  Name: { Type: 'AWS::ServiceDiscovery::Service', Properties: {} }
  Service: { Type: 'AWS::ECS::Service', Properties: { TaskDefinition: !Ref Task, ServiceRegistries: [{ RegistryArn: !GetAtt Name.Arn }] } }
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: HTTP } }
  To: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { ApiId: !Ref Api, IntegrationUri: !GetAtt Name.Arn } }
  Ask: { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId: !Ref Api, RouteKey: $default, AuthorizationType: ${type}, Target: !Sub 'integrations/\${To}' } }
`;
  expect(lines(app('NONE', 'Role'))).toEqual(found('Ask Properties.AuthorizationType'));
  expect(lines(app('JWT', 'Role'))).toEqual([]);
  expect(lines(app('NONE', 'PlainRole'))).toEqual([]);
});

test('a classic load balancer that faces the internet asks nobody', () => {
  const app = (front: string, more = '') => `
  Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [!Ref Role] } }
  Host: { Type: 'AWS::EC2::Instance', Properties: { IamInstanceProfile: !Ref Profile } }
  Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { SecurityGroupIngress: [{ IpProtocol: tcp, CidrIp: 0.0.0.0/0 }] } }
  Front: { Type: 'AWS::ElasticLoadBalancing::LoadBalancer', Properties: { SecurityGroups: [!Ref Group], ${front} } }
${more}`;
  expect(lines(app('Instances: [!Ref Host]'))).toEqual(
    found('Front Properties.Scheme: anybody on the internet reaches it'),
  );
  expect(lines(app('Instances: [!Ref Host], Scheme: internal'))).toEqual([]);
  expect(lines(app('Instances: [i-0123456789abcdef0]'))).toEqual([]);
  const hosts = `
  Template: { Type: 'AWS::EC2::LaunchTemplate', Properties: { LaunchTemplateData: { IamInstanceProfile: { Arn: !GetAtt Profile.Arn } } } }
  Hosts: { Type: 'AWS::AutoScaling::AutoScalingGroup', Properties: { LoadBalancerNames: [!Ref Front], LaunchTemplate: { LaunchTemplateId: !Ref Template } } }
`;
  expect(lines(app('Scheme: internet-facing', hosts))).toHaveLength(1);
});
