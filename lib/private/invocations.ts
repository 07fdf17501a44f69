import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/**
 * The integration of an API method with a function. It adds no `AWS::Lambda::Permission`: that and the function's resource
 * policy overwrite each other, see `PrivateFunction`.
 * @internal
 */
export function proxyTo(fn: lambda.IFunction): apigateway.Integration {
  return new apigateway.AwsIntegration({
    service: 'lambda',
    proxy: true,
    path: `2015-03-31/functions/${fn.functionArn}/invocations`,
  });
}

/**
 * A function as the target of a rule, also without an `AWS::Lambda::Permission`.
 * @internal
 */
export function targetOf(fn: lambda.IFunction, retryPolicy: events.CfnRule.RetryPolicyProperty): events.IRuleTarget {
  return { bind: () => ({ arn: fn.functionArn, retryPolicy, targetResource: fn }) };
}
