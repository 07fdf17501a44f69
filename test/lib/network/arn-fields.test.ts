import { App, Fn, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsConnector, AwsOperation, Effect } from '../../../lib';
import { arnField, arnResourceHead } from '../../../lib/network/arn-fields';
import { AgentImage } from '../../../lib/sandbox/agent-image';
import { AgentStack, DIGEST, inputOf } from '../agent-stack';

const stack = new Stack(new App(), 'Stack');
const resolved = (value: string): unknown => stack.resolve(value);

test('a written ARN is split at synthesis', () => {
  expect(resolved(arnField(stack, 'arn:aws:ecr:eu-west-1:111122223333:repository/a', 4))).toBe('111122223333');
  expect(resolved(arnResourceHead(stack, 'arn:aws:s3:::books/novels/*'))).toBe('books');
  expect(resolved(arnResourceHead(stack, `arn:${stack.partition}:s3:::books/*`))).toBe('books');
});

test('a reference in an ARN stays one', () => {
  const api = `arn:${stack.partition}:execute-api:${stack.region}:${stack.account}:abc/v1/*`;
  expect(resolved(arnField(stack, api, 4))).toEqual({ Ref: 'AWS::AccountId' });
  expect(resolved(arnResourceHead(stack, api))).toBe('abc');
});

test('an ARN that is one reference is split at deployment', () => {
  const arn = new s3.Bucket(stack, 'Books').bucketArn;
  const whole = { 'Fn::Split': [':', { 'Fn::GetAtt': [expect.stringMatching(/^Books/), 'Arn'] }] };
  const head = { 'Fn::Select': [0, { 'Fn::Split': ['/', { 'Fn::Select': [5, whole] }] }] };
  expect(resolved(arnField(stack, arn, 4))).toEqual({ 'Fn::Select': [4, whole] });
  expect(resolved(arnResourceHead(stack, `${arn}/*`))).toEqual(head);
  const imported = { 'Fn::Split': [':', { 'Fn::ImportValue': 'books' }] };
  expect(resolved(arnField(stack, Fn.importValue('books'), 4))).toEqual({ 'Fn::Select': [4, imported] });
});

/** Logical ids that a template refers to and doesn't contain. CloudFormation refuses such a template. */
function undefinedIn(template: { Resources: object; Parameters?: object }): string[] {
  const known = new Set([...Object.keys(template.Resources), ...Object.keys(template.Parameters ?? {})]);
  const text = JSON.stringify(template);
  const named = [...text.matchAll(/"Fn::GetAtt":\["(\w+)"|"Ref":"(\w+)"/g)].map(([, first, second]) => first ?? second);
  return [...new Set(named)].filter((id) => !known.has(id));
}

test('resources of another stack are imported from it', () => {
  const variant = new AgentStack();
  const other = new Stack(variant.app, 'Other');
  const library = new AwsConnector(variant.stack, 'Library');
  library.addTool('library_read', {
    description: 'Read a book',
    operation: AwsOperation.s3GetObject(new s3.Bucket(other, 'Books'), { prefix: 'books/' }),
    input: inputOf({ key: { type: 'string', format: 'relative-path', maxLength: 100 } }),
    effect: Effect.READ,
  });
  variant.withRuntime({ image: AgentImage.fromEcrDigest(new ecr.Repository(other, 'Images'), DIGEST) }, [library]);
  const template = variant.app.synth().getStackByName('Stack').template;
  expect(undefinedIn(template)).toEqual([]);
  expect(JSON.stringify(template)).toContain('ExportsOutputFnGetAttBooks');
});
