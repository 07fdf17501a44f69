import { codeSandboxesOf, executorsOfUnknownCode } from '../../facts/code-sandboxes';
import { openingsOfFunction } from '../../judge/closed-function';
import { neighboursOf } from '../../judge/closed-names';
import { openingsOfNetwork } from '../../judge/closed-network';
import { callersOfCode, rightsOfCode } from '../../judge/closed-role';
import type { Rule } from '../../rule';

/** Code that a model wrote runs there: it reads the role's credentials, and sends whatever it can wherever it can. */
export const codeClosed: Rule = {
  id: 'SandboxCodeClosed',
  pillar: 'sandbox',
  severity: 'fatal',
  holds:
    'A function that runs code of a model reaches nothing and may do nothing: a network without a way out and without a DNS resolver, a role that may only write its own log, one microVM a tenant, one caller, no secret, layer or file system. No other resource names its function, its role, its log or its network.',
  source:
    'Lambda Developer Guide, "Tenant isolation" and "Using source function ARN to control function access behavior"; Amazon VPC User Guide, "DNS attributes in your VPC"; NIST SP 800-53 SC-7(5), SC-39, SC-44; OWASP Top 10 for LLM Applications LLM05, LLM06; public reports on sandboxed code interpreters that leaked by DNS, S3 and role credentials (decision 38)',
  fix: 'Use CodeSandbox as it is, and remove what the message names. Give the code its data as inputs of the call, and take its files from the result.',
  lists: [
    'ASI05',
    'LLM05:2025',
    'LLM06:2025',
    'NIST SP 800-53 SC-7(5)',
    'NIST SP 800-53 SC-39',
    'NIST SP 800-53 SC-44',
  ],
  insecure: template('true'),
  secure: template('false'),
  *check(assembly) {
    const sandboxes = codeSandboxesOf(assembly);
    for (const executor of executorsOfUnknownCode(assembly)) {
      yield {
        resource: executor,
        property: 'Properties.Environment.Variables.CODE_SANDBOX_ARN',
        message: "can't be proven: the function that it runs code in isn't in the template",
      };
    }
    for (const sandbox of sandboxes) {
      yield* openingsOfFunction(assembly, sandbox.code);
      yield* openingsOfNetwork(assembly, sandbox);
      yield* rightsOfCode(assembly, sandbox);
      yield* callersOfCode(assembly, sandbox);
    }
    yield* neighboursOf(assembly, sandboxes);
  },
};

/** The smallest app that the rule speaks of. */
function template(differing: string): string {
  return `Resources:
  Code:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      TenancyConfig: { TenantIsolationMode: PER_TENANT }
      LoggingConfig: { LogGroup: !Ref Log }
      VpcConfig: { SubnetIds: [!Ref Subnet], SecurityGroupIds: [!Ref Group] }
  Log: { Type: AWS::Logs::LogGroup }
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: log
          PolicyDocument:
            Statement:
              - { Effect: Allow, Action: logs:PutLogEvents, Resource: !GetAtt Log.Arn }
              - { Effect: Deny, NotAction: logs:PutLogEvents, Resource: "*" }
              - { Effect: Deny, Action: ["ec2:*NetworkInterface*", "ec2:*PrivateIpAddresses"], Resource: "*" }
  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/26, EnableDnsSupport: ${differing} } }
  Subnet: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/28 } }
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties: { VpcId: !Ref Vpc, SecurityGroupEgress: [{ IpProtocol: "-1", CidrIp: 127.0.0.1/32 }] }
  Caller:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt CallerRole.Arn
      Environment: { Variables: { CODE_SANDBOX_ARN: !GetAtt Code.Arn } }
  CallerRole: { Type: AWS::IAM::Role }
  OneCaller:
    Type: AWS::Lambda::ResourcePolicy
    Properties:
      ResourceArn: !GetAtt Code.Arn
      PolicyDocument:
        Statement:
          - Effect: Deny
            Principal: "*"
            Action: lambda:InvokeFunction
            Resource: !GetAtt Code.Arn
            Condition: { ArnNotEquals: { aws:PrincipalArn: !GetAtt CallerRole.Arn } }
`;
}
