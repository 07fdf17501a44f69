import type { Stack } from 'aws-cdk-lib';

/**
 * What the names that CloudFormation generates in a stack begin with, known at synthesis. A nested stack's own name is known at
 * deployment only, and whatever names it depends on it. It begins with the name of the stack around it.
 * @internal
 */
export function knownStackName({ nestedStackParent, stackName }: Stack): string {
  return nestedStackParent === undefined ? stackName : knownStackName(nestedStackParent);
}
