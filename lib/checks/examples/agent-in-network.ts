import { AGENT_ROLE } from './agent-role';

/** A function that calls a model, in a subnet of its own network: what the examples of the network's rules begin with. */
export const AGENT_IN_NETWORK = `Resources:
  Agent:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      VpcConfig: { SubnetIds: [!Ref Subnet] }
${AGENT_ROLE}  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16 } }
  Subnet: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24 } }
`;
