import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { HttpConnector, HttpMethod } from '../../../lib/index';
import { environmentProblem } from '../../../lib/private/environment-size';
import { AgentStack, ID, inputOf } from '../agent-stack';

function functionWith(environment: { [name: string]: string }, stack = new Stack(new App(), 'Stack')): lambda.Function {
  return new lambda.Function(stack, 'Function', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('x'),
    environment,
  });
}

/** In JSON, `{"A":"…"}` is 8 bytes and the value; the count errs by one, a last comma. */
test.each([
  [4096 - 8, undefined],
  [4096 - 7, 'its 1 environment variables may take 4097 bytes, and Lambda takes 4096; use fewer'],
])('measures text as it is: %i bytes', (length, problem) => {
  const found = environmentProblem(functionWith({ A: 'x'.repeat(length) }));
  expect(found === undefined ? undefined : found.slice(0, problem?.length)).toBe(problem);
});

test('measures a name of CloudFormation’s by the longest that it can be', () => {
  const stack = new Stack(new App(), 'Stack');
  const buckets = Array.from({ length: 70 }, (_, i) => [
    `BUCKET_${i}`,
    new s3.Bucket(stack, `ABucketOfThisStackWithALongIdOfItsOwn${i}`).bucketName,
  ]);
  expect(environmentProblem(functionWith(Object.fromEntries(buckets), stack))).toMatch(/^its 70 environment variables/);
});

const runtimeOf = (count: number, idLength: number): AgentStack => {
  const made = new AgentStack();
  const many = Array.from({ length: count }, (_, i) => {
    const one = new HttpConnector(made.stack, `C${i}`.padEnd(idLength, 'x'), { baseUrl: 'https://x.example.com' });
    one.addTool(`t${i}`, { description: 'x', method: HttpMethod.GET, path: '/{id}', input: inputOf({ id: ID }) });
    return one;
  });
  made.withRuntime({}, many);
  return made;
};

test('stops a runtime whose gate or approved calls couldn’t be deployed, by the length of the ids too', () => {
  const report = (made: AgentStack): string => {
    try {
      made.app.synth();
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const long = report(runtimeOf(24, 28));
  expect(long).toMatch(/\[Stack\/Agent\/Gate\/Gate\] its 30 environment variables may take \d+ bytes/);
  expect(long).toMatch(/\[Stack\/Agent\/Approvals\/ExecuteApproved\] its 28 environment variables/);
  expect(report(runtimeOf(20, 6))).not.toMatch(/environment variables/);
});
