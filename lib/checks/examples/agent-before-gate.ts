/** A function that calls a model and an API: what the examples of the gate's rules begin with. */
export const AGENT_BEFORE_API = `Resources:
  Agent:
    Type: AWS::Lambda::Function
    Properties: { Role: !GetAtt AgentRole.Arn }
  AgentRole:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: calls
          PolicyDocument:
            Statement:
              - { Effect: Allow, Action: bedrock:InvokeModel, Resource: "*" }
              - { Effect: Allow, Action: execute-api:Invoke, Resource: !Sub "arn:aws:execute-api:*:*:\${Api}/*" }
  Api: { Type: AWS::ApiGateway::RestApi }
`;

/** The same, with a method that the function `Gate` of the example answers. */
export const AGENT_BEFORE_GATE = `${AGENT_BEFORE_API}  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      HttpMethod: POST
      Integration:
        Uri: !Sub "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/\${Gate.Arn}/invocations"
`;
