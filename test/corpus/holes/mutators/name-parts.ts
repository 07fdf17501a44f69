import { CODE_BESIDE, type Named, type Namer, QUEUE_ELSEWHERE, ROLE_BESIDE } from './namer';

const trusts = ({ properties }: Named, service: string): boolean =>
  JSON.stringify(properties.AssumeRolePolicyDocument).includes(service);
const EVERYTHING = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
const RIGHTS = 'The part may do everything that its limits don’t forbid.';
export const ROLE: readonly Namer[] = [
  ['AWS::IAM::RolePolicy', RIGHTS, ({ ref }) => ({ RoleName: ref, PolicyName: 'a', PolicyDocument: EVERYTHING })],
  ['AWS::IAM::Policy', RIGHTS, ({ ref }) => ({ Roles: [ref], PolicyName: 'a', PolicyDocument: EVERYTHING })],
  ['AWS::IAM::ManagedPolicy', RIGHTS, ({ ref }) => ({ Roles: [ref], PolicyDocument: EVERYTHING })],
  [
    'AWS::Lambda::Function',
    'Other code runs with the part’s rights.',
    (named) =>
      trusts(named, 'lambda')
        ? { Role: named.arn, Runtime: 'nodejs22.x', Handler: 'index.handler', Code: CODE_BESIDE }
        : undefined,
  ],
  [
    'AWS::ECS::TaskDefinition',
    'Other code runs with the part’s rights.',
    (named) =>
      trusts(named, 'ecs-tasks')
        ? { TaskRoleArn: named.arn, ContainerDefinitions: [{ Name: 'c', Image: 'x' }] }
        : undefined,
  ],
  [
    'AWS::StepFunctions::StateMachine',
    'Another workflow runs with the part’s rights.',
    (named) =>
      trusts(named, 'states')
        ? { RoleArn: named.arn, Definition: { StartAt: 'A', States: { A: { Type: 'Succeed' } } } }
        : undefined,
  ],
];

export const API: readonly Namer[] = [
  [
    'AWS::ApiGateway::Method',
    'Anybody calls the API without a signature.',
    ({ ref }) => ({
      RestApiId: ref,
      ResourceId: 'abc123',
      HttpMethod: 'ANY',
      AuthorizationType: 'NONE',
      Integration: { Type: 'HTTP_PROXY', IntegrationHttpMethod: 'ANY', Uri: 'https://example.com' },
    }),
  ],
  [
    'AWS::ApiGateway::Stage',
    'A stage without limits or logs serves the API.',
    ({ ref }) => ({ RestApiId: ref, DeploymentId: 'd', StageName: 'b' }),
  ],
  [
    'AWS::ApiGateway::Deployment',
    'A stage without limits or logs serves the API.',
    ({ ref }) => ({ RestApiId: ref, StageName: 'b' }),
  ],
  [
    'AWS::ApiGateway::BasePathMapping',
    'The API gets an address in public.',
    ({ ref }) => ({ DomainName: 'api.example.com', RestApiId: ref, Stage: 'v1' }),
  ],
  [
    'AWS::ApiGateway::GatewayResponse',
    'Who is refused gets an answer of others.',
    ({ ref }) => ({ RestApiId: ref, ResponseType: 'ACCESS_DENIED', StatusCode: '200' }),
  ],
];

const STARTED = 'Others start the workflow.';
export const WORKFLOW: readonly Namer[] = [
  [
    'AWS::Events::Rule',
    STARTED,
    ({ ref }) => ({ ScheduleExpression: 'rate(1 minute)', Targets: [{ Id: 'a', Arn: ref, RoleArn: ROLE_BESIDE }] }),
  ],
  ['AWS::Pipes::Pipe', STARTED, ({ ref }) => ({ RoleArn: ROLE_BESIDE, Source: QUEUE_ELSEWHERE, Target: ref })],
  [
    'AWS::IoT::TopicRule',
    STARTED,
    ({ ref }) => ({
      TopicRulePayload: {
        Sql: "SELECT * FROM 'a'",
        Actions: [{ StepFunctions: { StateMachineName: ref, RoleArn: ROLE_BESIDE } }],
      },
    }),
  ],
  [
    'AWS::StepFunctions::StateMachine',
    STARTED,
    ({ ref }) => ({
      RoleArn: ROLE_BESIDE,
      Definition: {
        StartAt: 'A',
        States: {
          A: {
            Type: 'Task',
            Resource: 'arn:aws:states:::states:startExecution',
            Parameters: { StateMachineArn: ref },
            End: true,
          },
        },
      },
    }),
  ],
  [
    'AWS::StepFunctions::StateMachineVersion',
    'Its definition stays startable when it changes.',
    ({ ref }) => ({ StateMachineArn: ref }),
  ],
];

const OPEN_PLACE = { AwsvpcConfiguration: { Subnets: ['subnet-0'], AssignPublicIp: 'ENABLED' } };
export const TASK: readonly Namer[] = [
  [
    'AWS::ECS::Service',
    'The agent runs in another network.',
    ({ ref }) => ({ TaskDefinition: ref, LaunchType: 'FARGATE', DesiredCount: 1, NetworkConfiguration: OPEN_PLACE }),
  ],
  [
    'AWS::ECS::TaskSet',
    'The agent runs in another network.',
    ({ ref }) => ({ Cluster: 'c', Service: 's', TaskDefinition: ref, NetworkConfiguration: OPEN_PLACE }),
  ],
  [
    'AWS::Events::Rule',
    'The agent runs in another network.',
    ({ ref }) => ({
      ScheduleExpression: 'rate(1 day)',
      Targets: [
        {
          Id: 'a',
          Arn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/other',
          RoleArn: ROLE_BESIDE,
          EcsParameters: { TaskDefinitionArn: ref, LaunchType: 'FARGATE', NetworkConfiguration: OPEN_PLACE },
        },
      ],
    }),
  ],
];
export const CLUSTER: readonly Namer[] = [
  [
    'AWS::ECS::Service',
    'Other tasks run among the sessions.',
    ({ ref }) => ({ Cluster: ref, TaskDefinition: 'other', DesiredCount: 1, EnableExecuteCommand: true }),
  ],
  [
    'AWS::ECS::ClusterCapacityProviderAssociations',
    'Sessions may run on machines of others.',
    ({ ref }) => ({ Cluster: ref, CapacityProviders: ['machines'], DefaultCapacityProviderStrategy: [] }),
  ],
];
