/** A role that may call a model: whatever has it in an example is an agent. */
export const AGENT_ROLE = `  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: calls
          PolicyDocument: { Statement: [{ Effect: Allow, Action: bedrock:InvokeModel, Resource: "*" }] }
`;
