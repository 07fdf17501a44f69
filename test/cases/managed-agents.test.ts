import { checkAssembly } from '../../lib/checks/check-assembly';
import { Assembly } from '../../lib/template';
import { parseTemplate } from '../../lib/template/model/template-text';
import { parseYaml } from '../../lib/template/model/yaml';

/** Ids of the findings at a resource. */
function rulesAt(text: string, resource: string): string[] {
  const { body } = parseTemplate(text, parseYaml);
  const { findings } = checkAssembly(Assembly.of({ name: 'T.yaml', body, text }));
  return findings.filter((finding) => finding.resource === resource).map(({ ruleId }) => ruleId);
}

describe('T2-12: agents in managed runtimes', () => {
  test('a runtime on the public network, with a tag, and a role that also deletes', () => {
    const app = `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: bedrock-agentcore.amazonaws.com }, Action: 'sts:AssumeRole' }]
      Policies:
        - PolicyName: desk
          PolicyDocument:
            Statement:
              - { Effect: Allow, Action: 'bedrock:InvokeModel', Resource: 'arn:aws:bedrock:eu-west-1::foundation-model/example.model-v1:0' }
              - { Effect: Allow, Action: 'dynamodb:DeleteItem', Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders' }
  Desk:
    Type: AWS::BedrockAgentCore::Runtime
    Properties:
      AgentRuntimeName: desk
      RoleArn: !GetAtt Role.Arn
      AgentRuntimeArtifact: { ContainerConfiguration: { ContainerUri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/desk:latest' } }
      NetworkConfiguration: { NetworkMode: PUBLIC }
  Shell:
    Type: AWS::BedrockAgentCore::CodeInterpreterCustom
    Properties: { Name: shell, ExecutionRoleArn: !GetAtt Role.Arn, NetworkConfiguration: { NetworkMode: PUBLIC } }
`;
    expect(rulesAt(app, 'Desk')).toEqual(
      expect.arrayContaining(['NetworkManagedAgentInVpc', 'SandboxManagedImagePinned']),
    );
    expect(rulesAt(app, 'Shell')).toContain('NetworkManagedAgentInVpc');
    expect(rulesAt(app, 'Role')).toContain('LeastPrivilegeServiceTrustBounded');
  });

  test('an agent of Bedrock whose function deletes, and that asks nobody', () => {
    const app = `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: 'sts:AssumeRole' }]
      Policies:
        - PolicyName: orders
          PolicyDocument:
            Statement: [{ Effect: Allow, Action: 'dynamodb:DeleteItem', Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders' }]
  Orders:
    Type: AWS::Lambda::Function
    Properties: { Role: !GetAtt Role.Arn }
  Desk:
    Type: AWS::Bedrock::Agent
    Properties:
      AgentName: desk
      ActionGroups:
        - ActionGroupName: orders
          ActionGroupExecutor: { Lambda: !GetAtt Orders.Arn }
          FunctionSchema: { Functions: [{ Name: delete_order }] }
`;
    expect(rulesAt(app, 'Desk')).toEqual(expect.arrayContaining(['GateActionConfirmed', 'SandboxGuardrailAttached']));
  });
});
