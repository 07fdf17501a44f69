import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/**
 * Lambda's limit for a function's environment variables, in bytes, measured as JSON.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const LIMIT = 4096;
/** The longest partition and region: `aws-us-gov` and `us-gov-east-1`. */
const LONGEST_PARTITION_AND_REGION = 23;
const ACCOUNT = 12;
/** Assumed length of a value whose length is unknown. */
const UNKNOWN = 256;
/** What CloudFormation appends to a generated name. */
const RANDOM_SUFFIX = 13;

interface Naming {
  /** The longest name. */
  readonly name: number;
  /** An ARN without partition, region, account and name. */
  readonly arn: string;
  /** Whether `Ref` is the ARN. */
  readonly refIsArn?: true;
}

const NAMINGS: { readonly [type: string]: Naming } = {
  'AWS::DynamoDB::Table': { name: 255, arn: 'arn::dynamodb:::table/' },
  'AWS::IAM::Role': { name: 64, arn: 'arn::iam:::role/' },
  'AWS::KMS::Key': { name: 36, arn: 'arn::kms:::key/' },
  'AWS::Lambda::Function': { name: 64, arn: 'arn::lambda:::function:' },
  'AWS::S3::Bucket': { name: 63, arn: 'arn::s3:::' },
  'AWS::StepFunctions::StateMachine': { name: 80, arn: 'arn::states:::stateMachine:', refIsArn: true },
};

interface Intrinsic {
  readonly Ref?: string;
  readonly 'Fn::GetAtt'?: string[];
}

/**
 * Why a function can't be deployed with its environment variables; undefined when they fit. Most values are generated names
 * and ARNs, so this assumes the longest that they can be.
 * @internal
 */
export function environmentProblem(fn: lambda.Function): string | undefined {
  const stack = Stack.of(fn);
  const { environment } = fn.node.defaultChild as lambda.CfnFunction;
  const { variables = {} } = (stack.resolve(environment) ?? {}) as { variables?: { [name: string]: unknown } };
  const total = (longest: (value: unknown) => number): number =>
    Object.entries(variables).reduce(
      // Four quotes, a colon and a comma.
      (sum, [name, value]) => sum + Buffer.byteLength(name) + longest(value) + 6,
      1,
    );
  // Most functions fit even if every reference has the assumed length.
  if (total((value) => (typeof value === 'string' ? Buffer.byteLength(value) : UNKNOWN)) <= LIMIT) return undefined;
  const types = typesIn(stack);
  const bytes = total((value) => longestValue(stack, types, value));
  if (bytes <= LIMIT) return undefined;
  const count = Object.keys(variables).length;
  return `its ${count} environment variables may take ${bytes} bytes, and Lambda takes ${LIMIT}; use fewer connectors or resources a runtime, or shorter ids`;
}

function longestValue(stack: Stack, types: ReadonlyMap<string, string>, value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  const { Ref, 'Fn::GetAtt': attribute } = (value ?? {}) as Intrinsic;
  const [resource = '', attributeName] = attribute ?? [];
  const logicalId = Ref ?? (attributeName === 'Arn' ? resource : '');
  const naming = NAMINGS[types.get(logicalId) ?? ''];
  if (naming === undefined) return UNKNOWN;
  const stackName = Token.isUnresolved(stack.stackName) ? 128 : stack.stackName.length;
  const name = Math.min(naming.name, stackName + logicalId.length + RANDOM_SUFFIX + 2);
  const isArn = Ref === undefined || naming.refIsArn === true;
  return isArn ? naming.arn.length + LONGEST_PARTITION_AND_REGION + ACCOUNT + name : name;
}

function typesIn(stack: Stack): ReadonlyMap<string, string> {
  const resources = stack.node.findAll().filter((each) => CfnResource.isCfnResource(each) && each.stack === stack);
  return new Map(
    resources.map((each) => [stack.resolve((each as CfnResource).logicalId), (each as CfnResource).cfnResourceType]),
  );
}
