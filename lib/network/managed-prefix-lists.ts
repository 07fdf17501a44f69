import { Aws, CfnMapping, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { LISTS_BY_REGION, type RegionLists } from '../private/managed-prefix-list-ids';

/** @internal */
export interface ManagedPrefixListsProps {
  readonly s3?: string;
  readonly dynamoDb?: string;
}

/**
 * Ids of the prefix lists of the gateway endpoints of S3 and DynamoDB.
 *
 * In a stack without a region, the template contains the table as a mapping. Deploying to a region that isn't in it fails
 * before anything is created.
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
    for (const list of [props.s3, props.dynamoDb]) {
      if (list !== undefined && !Token.isUnresolved(list) && !/^pl-[0-9a-f]+$/.test(list)) {
        throw new Error(`${this.node.path}: "${list}" isn't the id of a prefix list. Write it as "pl-63a5400a".`);
      }
    }
  }

  /** @throws Error when the stack's region is known but not in the table */
  public s3(): string {
    return this.props.s3 ?? this.lookUp('s3', 's3PrefixListId');
  }

  /** @throws Error when the stack's region is known but not in the table */
  public dynamoDb(): string {
    return this.props.dynamoDb ?? this.lookUp('dynamodb', 'dynamoDbPrefixListId');
  }

  private lookUp(service: keyof RegionLists, prop: string): string {
    const region = Stack.of(this).region;
    if (Token.isUnresolved(region)) {
      this.mapping ??= new CfnMapping(this, 'Ids', {
        mapping: Object.fromEntries(Object.entries(LISTS_BY_REGION).map(([name, lists]) => [name, { ...lists }])),
      });
      return this.mapping.findInMap(Aws.REGION, service);
    }
    const lists = LISTS_BY_REGION[region];
    if (!lists) {
      throw new Error(
        `${this.node.path}: the prefix list of ${service} in ${region} isn't in the packaged table. Pass it as ` +
          `"${prop}". This command prints it: aws ec2 describe-managed-prefix-lists --region ${region} ` +
          `--filters Name=prefix-list-name,Values=com.amazonaws.${region}.${service} ` +
          '--query PrefixLists[0].PrefixListId',
      );
    }
    return lists[service];
  }
}
