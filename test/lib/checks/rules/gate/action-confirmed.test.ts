import type { JsonObject } from '../../../../../runtime/core/contracts';
import { linesOf, UNKNOWN_PARAMETER } from '../../check-template';

describe('GateActionConfirmed', () => {
  const role = (action: string, arns: string[] = []): JsonObject => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {},
      ManagedPolicyArns: arns,
      Policies: [
        { PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: action, Resource: 'arn:x' }] } },
      ],
    },
  });
  const FN: JsonObject = { 'Fn::GetAtt': ['Fn', 'Arn'] };
  const WRITER = role('dynamodb:DeleteItem');
  const READER = role('dynamodb:GetItem', ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']);
  const lines = (group: object, given: JsonObject = WRITER, runBy: JsonObject = { Lambda: FN }) =>
    linesOf(
      'GateActionConfirmed',
      {
        Role: given,
        Fn: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
        Desk: {
          Type: 'AWS::Bedrock::Agent',
          Properties: { ActionGroups: [{ ActionGroupExecutor: runBy, ...group } as JsonObject] },
        },
      },
      UNKNOWN_PARAMETER,
    );
  const fn = (name: string, confirmation?: unknown) => ({
    FunctionSchema: {
      Functions: [{ Name: name, ...(confirmation === undefined ? {} : { RequireConfirmation: confirmation }) }],
    },
  });
  const api = (method: string, operation: object = {}) => ({
    ApiSchema: { Payload: JSON.stringify({ paths: { '/orders/{id}': { [method]: operation } } }) },
  });

  describe('functions', () => {
    test('the user is asked, or the function only reads, or its app runs it', () => {
      expect(lines(fn('cancel_order', 'ENABLED'))).toEqual([]);
      expect(lines(fn('cancel_order'), READER)).toEqual([]);
      expect(lines(fn('get_order'))).toEqual([]);
      expect(lines(fn('cancel_order'), WRITER, { CustomControl: 'RETURN_CONTROL' })).toEqual([]);
      expect(lines({ ...fn('cancel_order'), ActionGroupState: 'DISABLED' })).toEqual([]);
    });

    test('a change that nobody is asked about is found', () => {
      expect(lines(fn('cancel_order'))).toEqual([
        'Desk Properties.ActionGroups[0].FunctionSchema.Functions[0]: cancel_order may change something: its function may use dynamodb:DeleteItem, and nobody is asked before',
      ]);
      expect(lines(fn('cancelOrder', 'DISABLED'))).toHaveLength(1);
      expect(lines(fn('order'), role('dynamodb:*'))).toHaveLength(1);
      expect(
        lines(fn('order'), role('logs:PutLogEvents', ['arn:aws:iam::aws:policy/AmazonS3FullAccess'])),
      ).toHaveLength(1);
    });

    test('one that changes something by its name, with a credential that its function reads, is found', () => {
      expect(lines(fn('send_mail'), role('secretsmanager:GetSecretValue'))).toEqual([
        expect.stringContaining('reads a credential to do it with'),
      ]);
      expect(lines(fn('order_status'), role('secretsmanager:GetSecretValue'))).toEqual([]);
    });

    test('a function of another app counts by its names', () => {
      const elsewhere = { Lambda: 'arn:aws:lambda:eu-west-1:111122223333:function:orders' };
      expect(lines(fn('delete_order'), WRITER, elsewhere)).toEqual([expect.stringContaining("isn't in the app")]);
      expect(lines(fn('order_status'), WRITER, elsewhere)).toEqual([]);
    });

    test('a name that only begins like a reading one doesn’t read', () => {
      for (const name of ['checkout', 'getaway_booking', 'listen', 'hasten']) expect(lines(fn(name))).toHaveLength(1);
    });

    test('an unknown confirmation can’t be proven', () => {
      expect(lines(fn('cancel_order', { Ref: 'Unknown' }))).toEqual([expect.stringContaining("can't be proven")]);
    });
  });

  describe('OpenAPI', () => {
    test('reads and confirmed operations are fine', () => {
      expect(lines(api('get'))).toEqual([]);
      expect(lines(api('post', { operationId: 'searchOrders' }))).toEqual([]);
      expect(lines(api('delete', { 'x-requireConfirmation': 'ENABLED' }))).toEqual([]);
      expect(lines(api('delete'), READER)).toEqual([]);
    });

    test('others are found', () => {
      expect(lines(api('delete', { operationId: 'getRidOfOrder' }))).toEqual([
        expect.stringContaining(
          'Desk Properties.ActionGroups[0].ApiSchema.Payload: getRidOfOrder may change something',
        ),
      ]);
      expect(lines(api('post', { operationId: 'orders' }))).toHaveLength(1);
    });

    test('a schema in YAML is read too', () => {
      const payload = `openapi: 3.0.0
paths:
  /orders/{id}:
    get:
      operationId: getOrder
    delete:
      operationId: deleteOrder
      responses: {}
    put:
      operationId: updateOrder
      x-requireConfirmation: ENABLED
  /refunds:
    post:
      responses: {}
`;
      const found = lines({ ApiSchema: { Payload: payload } });
      expect(found).toEqual([expect.stringContaining('deleteOrder'), expect.stringContaining('refunds may change')]);
    });

    test('a schema elsewhere can’t be proven, where its function may write', () => {
      const elsewhere = { ApiSchema: { S3: { S3BucketName: 'b', S3ObjectKey: 'k' } } };
      expect(lines(elsewhere)).toEqual([expect.stringContaining("can't be proven")]);
      expect(lines(elsewhere, READER)).toEqual([]);
    });
  });

  describe('flows', () => {
    const flow = (model: object, given: JsonObject, ...between: string[]) => {
      const names = ['model', ...between, 'act'];
      return linesOf('GateActionConfirmed', {
        Role: given,
        Fn: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
        Flow: {
          Type: 'AWS::Bedrock::Flow',
          Properties: {
            Definition: {
              Nodes: [
                { Name: 'model', Configuration: model as JsonObject },
                ...between.map((Name) => ({ Name, Configuration: { Condition: {} } })),
                { Name: 'act', Configuration: { LambdaFunction: { LambdaArn: FN } } },
              ],
              Connections: names.slice(1).map((Target, i) => ({ Source: names[i] ?? '', Target })),
            },
          },
        },
      });
    };

    test('a function that only reads, or gets no words of a model, is fine', () => {
      expect(flow({ Prompt: {} }, READER)).toEqual([]);
      expect(flow({ Input: {} }, WRITER)).toEqual([]);
      expect(flow({ KnowledgeBase: { KnowledgeBaseId: 'k' } }, WRITER)).toEqual([]);
    });

    test('one that may change something after a model is found, through other nodes too', () => {
      expect(flow({ Prompt: {} }, WRITER)).toEqual([
        'Flow Properties.Definition.Nodes[1].Configuration.LambdaFunction.LambdaArn: gets the words of a model and may use dynamodb:DeleteItem, and a flow asks nobody',
      ]);
      expect(flow({ Agent: {} }, WRITER, 'check', 'check-again')).toHaveLength(1);
      expect(flow({ KnowledgeBase: { KnowledgeBaseId: 'k', ModelId: 'm' } }, WRITER)).toHaveLength(1);
    });
  });
});
