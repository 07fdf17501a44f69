import { Aws, Fn, Names } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * A name for a log group that a service writes to by log delivery, such as a state machine's.
 *
 * The library names no resources, because a name can be taken. Here CloudWatch Logs demands a prefix: for every other
 * group it adds a statement to a resource policy of the account, which holds 5,120 characters, and in an account with many
 * such groups the state machine can't be created. The name ends with a part of the stack's id. So a retained group of a
 * deleted stack doesn't block a new stack with the same name.
 *
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
 * @internal
 */
export function vendedLogGroupName(scope: Construct): string {
  const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return `/aws/vendedlogs/states/${Names.uniqueResourceName(scope, { maxLength: 200, separator: '-' })}-${stackUuid}`;
}
