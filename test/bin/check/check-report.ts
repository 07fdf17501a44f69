import { type CheckRequest, checkFor, type Report } from '../../../bin/check/report';
import { Assembly } from '../../../lib/template';
import { parseTemplate } from '../../../lib/template/model/template-text';
import { parseYaml } from '../../../lib/template/model/yaml';

/** The report about templates, by their names. */
export function reportOf(
  templates: { readonly [name: string]: string },
  request: Partial<CheckRequest> = {},
): { assembly: Assembly; report: Report } {
  const sources = Object.entries(templates).map(([name, text]) => ({
    name,
    file: name,
    text,
    ...parseTemplate(text, parseYaml),
  }));
  const assembly = Assembly.of(...sources);
  return { assembly, report: checkFor(assembly, { only: [], ignored: [], failOn: 'error', baseline: [], ...request }) };
}

/** A Lambda agent that may do everything in S3, with a credential in its variables: three kinds of findings. */
export const AGENT = `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]}
      Policies:
        - PolicyName: agent
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: bedrock:InvokeModel, Resource: arn:aws:bedrock:eu-west-1::foundation-model/m}
              - Effect: Allow
                Action: s3:*
                Resource: '*'
  Agent:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Environment: {Variables: {CRM_TOKEN: abcdefghijkl}}
  Queue: {Type: AWS::SQS::Queue}
  Mapping: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Agent, EventSourceArn: !GetAtt Queue.Arn}}
`;
