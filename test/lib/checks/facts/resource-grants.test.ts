import { agentRole, yamlLines } from '../yaml-template';

/** What a resource's own policy allows the agent's role. */
describe('a resource’s own policy', () => {
  const FN = "\n  Agent: { Type: 'AWS::Lambda::Function', Properties: { Role: !GetAtt Role.Arn } }";
  const OTHER = "\n  Other: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } }";
  const app = (resources: string) => `${agentRole()}${FN}${OTHER}\n${resources}`;
  const key = (statement: string) =>
    app(
      `  Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: [{ Effect: Allow, Resource: '*', ${statement} }] } } }`,
    );
  const table = (statement: string) =>
    app(
      `  Orders: { Type: 'AWS::DynamoDB::Table', Properties: { ResourcePolicy: { PolicyDocument: { Statement: [{ Effect: Allow, Resource: '*', ${statement} }] } } } }`,
    );
  const AGENT = 'Principal: { AWS: !GetAtt Role.Arn }';

  test('may not let it delete, or everything', () => {
    const at = 'Orders Properties.ResourcePolicy.PolicyDocument.Statement[0].Action: allows';
    expect(yamlLines('SandboxModelCallerBounded', table(`${AGENT}, Action: 'dynamodb:DeleteItem'`))).toEqual([
      expect.stringContaining(at),
    ]);
    expect(yamlLines('LeastPrivilegeNoWildcard', table(`${AGENT}, Action: 'dynamodb:*'`))).toEqual([
      expect.stringContaining(at),
    ]);
    expect(yamlLines('LeastPrivilegeNoWildcard', table(`${AGENT}, NotAction: 'dynamodb:DeleteTable'`))).toHaveLength(1);
    expect(
      yamlLines('SandboxModelCallerBounded', table(`${AGENT}, Action: ['dynamodb:GetItem', 'dynamodb:PutItem']`)),
    ).toEqual([]);
    expect(yamlLines('LeastPrivilegeNoWildcard', table(`${AGENT}, Action: 'dynamodb:Get*'`))).toEqual([]);
  });

  test('may not let it change the policy itself', () => {
    const lines = (statement: string) => yamlLines('LeastPrivilegeNoEscalation', key(statement));
    expect(lines(`${AGENT}, Action: ['kms:Decrypt', 'kms:PutKeyPolicy']`)).toEqual([
      expect.stringMatching(/^Key Properties.KeyPolicy.Statement\[0\].Action: allows the agent .*kms:PutKeyPolicy/),
    ]);
    expect(lines(`${AGENT}, Action: ['kms:Decrypt', 'kms:GenerateDataKey*']`)).toEqual([]);
  });

  test('may say so by a condition on everybody, or by the role’s name', () => {
    const lines = (statement: string) =>
      yamlLines('LeastPrivilegeNoEscalation', key(`${statement}, Action: 'kms:PutKeyPolicy'`));
    expect(lines("Principal: '*', Condition: { ArnEquals: { aws:PrincipalArn: !GetAtt Role.Arn } }")).toHaveLength(1);
    expect(lines("Principal: '*', Condition: { ArnEquals: { aws:PrincipalArn: !GetAtt Other.Arn } }")).toEqual([]);
    expect(lines('Principal: { AWS: [!GetAtt Other.Arn, !GetAtt Role.Arn] }')).toHaveLength(1);
  });

  test('of others, of the account, or a denial is left alone', () => {
    const lines = (statement: string) =>
      ['LeastPrivilegeNoWildcard', 'LeastPrivilegeNoEscalation', 'SandboxModelCallerBounded'].flatMap((id) =>
        yamlLines(id, key(statement)),
      );
    expect(lines("Principal: { AWS: !GetAtt Other.Arn }, Action: 'kms:*'")).toEqual([]);
    expect(lines("Principal: { AWS: !Sub 'arn:aws:iam::$" + "{AWS::AccountId}:root' }, Action: 'kms:*'")).toEqual([]);
    expect(lines("NotPrincipal: { AWS: !GetAtt Role.Arn }, Action: 'kms:*'")).toEqual([]);
    expect(lines("Principal: { AWS: !GetAtt Role.Arn }, Action: 'kms:Decrypt'")).toEqual([]);
  });

  test('of a function is its permission', () => {
    const permission = (action: string) =>
      app(`  Pay: { Type: 'AWS::Lambda::Function', Properties: { Role: !GetAtt Other.Arn } }
  Allow: { Type: 'AWS::Lambda::Permission', Properties: { FunctionName: !Ref Pay, Principal: !GetAtt Role.Arn, Action: '${action}' } }`);
    expect(yamlLines('LeastPrivilegeNoEscalation', permission('lambda:UpdateFunctionCode'))).toEqual([
      expect.stringContaining('Allow Properties.Action: allows the agent'),
    ]);
    expect(yamlLines('LeastPrivilegeNoEscalation', permission('lambda:InvokeFunction'))).toEqual([]);
    expect(yamlLines('LeastPrivilegeNoWildcard', permission('lambda:*'))).toEqual([
      expect.stringContaining('Allow Properties.Action: allows lambda:*'),
    ]);
  });

  test('unknown action can’t be proven', () => {
    const lines = yamlLines(
      'LeastPrivilegeNoWildcard',
      key(`${AGENT}, Action: !Ref Unknown`),
      'Parameters: { Unknown: { Type: String } }',
    );
    expect(lines).toEqual([expect.stringContaining("can't be proven")]);
  });
});

describe('an entry of the agent’s role in a cluster', () => {
  const lines = (policies: string, principal = '!GetAtt Role.Arn') =>
    yamlLines(
      'LeastPrivilegeNoEscalation',
      `${agentRole()}
  Pods: { Type: 'AWS::EKS::PodIdentityAssociation', Properties: { ClusterName: c, Namespace: n, ServiceAccount: s, RoleArn: !GetAtt Role.Arn } }
  Entry: { Type: 'AWS::EKS::AccessEntry', Properties: { ClusterName: c, PrincipalArn: ${principal}, AccessPolicies: [${policies}] } }`,
      'Parameters: { Unknown: { Type: String } }',
    );
  const policy = (name: string, scope: string) =>
    `{ PolicyArn: 'arn:aws:eks::aws:cluster-access-policy/${name}', AccessScope: { Type: ${scope} } }`;

  test('may view, or change one namespace', () => {
    expect(lines(policy('AmazonEKSViewPolicy', 'cluster'))).toEqual([]);
    expect(lines(policy('AmazonEKSEditPolicy', 'namespace'))).toEqual([]);
    expect(lines('')).toEqual([]);
  });

  test('may not administrate the whole', () => {
    for (const name of [
      'AmazonEKSClusterAdminPolicy',
      'AmazonEKSAdminPolicy',
      'AmazonEKSEditPolicy',
      'AmazonEKSAdminViewPolicy',
    ]) {
      expect(lines(policy(name, 'cluster'))).toEqual([
        expect.stringContaining(`Entry Properties.AccessPolicies[0]: ${name}`),
      ]);
    }
    expect(lines(policy('AmazonEKSClusterAdminPolicy', 'cluster'), 'arn:aws:iam::111122223333:role/people')).toEqual(
      [],
    );
  });

  test('with an unknown policy can’t be proven', () => {
    expect(lines('{ PolicyArn: !Ref Unknown, AccessScope: { Type: cluster } }')).toEqual([
      expect.stringContaining("can't be proven"),
    ]);
  });
});
