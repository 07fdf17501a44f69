/** The prefix lists of one region. @internal */
export interface RegionLists {
  readonly s3: string;
  readonly dynamodb: string;
}

/**
 * Ids of the prefix lists that AWS manages: one pair in each region, the same in every account, and never changed so far.
 * It is a table because CloudFormation has no attribute for them, `PrefixList.fromLookup` needs an account at synthesis,
 * and a custom resource would add a function. A wrong id makes the deployment fail (EC2 refuses unknown lists); it can't
 * open the network.
 *
 * Source: EC2 API reference, "DescribePrefixLists". The ids are from public records of its answers and are used in public
 * templates; they weren't verified with AWS. Compare an id with that command's answer before you rely on it. Other regions,
 * including GovCloud and China, take the ids as properties.
 * @internal
 */
export const LISTS_BY_REGION: Record<string, RegionLists> = {
  'ap-northeast-1': { s3: 'pl-61a54008', dynamodb: 'pl-78a54011' },
  'ap-northeast-2': { s3: 'pl-78a54011', dynamodb: 'pl-48a54021' },
  'ap-south-1': { s3: 'pl-78a54011', dynamodb: 'pl-66a7420f' },
  'ap-southeast-1': { s3: 'pl-6fa54006', dynamodb: 'pl-67a5400e' },
  'ap-southeast-2': { s3: 'pl-6ca54005', dynamodb: 'pl-62a5400b' },
  'ca-central-1': { s3: 'pl-7da54014', dynamodb: 'pl-4ea54027' },
  'eu-central-1': { s3: 'pl-6ea54007', dynamodb: 'pl-66a5400f' },
  'eu-north-1': { s3: 'pl-c3aa4faa', dynamodb: 'pl-adae4bc4' },
  'eu-west-1': { s3: 'pl-6da54004', dynamodb: 'pl-6fa54006' },
  'eu-west-2': { s3: 'pl-7ca54015', dynamodb: 'pl-b3a742da' },
  'eu-west-3': { s3: 'pl-23ad484a', dynamodb: 'pl-abb451c2' },
  'sa-east-1': { s3: 'pl-6aa54003', dynamodb: 'pl-60a54009' },
  'us-east-1': { s3: 'pl-63a5400a', dynamodb: 'pl-02cd2c6b' },
  'us-east-2': { s3: 'pl-7ba54012', dynamodb: 'pl-4ca54025' },
  'us-west-1': { s3: 'pl-6ba54002', dynamodb: 'pl-6ea54007' },
  'us-west-2': { s3: 'pl-68a54001', dynamodb: 'pl-00a54069' },
};
