import { agentRole, yamlLines } from '../yaml-template';

describe('GateKnowledgeGuarded: what an agent follows', () => {
  const at = (suffix: string, action = 's3:PutObject') =>
    `{ Effect: Allow, Action: '${action}', Resource: !Sub '\${Files.Arn}${suffix}' }`;
  const app = (statement: string, agent: string) => `${agentRole(statement)}
  Files: { Type: 'AWS::S3::Bucket' }
${agent}`;
  const fn = (properties: string) =>
    `  Agent: { Type: 'AWS::Lambda::Function', Properties: { Role: !GetAtt Role.Arn, ${properties} } }`;
  const reads = (variable: string, value = '!Ref Files') => fn(`Environment: { Variables: { ${variable}: ${value} } }`);
  const lines = (resources: string) => yamlLines('GateKnowledgeGuarded', resources);
  const STATEMENT = 'Role Properties.Policies[0].PolicyDocument.Statement[1]: the agent Agent may write ';

  test.each(['PROMPT_BUCKET', 'SYSTEM_PROMPTS', 'SKILLS_BUCKET', 'AGENT_INSTRUCTIONS_BUCKET'])(
    'it may not write the bucket in %s',
    (name) => {
      expect(lines(app(at('/*'), reads(name)))).toEqual([`${STATEMENT}what Agent follows (${name})`]);
      expect(lines(app(at('/*', 's3:GetObject'), reads(name)))).toEqual([]);
    },
  );

  test.each(['DRAFTS', 'BUCKET', 'PROMPT_LOG_BUCKET', 'MAX_TOKENS', 'PROMPTLY'])(
    'the bucket in %s is its own to write',
    (name) => {
      expect(lines(app(at('/*'), reads(name)))).toEqual([]);
    },
  );

  test('beside its prompts in the same bucket it may write', () => {
    const prompts = reads('PROMPTS', "!Sub 's3://$" + "{Files}/prompts/'");
    expect(lines(app(at('/drafts/*'), prompts))).toEqual([]);
    expect(lines(app(at('/prompts/*'), prompts))).toHaveLength(1);
    expect(lines(app(at('/*'), prompts))).toHaveLength(1);
    expect(lines(app(at('/p*'), prompts))).toHaveLength(1);
  });

  test('it may not write its own code', () => {
    const code = fn('Code: { S3Bucket: !Ref Files, S3Key: agent.zip }');
    expect(lines(app(at('/*'), code))).toEqual([`${STATEMENT}the code of Agent`]);
    expect(lines(app(at('/notes/*'), code))).toEqual([]);
  });

  test('a runtime may not write its code, unless one version is named', () => {
    const runtime = (version: string) =>
      `  Agent: { Type: 'AWS::BedrockAgentCore::Runtime', Properties: { RoleArn: !GetAtt Role.Arn, AgentRuntimeArtifact: { CodeConfiguration: { Code: { S3: { Bucket: !Ref Files, Prefix: a.zip${version} } } } } } }`;
    expect(lines(app(at('/*'), runtime('')))).toEqual([`${STATEMENT}the code of Agent`]);
    expect(lines(app(at('/*'), runtime(', VersionId: v1')))).toEqual([]);
  });

  test('a Bedrock agent may not write the schema of its actions, nor a flow its definition', () => {
    const desk =
      "  Agent: { Type: 'AWS::Bedrock::Agent', Properties: { AgentResourceRoleArn: !GetAtt Role.Arn, ActionGroups: [{ ApiSchema: { S3: { S3BucketName: !Ref Files, S3ObjectKey: a.yaml } } }] } }";
    expect(lines(app(at('/*'), desk))).toEqual([`${STATEMENT}the schema of the actions of Agent`]);
    expect(lines(app(at('/reports/*'), desk))).toEqual([]);
    const flow =
      "  Agent: { Type: 'AWS::Bedrock::Flow', Properties: { ExecutionRoleArn: !GetAtt Role.Arn, DefinitionS3Location: { Bucket: !Ref Files, Key: flow.json } } }";
    expect(lines(app(at('/*'), flow))).toEqual([`${STATEMENT}the definition of Agent`]);
  });

  test('it may not write the parameter with its prompt, by reference or by name', () => {
    const put = (name: string) =>
      `{ Effect: Allow, Action: 'ssm:PutParameter', Resource: 'arn:aws:ssm:eu-west-1:111122223333:parameter/${name}' }`;
    const parameter =
      "\n  Prompt: { Type: 'AWS::SSM::Parameter', Properties: { Name: /desk/prompt, Type: String, Value: x } }";
    const byReference = reads('SYSTEM_PROMPT', '!Ref Prompt') + parameter;
    for (const agent of [byReference, reads('SYSTEM_PROMPT', '/desk/prompt')]) {
      expect(lines(app(put('desk/prompt'), agent))).toEqual([`${STATEMENT}what Agent follows (SYSTEM_PROMPT)`]);
      expect(lines(app(put('desk/*'), agent))).toHaveLength(1);
      expect(lines(app(put('desk/last-run'), agent))).toEqual([]);
    }
    expect(lines(app(put('desk/prompt'), reads('LAST_RUN', '/desk/prompt')))).toEqual([]);
    expect(lines(app(put('desk/prompt'), reads('SYSTEM_PROMPT', 'You answer.')))).toEqual([]);
  });

  test('it may write buckets of another name, and what a managed policy allows is told elsewhere', () => {
    const others = "{ Effect: Allow, Action: 's3:PutObject', Resource: 'arn:aws:s3:::aws-athena-query-results-*' }";
    expect(lines(app(others, reads('PROMPT_BUCKET')))).toEqual([]);
    const managed = app(others, reads('PROMPT_BUCKET')).replace(
      'AssumeRolePolicyDocument: {}',
      "AssumeRolePolicyDocument: {}\n      ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess']",
    );
    expect(lines(managed)).toEqual([]);
    const named = app(
      "{ Effect: Allow, Action: 's3:PutObject', Resource: 'arn:aws:s3:::desk-*' }",
      reads('PROMPT_BUCKET'),
    );
    expect(
      lines(
        named.replace(
          "Files: { Type: 'AWS::S3::Bucket' }",
          "Files: { Type: 'AWS::S3::Bucket', Properties: { BucketName: desk-prompts } }",
        ),
      ),
    ).toHaveLength(1);
    expect(
      lines(app("{ Effect: Allow, Action: 's3:PutObject', Resource: 'arn:aws:s3:::*' }", reads('PROMPT_BUCKET'))),
    ).toHaveLength(1);
  });
});
