import { attackPathsOf } from '../../../bin/check/attack-paths';
import { OPENED_BY_RULE } from '../../../bin/check/opened';
import { checkAssembly } from '../../../lib/checks/check-assembly';
import { RULES } from '../../../lib/checks/rules';
import { Assembly } from '../../../lib/template';
import { parseTemplate } from '../../../lib/template/model/template-text';
import { parseYaml } from '../../../lib/template/model/yaml';

/** Another rule would add what it opens to the paths below. */
const RULES_HERE = RULES.filter(({ id }) =>
  [
    'LeastPrivilegeNoWildcard',
    'SandboxModelCallerBounded',
    'NetworkNoRouteOut',
    'NetworkNoOpenGroup',
    'NetworkDnsFirewalled',
    'SecretsOneReader',
  ].includes(id),
);

function paths(template: string) {
  const assembly = Assembly.of({ name: 'app.yaml', text: template, ...parseTemplate(template, parseYaml) });
  return attackPathsOf(assembly, checkAssembly(assembly, RULES_HERE).findings, RULES);
}

const lines = (template: string) => paths(template).map(({ steps }) => steps.join(' → '));

/** A function that calls a model, with one more statement. */
function agent(name: string, statement: string): string {
  return `
  ${name}Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]}
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: 'bedrock:InvokeModel', Resource: 'arn:aws:bedrock:eu-west-1::foundation-model/m'}
              - {Effect: Allow, ${statement}}
  ${name}:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt ${name}Role.Arn, Code: {ZipFile: x}, Handler: index.handler, Runtime: nodejs22.x}`;
}

const ANY_BUCKET = "Action: 's3:*', Resource: '*'";

test.each([
  ['no caller in the template', '', ''],
  [
    'a queue',
    'Q: {Type: AWS::SQS::Queue}\n  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Triage, EventSourceArn: !GetAtt Q.Arn}}',
    'queue Q → ',
  ],
  [
    'a queue from elsewhere',
    'M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Triage, EventSourceArn: "arn:aws:sqs:eu-west-1:111122223333:q"}}',
    'an event source → ',
  ],
  [
    'a function URL without a signature',
    'U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt Triage.Arn, AuthType: NONE}}',
    'anyone (function URL) → ',
  ],
  [
    'a function URL with one',
    'U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt Triage.Arn, AuthType: AWS_IAM}}',
    'IAM callers (function URL) → ',
  ],
  [
    'a bucket, by its notification and by its permission',
    `B: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {LambdaConfigurations: [{Event: 's3:ObjectCreated:*', Function: !GetAtt Triage.Arn}]}}}
  P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Triage, Action: 'lambda:InvokeFunction', Principal: s3.amazonaws.com, SourceArn: !GetAtt B.Arn}}`,
    'bucket B → ',
  ],
  [
    'a schedule',
    'S: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day), Targets: [{Id: t, Arn: !GetAtt Triage.Arn}]}}',
    'schedule S → ',
  ],
  [
    'events',
    'S: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [x]}, Targets: [{Id: t, Arn: !GetAtt Triage.Arn}]}}',
    'event rule S → ',
  ],
  [
    'an API without authorization, through an alias',
    `Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: a}}
  Live: {Type: AWS::Lambda::Alias, Properties: {Name: live, FunctionName: !Ref Triage, FunctionVersion: '1'}}
  P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Live, Action: 'lambda:InvokeFunction', Principal: apigateway.amazonaws.com, SourceArn: !Sub 'arn:aws:execute-api:eu-west-1:111122223333:\${Api}/*'}}
  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: POST, AuthorizationType: NONE, Integration: {Type: AWS_PROXY, Uri: !Sub 'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/\${Live}/invocations'}}}`,
    'anyone (API Api) → ',
  ],
  [
    'an API with IAM',
    `Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: a}}
  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: POST, AuthorizationType: AWS_IAM, Integration: {Type: AWS_PROXY, Uri: !Sub 'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/\${Triage.Arn}/invocations'}}}`,
    'API Api → ',
  ],
  [
    'an HTTP API',
    `Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: a, ProtocolType: HTTP}}
  I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Triage.Arn}}
  R: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: $default, Target: !Sub 'integrations/\${I}'}}`,
    'anyone (API Api) → ',
  ],
  [
    'a permission for everybody',
    'P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Triage, Action: "lambda:InvokeFunction", Principal: "*"}}',
    'anyone (permission to invoke) → ',
  ],
  [
    'a permission for an organization',
    'P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Triage, Action: "lambda:InvokeFunction", Principal: "*", PrincipalOrgID: o-1}}',
    'callers of other accounts → ',
  ],
  [
    'a permission for a service',
    'P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Triage, Action: "lambda:InvokeFunction", Principal: ses.amazonaws.com}}',
    'ses.amazonaws.com → ',
  ],
  [
    'another function of the app',
    'X: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {F: !Ref Triage}}}}',
    '',
  ],
])('an agent that is called by %s', (_, resources, entrance) => {
  const found = lines(`Resources:${agent('Triage', ANY_BUCKET)}\n  ${resources}\n`);
  expect(found[0]).toBe(`${entrance}Lambda agent Triage → s3:* on any bucket`);
});

test('events of an AWS SAM function', () => {
  const template = `Transform: AWS::Serverless-2016-10-31
Resources:
  Triage:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      Events:
        Mail: {Type: SQS, Properties: {Queue: 'arn:aws:sqs:eu-west-1:111122223333:mail'}}
        Post: {Type: HttpApi, Properties: {ApiId: !Ref Desk, Path: /, Method: post}}
      Policies: [{Statement: [{Effect: Allow, Action: ['bedrock:InvokeModel', 's3:*'], Resource: '*'}]}]
  Desk: {Type: AWS::Serverless::HttpApi}
`;
  expect(lines(template)[0]).toMatch(
    /^queue Mail, API Desk → Lambda agent Triage → bedrock:InvokeModel, s3:\* on any resource/,
  );
});

test.each([
  ['internet-facing', 'forward', 'anyone (load balancer Front)'],
  ['internal', 'forward', 'load balancer Front'],
  ['internet-facing', 'authenticate-oidc', 'load balancer Front'],
])('an agent behind a load balancer that is %s, with the action %s', (scheme, action, entrance) => {
  const template = `Resources:
  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com}, Action: 'sts:AssumeRole'}]}, Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Action: ['bedrock:InvokeModel', 's3:*'], Resource: '*'}]}}]}}
  Task: {Type: AWS::ECS::TaskDefinition, Properties: {TaskRoleArn: !GetAtt Role.Arn, ContainerDefinitions: [{Name: c, Image: i}]}}
  Service: {Type: AWS::ECS::Service, Properties: {TaskDefinition: !Ref Task, LoadBalancers: [{ContainerName: c, ContainerPort: 80, TargetGroupArn: !Ref Group}]}}
  Group: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Front: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Scheme: ${scheme}}}
  Listener: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref Front, DefaultActions: [{Type: ${action}, TargetGroupArn: !Ref Group}]}}
`;
  expect(lines(template)[0]).toMatch(new RegExp(`^${entrance.replace(/[()]/g, '.')} → ECS agent Task → `));
});

test.each([
  ["Action: '*', Resource: '*'", 'every action on any resource'],
  ["NotAction: ['iam:*'], Resource: '*'", 'everything but iam:* on any resource'],
  ["Action: ['s3:Get*', 'sqs:*'], Resource: '*'", 's3:Get*, sqs:* on any resource'],
  ["Action: ['a:1', 'b:2', 'c:3', 'd:4'], Resource: '*'", 'a:1, b:2, c:3, … on any resource'],
  [
    `Action: 'dynamodb:DeleteItem', Resource: !Sub 'arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/orders'`,
    'dynamodb:DeleteItem on dynamodb table/orders',
  ],
  ["Action: 'dynamodb:DeleteItem', Resource: !GetAtt Orders.Arn", 'dynamodb:DeleteItem on table Orders'],
  ["Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::*'", 's3:DeleteObject on any bucket'],
])('what the right {%s} opens', (statement, opened) => {
  const [first] = lines(`Resources:${agent('Triage', statement)}\n  Orders: {Type: AWS::DynamoDB::Table}\n`);
  expect(first).toBe(`Lambda agent Triage → ${opened}`);
});

test('the worst path is first, and what concerns no agent is last', () => {
  const template = `Resources:${agent('Named', "Action: 'dynamodb:*', Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/t'")}${agent('Wide', ANY_BUCKET)}${agent('Open', ANY_BUCKET)}
  U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt Open.Arn, AuthType: NONE}}
  Other: {Type: AWS::SecretsManager::Secret}
`;
  const found = paths(template);
  expect(found.map(({ steps }) => steps.join(' → ').replace(/ → s3.*| → dynamo.*/, ''))).toEqual([
    'anyone (function URL) → Lambda agent Open',
    'Lambda agent Wide',
    'Lambda agent Named',
    '',
  ]);
  expect(found.at(-1)?.findings.map(({ resource }) => resource)).toEqual(['Other']);
  const checked = checkAssembly(Assembly.of({ name: 'app.yaml', ...parseTemplate(template, parseYaml) }), RULES_HERE);
  expect(found.flatMap(({ findings }) => findings)).toHaveLength(checked.findings.length);
});

test('findings in a network concern the agents in it, and name all of them; a neighbour’s policy doesn’t', () => {
  const inVpc = (name: string) =>
    agent(name, "Action: 'execute-api:Invoke', Resource: 'arn:aws:execute-api:eu-west-1:111122223333:a/*'").replace(
      'Code: {ZipFile: x}',
      'Code: {ZipFile: x}, VpcConfig: {SubnetIds: [!Ref Subnet], SecurityGroupIds: [!GetAtt Group.GroupId]}',
    );
  const template = `Resources:${inVpc('One')}${inVpc('Two')}
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Vpc, GroupDescription: g, SecurityGroupEgress: [{IpProtocol: '-1', CidrIp: 0.0.0.0/0}]}}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Association: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Subnet, RouteTableId: !Ref Table}}
  Route: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat-1}}
  NeighbourRole: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: []}, Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]}}]}}
  Neighbour: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt NeighbourRole.Arn, VpcConfig: {SubnetIds: [!Ref Subnet], SecurityGroupIds: [!GetAtt Group.GroupId]}}}
`;
  const found = paths(template);
  const shared = found.find(({ steps }) => steps.includes('Lambda agent One, Lambda agent Two'));
  expect(shared?.steps.at(-1)).toMatch(/^a route out of its network, .*public addresses$/);
  expect(shared?.findings.map(({ resource }) => resource)).toEqual(expect.arrayContaining(['Route', 'Group']));
  const none = found.find(({ steps }) => steps.length === 0);
  expect(none?.findings.map(({ resource }) => resource)).toEqual(expect.arrayContaining(['NeighbourRole']));
});

test('without a finding there is no path', () => expect(paths('Resources: {}')).toEqual([]));

test('what is said of a rule is of a rule that exists', () =>
  expect(RULES.map(({ id }) => id)).toEqual(expect.arrayContaining(Object.keys(OPENED_BY_RULE))));
