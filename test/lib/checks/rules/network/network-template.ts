import type { JsonObject } from '../../../../../runtime/core/contracts';

/** A network with a function that calls no model. */
export const plainNetwork: JsonObject = {
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
  Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.0.0.0/24' } },
  Table: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } },
  Association: {
    Type: 'AWS::EC2::SubnetRouteTableAssociation',
    Properties: { SubnetId: { Ref: 'Subnet' }, RouteTableId: { Ref: 'Table' } },
  },
  Fn: { Type: 'AWS::Lambda::Function', Properties: { VpcConfig: { SubnetIds: [{ Ref: 'Subnet' }] } } },
};

/** A network with a function that calls a model. */
export const network: JsonObject = {
  ...plainNetwork,
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: { Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: 'bedrock:InvokeModel' } } }] },
  },
  Fn: {
    Type: 'AWS::Lambda::Function',
    Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, VpcConfig: { SubnetIds: [{ Ref: 'Subnet' }] } },
  },
};

export const route = (properties: JsonObject): JsonObject => ({
  ...network,
  Route: {
    Type: 'AWS::EC2::Route',
    Properties: { RouteTableId: { Ref: 'Table' }, DestinationCidrBlock: '0.0.0.0/0', ...properties },
  },
});

/** What makes an app one with a gate. */
export const gate: { readonly Gate: { readonly Type: string; readonly Properties: JsonObject } } = {
  Gate: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { AGENT_ROLE_NAME: 'agent' } } } },
};
