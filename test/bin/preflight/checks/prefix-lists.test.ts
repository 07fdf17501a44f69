import type { DescribeManagedPrefixListsCommandOutput } from '@aws-sdk/client-ec2';
import { prefixLists } from '../../../../bin/preflight/checks/prefix-lists';
import { findingsOf, META, verdicts } from '../fake-account';
import { quickstart } from '../good-account';

const Resources = {
  Egress: {
    Type: 'AWS::EC2::SecurityGroupEgress',
    Properties: { DestinationPrefixListId: { 'Fn::FindInMap': ['Ids', { Ref: 'AWS::Region' }, 's3'] } },
  },
  Group: {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: { SecurityGroupEgress: [{ DestinationPrefixListId: 'pl-6fa54006' }, { CidrIp: '10.0.0.0/16' }] },
  },
};
const body = { Mappings: { Ids: { 'eu-west-1': { s3: 'pl-6da54004' } } }, Resources };

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html */
const lists = (byId: { [id: string]: string }) => ({
  DescribeManagedPrefixListsCommand: {
    ...META,
    PrefixLists: Object.entries(byId).map(([PrefixListId, PrefixListName]) => ({
      PrefixListId,
      PrefixListName,
      AddressFamily: 'IPv4',
      OwnerId: 'AWS',
    })),
  } satisfies DescribeManagedPrefixListsCommandOutput,
});
const [S3, DYNAMO_DB] = ['com.amazonaws.eu-west-1.s3', 'com.amazonaws.eu-west-1.dynamodb'];

test('both lists are those of the region', async () => {
  const answers = lists({ 'pl-6da54004': S3, 'pl-6fa54006': DYNAMO_DB });
  expect(verdicts(await findingsOf(prefixLists, body, answers))).toEqual(['ready: pl-6fa54006, pl-6da54004']);
});

test('an id of another region', async () => {
  const [finding] = await findingsOf(prefixLists, body, lists({ 'pl-6fa54006': DYNAMO_DB }));
  expect(finding).toMatchObject({
    verdict: 'blocked',
    text: 'eu-west-1 has no prefix list pl-6da54004',
    fix: expect.stringContaining('s3PrefixListId'),
  });
});

test('an id that is another list of the region', async () => {
  const answers = lists({ 'pl-6da54004': 'com.amazonaws.global.cloudfront.origin-facing', 'pl-6fa54006': DYNAMO_DB });
  expect(verdicts(await findingsOf(prefixLists, body, answers))).toEqual([
    'blocked: pl-6da54004 is com.amazonaws.global.cloudfront.origin-facing, and not the list of s3 or dynamodb in eu-west-1',
  ]);
});

test('swapped lists, by the rules that the library writes', async () => {
  const [s3, dynamodb] = ['pl-6da54004', 'pl-6fa54006'];
  // The ids of eu-west-1 in the table of the library: the first is the list of S3.
  const right = lists({ [s3]: S3, [dynamodb]: DYNAMO_DB });
  expect(verdicts(await findingsOf(prefixLists, quickstart(), right))).toEqual([expect.stringMatching(/^ready: /)]);
  const swapped = await findingsOf(prefixLists, quickstart(), lists({ [s3]: DYNAMO_DB, [dynamodb]: S3 }));
  expect(verdicts(swapped).sort()).toEqual([
    `blocked: ${s3} is ${DYNAMO_DB}, and not the list of s3 in eu-west-1`,
    `blocked: ${dynamodb} is ${S3}, and not the list of dynamodb in eu-west-1`,
  ]);
});

test('templates without prefix lists ask nothing', async () => {
  expect(await findingsOf(prefixLists, {}, {})).toEqual([]);
});
