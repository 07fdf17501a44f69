import { agentRole, yamlLines } from '../../yaml-template';

describe('SandboxHostKeysByToken', () => {
  const hosts = (options: string, image = '!Ref Unknown') => `${agentRole()}
  Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [!Ref Role] } }
  Template: { Type: 'AWS::EC2::LaunchTemplate', Properties: { LaunchTemplateData: { ImageId: ${image}, IamInstanceProfile: { Arn: !GetAtt Profile.Arn }${options} } } }
`;
  const PARAMETERS = `Parameters:
  Unknown: { Type: String }
  New: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64 }
  Old: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2 }`;
  const lines = (resources: string) => yamlLines('SandboxHostKeysByToken', resources, PARAMETERS);
  const options = (text: string) => `, MetadataOptions: { ${text} }`;

  test.each(['HttpTokens: required', 'HttpEndpoint: disabled', 'HttpTokens: required, HttpPutResponseHopLimit: 2'])(
    '%s is fine',
    (text) => {
      expect(lines(hosts(options(text)))).toEqual([]);
    },
  );

  test('keys for a plain GET are found', () => {
    expect(lines(hosts(options('HttpTokens: optional')))).toEqual([
      expect.stringMatching(
        /^Template Properties.LaunchTemplateData.MetadataOptions: the metadata service answers without a token/,
      ),
    ]);
    const config = `${agentRole()}
  Config: { Type: 'AWS::AutoScaling::LaunchConfiguration', Properties: { IamInstanceProfile: !Ref Profile, MetadataOptions: { HttpTokens: optional } } }
  Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [!Ref Role] } }`;
    expect(lines(config)).toHaveLength(1);
  });

  test('where nothing is said, the image decides: a warning, unless the image demands a token', () => {
    for (const text of ['', options('HttpEndpoint: enabled')]) {
      expect(lines(hosts(text))).toEqual([expect.stringMatching(/^warning Template .*doesn't say/)]);
      expect(lines(hosts(text, '!Ref Old'))).toHaveLength(1);
      expect(lines(hosts(text, '!Ref New'))).toEqual([]);
      expect(
        lines(hosts(text, "'{{resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id}}'")),
      ).toEqual([]);
    }
  });

  test('an unknown option can’t be proven', () => {
    expect(lines(hosts(options('HttpTokens: !Ref Unknown')))).toEqual([expect.stringContaining("can't be proven")]);
    expect(lines(hosts(', MetadataOptions: !Ref Unknown'))).toEqual([expect.stringContaining("can't be proven")]);
  });

  test('an instance takes what its launch template says; a host without an agent is left alone', () => {
    const instance = (more: string) =>
      `${hosts(options('HttpTokens: required'))}  Host: { Type: 'AWS::EC2::Instance', Properties: { IamInstanceProfile: !Ref Profile${more} } }\n`;
    expect(lines(instance(', LaunchTemplate: { LaunchTemplateId: !Ref Template }'))).toEqual([]);
    expect(lines(instance(''))).toHaveLength(1);
    expect(
      lines("\n  Host: { Type: 'AWS::EC2::Instance', Properties: { MetadataOptions: { HttpTokens: optional } } }"),
    ).toEqual([]);
  });
});
