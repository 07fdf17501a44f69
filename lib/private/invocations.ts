import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/**
 * An API method that a function answers. It adds no `AWS::Lambda::Permission`, which the function's own policy would overwrite:
 * see `PrivateFunction`.
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
 * A function as the target of a rule, without an `AWS::Lambda::Permission` either.
 * @internal
 */
export function targetOf(fn: lambda.IFunction, retryPolicy: events.CfnRule.RetryPolicyProperty): events.IRuleTarget {
  return { bind: () => ({ arn: fn.functionArn, retryPolicy, targetResource: fn }) };
}
