import { Aws, CfnMapping } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** @internal */
export interface ManagedPrefixListsProps {
  readonly s3?: string;
  readonly dynamoDb?: string;
}

/** Ids of the lists that AWS manages, the same in every account of a region. */
const PREFIX_LISTS: Record<string, { s3: string; dynamodb: string }> = {
  'us-east-1': { s3: 'pl-63a5400a', dynamodb: 'pl-02cd2c6b' },
};

/**
 * Ids of the prefix lists behind the gateway endpoints of S3 and DynamoDB.
 * @internal
 */
export class ManagedPrefixLists extends Construct {
  private mapping?: CfnMapping;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ManagedPrefixListsProps,
  ) {
    super(scope, id);
  }

  public s3(): string {
    return this.props.s3 ?? this.lookUp('s3');
  }

  public dynamoDb(): string {
    return this.props.dynamoDb ?? this.lookUp('dynamodb');
  }

  private lookUp(key: string): string {
    this.mapping ??= new CfnMapping(this, 'Ids', { mapping: PREFIX_LISTS });
    return this.mapping.findInMap(Aws.REGION, key);
  }
}
