import { agentsOf, possibleAgentsOf } from '../../../../lib/checks/facts/workloads';
import { Assembly } from '../../../../lib/template';
import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';

const MODEL = 'arn:aws:bedrock:eu-west-1::foundation-model/one';
const FOUNDATION = 'arn:aws:bedrock:eu-west-1::foundation-model/';
const EMBEDS = `${FOUNDATION}cohere.embed-v4:0`;
const ROLE_ARN = { 'Fn::GetAtt': ['Role', 'Arn'] };

function statements(...all: JsonObject[]): JsonObject {
  return { Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: all } }] };
}

function allow(Action: JsonValue, Resource: JsonValue = MODEL): JsonObject {
  return { Effect: 'Allow', Action, Resource };
}

const CALLS_MODEL = statements(allow('bedrock:InvokeModel'));
const FUNCTION = { Type: 'AWS::Lambda::Function', Properties: { Role: ROLE_ARN } };

function role(properties: JsonObject): JsonObject {
  return { Role: { Type: 'AWS::IAM::Role', Properties: properties } };
}

function assemblyOf(resources: JsonObject, around: JsonObject = {}): Assembly {
  return Assembly.of({ name: 'T.template.json', body: { ...around, Resources: resources } });
}

/** `kind LogicalId`, with `?` where it can't be proven. */
function agents(resources: JsonObject, around?: JsonObject): string[] {
  return possibleAgentsOf(assemblyOf(resources, around)).map(
    ({ kind, resource, unproven }) => `${kind} ${resource.logicalId}${unproven === undefined ? '' : '?'}`,
  );
}

describe('a role that may call a model, by meaning', () => {
  const withRole = (properties: JsonObject, beside: JsonObject = {}): string[] =>
    agents({ ...role(properties), Work: FUNCTION, ...beside });
  const FOUND = ['Lambda function Work'];
  const UNPROVEN = ['Lambda function Work?'];

  test.each<[string, JsonObject]>([
    ['by name', CALLS_MODEL],
    ['in capitals', statements(allow('BEDROCK:invokemodel'))],
    ['a wildcard in the service', statements(allow('b*:InvokeModel'))],
    ['one unknown letter', statements(allow('?edrock:InvokeModel'))],
    ['a wildcard after the name', statements(allow('bedrock:Invoke*', '*'))],
    ['everything', statements(allow('*', '*'))],
    ['everything except IAM', statements({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })],
    ['every resource except some', statements({ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::one/*' })],
    ['an agent', statements(allow('bedrock:InvokeAgent', '*'))],
    ['a batch of calls', statements(allow('bedrock:CreateModelInvocationJob', '*'))],
    [
      'a condition that may hold',
      statements({ ...allow('bedrock:InvokeModel'), Condition: { Bool: { 'x:y': 'true' } } }),
    ],
    ['an AWS managed policy', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonBedrockFullAccess'] }],
    [
      'an AWS managed policy in any partition',
      { ManagedPolicyArns: [{ 'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/PowerUserAccess` }] },
    ],
    ['a model that embeds, and another', statements(allow('bedrock:InvokeModel', [EMBEDS, MODEL]))],
    [
      'a model whose name begins like one that embeds',
      statements(allow('bedrock:InvokeModel', `${FOUNDATION}*embed*`)),
    ],
    [
      'every model but one that embeds',
      statements({ Effect: 'Allow', Action: 'bedrock:InvokeModel', NotResource: EMBEDS }),
    ],
    [
      'a Deny of one model only',
      statements(allow('bedrock:InvokeModel', '*'), { Effect: 'Deny', Action: '*', Resource: `${MODEL}-other` }),
    ],
  ])('%s', (_name, properties) => expect(withRole(properties)).toEqual(FOUND));

  test.each<[string, JsonObject]>([
    ['listing models', statements(allow('bedrock:ListFoundationModels', '*'))],
    ['a model that embeds', statements(allow('bedrock:InvokeModel', `${FOUNDATION}amazon.titan-embed-text-v2:0`))],
    [
      'models that embed and rank, in the own region',
      statements(
        allow('bedrock:InvokeModel', [
          { 'Fn::Sub': `arn:\${AWS::Partition}:bedrock:\${AWS::Region}::foundation-model/cohere.embed-v4:0` },
          { 'Fn::Sub': `arn:\${AWS::Partition}:bedrock:\${AWS::Region}::foundation-model/cohere.rerank-v3-5:0` },
        ]),
      ),
    ],
    ['everything on a bucket', statements(allow('*', 'arn:aws:s3:::one/*'))],
    ['a model action on a bucket', statements(allow('bedrock:InvokeModel', 'arn:aws:s3:::one'))],
    [
      'everything except Bedrock',
      statements({ Effect: 'Allow', NotAction: ['bedrock*:*', 'qbusiness:*'], Resource: '*' }),
    ],
    [
      'a Deny of everything of Bedrock',
      statements(allow('bedrock:*', '*'), { Effect: 'Deny', Action: 'bedrock:*', Resource: '*' }),
    ],
    ['its own log', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'] }],
    ['another administrator', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonAPIGatewayAdministrator'] }],
    [
      'an unknown policy under a Deny of everything else',
      {
        ...statements({ Effect: 'Deny', NotAction: 's3:GetObject', Resource: '*' }),
        ManagedPolicyArns: ['arn:aws:iam::111122223333:policy/own'],
      },
    ],
  ])('no model caller: %s', (_name, properties) => expect(withRole(properties)).toEqual([]));

  test('a permissions boundary counts', () => {
    const boundary = (Action: string): JsonObject => ({
      Most: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: [allow(Action, '*')] } } },
    });
    const bounded = { ...statements(allow('*', '*')), PermissionsBoundary: { Ref: 'Most' } };
    expect(withRole(bounded, boundary('s3:*'))).toEqual([]);
    expect(withRole(bounded, boundary('bedrock:*'))).toEqual(FOUND);
  });

  test.each<[string, JsonObject]>([
    ['a policy of the account', { ManagedPolicyArns: ['arn:aws:iam::111122223333:policy/DenyBedrockGuard'] }],
    ['an AWS managed policy that nobody knows', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/Invented'] }],
    ['an imported policy', { ManagedPolicyArns: [{ 'Fn::ImportValue': 'elsewhere' }] }],
    ['an unknown action', statements(allow({ Ref: 'Unknown' }, '*'))],
  ])("can't be proven: %s", (_name, properties) => {
    expect(agents({ ...role(properties), Work: FUNCTION }, { Parameters: { Unknown: { Type: 'String' } } })).toEqual(
      UNPROVEN,
    );
  });

  test.each<[string, JsonValue]>([
    ['imported', { 'Fn::ImportValue': 'role' }],
    ['a parameter', { Ref: 'Unknown' }],
    ['by its ARN', 'arn:aws:iam::111122223333:role/elsewhere'],
  ])("a role from elsewhere can't be proven: %s", (_name, Role) => {
    const work = { Work: { Type: 'AWS::Lambda::Function', Properties: { Role } } };
    expect(agents(work, { Parameters: { Unknown: { Type: 'String' } } })).toEqual(UNPROVEN);
    expect(agentsOf(assemblyOf(work, { Parameters: { Unknown: { Type: 'String' } } }))).toEqual([]);
  });
});

describe('on any compute', () => {
  test.each<[kind: string, type: string, properties: JsonObject]>([
    ['Lambda function', 'AWS::Lambda::Function', { Role: ROLE_ARN }],
    ['ECS task', 'AWS::ECS::TaskDefinition', { TaskRoleArn: ROLE_ARN }],
    ['ECS task', 'AWS::ECS::ExpressGatewayService', { TaskRoleArn: ROLE_ARN }],
    ['EC2 instance', 'AWS::EC2::Instance', { IamInstanceProfile: { Ref: 'Profile' } }],
    ['EC2 instance', 'AWS::EC2::Instance', { IamInstanceProfile: 'named' }],
    [
      'EC2 instance',
      'AWS::EC2::LaunchTemplate',
      { LaunchTemplateData: { IamInstanceProfile: { Arn: { 'Fn::GetAtt': ['Profile', 'Arn'] } } } },
    ],
    ['EKS pod', 'AWS::EKS::PodIdentityAssociation', { RoleArn: ROLE_ARN }],
    ['EKS node', 'AWS::EKS::Nodegroup', { NodeRole: ROLE_ARN }],
    ['state machine', 'AWS::StepFunctions::StateMachine', { RoleArn: ROLE_ARN }],
    ['Batch job', 'AWS::Batch::JobDefinition', { ContainerProperties: { JobRoleArn: ROLE_ARN } }],
    ['Batch job', 'AWS::Batch::JobDefinition', { EcsProperties: { TaskProperties: [{ TaskRoleArn: ROLE_ARN }] } }],
    ['App Runner service', 'AWS::AppRunner::Service', { InstanceConfiguration: { InstanceRoleArn: ROLE_ARN } }],
    ['SageMaker workload', 'AWS::SageMaker::NotebookInstance', { RoleArn: ROLE_ARN }],
    ['Glue job', 'AWS::Glue::Job', { Role: { Ref: 'Role' } }],
    ['CodeBuild project', 'AWS::CodeBuild::Project', { ServiceRole: ROLE_ARN }],
    ['AppSync data source', 'AWS::AppSync::DataSource', { ServiceRoleArn: ROLE_ARN }],
  ])('%s: %s', (kind, type, properties) => {
    const profile = {
      Type: 'AWS::IAM::InstanceProfile',
      Properties: { InstanceProfileName: 'named', Roles: [{ Ref: 'Role' }] },
    };
    const app = (rights: JsonObject): JsonObject => ({
      ...role(rights),
      Profile: profile,
      Work: { Type: type, Properties: properties },
    });
    expect(agents(app(CALLS_MODEL))).toEqual([`${kind} Work`]);
    expect(agents(app(statements(allow('s3:GetObject', 'arn:aws:s3:::one/*'))))).toEqual([]);
  });

  test('a pod that takes on the role by its service account', () => {
    const trusting = (provider: JsonValue, sub: string): JsonObject => ({
      ...CALLS_MODEL,
      AssumeRolePolicyDocument: {
        Statement: {
          Effect: 'Allow',
          Action: 'sts:AssumeRoleWithWebIdentity',
          Principal: { Federated: provider },
          Condition: { StringEquals: { 'issuer:sub': sub } },
        },
      },
    });
    const oidc = 'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ONE';
    expect(agents(role(trusting(oidc, 'x')))).toEqual(['EKS pod Role']);
    expect(agents(role(trusting({ 'Fn::ImportValue': 'x' }, 'system:serviceaccount:one:two')))).toEqual([
      'EKS pod Role',
    ]);
    expect(agents(role(trusting('cognito-identity.amazonaws.com', 'x')))).toEqual([]);
    expect(
      agents(role(trusting('arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com', 'x'))),
    ).toEqual([]);
  });

  test.each([
    ['Bedrock agent', 'AWS::Bedrock::Agent'],
    ['Bedrock flow', 'AWS::Bedrock::Flow'],
    ['AgentCore runtime', 'AWS::BedrockAgentCore::Runtime'],
    ['AgentCore harness', 'AWS::BedrockAgentCore::Harness'],
    ['AgentCore code interpreter', 'AWS::BedrockAgentCore::CodeInterpreterCustom'],
    ['AgentCore browser', 'AWS::BedrockAgentCore::BrowserCustom'],
    ['AgentCore gateway', 'AWS::BedrockAgentCore::Gateway'],
    ['AgentCore memory', 'AWS::BedrockAgentCore::Memory'],
  ])('%s, whatever its role', (kind, Type) => expect(agents({ Work: { Type } })).toEqual([`${kind} Work`]));

  test('a state that calls a model, whatever its role', () => {
    const machine = (Resource: string): JsonObject => ({
      Work: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          RoleArn: ROLE_ARN,
          DefinitionString: JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Task', Resource, End: true } } }),
        },
      },
      ...role({}),
    });
    expect(agents(machine('arn:aws:states:::bedrock:invokeModel'))).toEqual(['state machine Work']);
    expect(agents(machine('arn:aws:states:::aws-sdk:bedrockruntime:converse'))).toEqual(['state machine Work']);
    expect(agents(machine('arn:aws:states:::dynamodb:putItem'))).toEqual([]);
  });

  test('a function that SAM makes', () => {
    const app = { Work: { Type: 'AWS::Serverless::Function', Properties: { Policies: ['AmazonBedrockFullAccess'] } } };
    expect(agents(app, { Transform: 'AWS::Serverless-2016-10-31' })).toEqual(['Lambda function Work']);
  });
});

describe('a model of another provider', () => {
  const withVariable = (name: string, value: JsonValue = 'x'): string[] =>
    agents({
      ...role({}),
      Work: {
        Type: 'AWS::Lambda::Function',
        Properties: { Role: ROLE_ARN, Environment: { Variables: { [name]: value } } },
      },
    });

  test.each([
    'OPENAI_API_KEY',
    'AZURE_OPENAI_ENDPOINT',
    'PROD_ANTHROPIC_API_KEY_ARN',
    'GEMINI_API_KEY',
    'GOOGLE_API_KEY',
    'MISTRAL_API_KEY',
    'COHERE_API_KEY',
    'GROQ_API_KEY',
    'openAiApiKey',
    'LLM_BASE_URL',
  ])('the variable %s', (name) => expect(withVariable(name)).toEqual(['Lambda function Work']));

  test.each(['GOOGLE_MAPS_API_KEY', 'OPENSEARCH_ENDPOINT', 'API_KEY', 'MODEL_BUCKET', 'OPENAIR_KEY', 'CLAUDETTE_URL'])(
    'not the variable %s',
    (name) => expect(withVariable(name)).toEqual([]),
  );

  test('a host of theirs', () => {
    expect(withVariable('TARGET', 'https://api.openai.com/v1')).toEqual(['Lambda function Work']);
    expect(withVariable('TARGET', 'https://one.openai.azure.com')).toEqual(['Lambda function Work']);
    expect(withVariable('TARGET', 'https://api.openai.com.example.net')).toEqual([]);
    expect(withVariable('TARGET', 'https://myapi.openai.community')).toEqual([]);
  });

  test('a secret handed to a container, and one that the role may read', () => {
    const container = {
      Secrets: [{ Name: 'ANTHROPIC_API_KEY', ValueFrom: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:x' }],
    };
    expect(
      agents({ Work: { Type: 'AWS::ECS::TaskDefinition', Properties: { ContainerDefinitions: [container] } } }),
    ).toEqual(['ECS task Work']);
    const reading = (secret: JsonValue): string[] =>
      agents({
        ...role(statements(allow('secretsmanager:GetSecretValue', secret))),
        Work: FUNCTION,
        OpenAiKey: { Type: 'AWS::SecretsManager::Secret', Properties: {} },
        Other: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'crm' } },
      });
    expect(reading('arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/openai-??????')).toEqual([
      'Lambda function Work',
    ]);
    expect(reading({ Ref: 'OpenAiKey' })).toEqual(['Lambda function Work']);
    expect(reading({ Ref: 'Other' })).toEqual([]);
  });
});
