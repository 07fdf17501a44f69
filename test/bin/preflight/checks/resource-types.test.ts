import type { ListTypesCommandInput, ListTypesCommandOutput } from '@aws-sdk/client-cloudformation';
import { resourceTypes } from '../../../../bin/preflight/checks/resource-types';
import { findingsOf, META, verdicts } from '../fake-account';

const used = (...types: string[]) => ({
  Resources: Object.fromEntries(types.map((Type, i) => [`R${i}`, { Type }])),
});

/**
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListTypes.html, one type on a page. An answer has types of
 * one kind only: "The default is FULLY_MUTABLE." Here, types of another kind are named `TYPE (KIND)`.
 */
const region = (...types: string[]) => ({
  ListTypesCommand: ({ Filters, NextToken, ProvisioningType = 'FULLY_MUTABLE' }: ListTypesCommandInput) => {
    const matching = types
      .map((type) => / \((.*)\)$/.exec(type)?.[1] ?? 'FULLY_MUTABLE')
      .flatMap((kind, i) => (kind === ProvisioningType ? [(types[i] ?? '').replace(/ .*/, '')] : []))
      .filter((type) => type.startsWith(Filters?.TypeNamePrefix ?? ''));
    const at = Number(NextToken ?? 0);
    return {
      ...META,
      TypeSummaries: matching.slice(at, at + 1).map((TypeName) => ({ Type: 'RESOURCE' as const, TypeName })),
      NextToken: at + 1 < matching.length ? String(at + 1) : undefined,
    } satisfies ListTypesCommandOutput;
  },
});

test('a region with every type, over all pages', async () => {
  const body = used('AWS::Lambda::Function', 'AWS::Lambda::ResourcePolicy', 'AWS::S3::Bucket');
  const answers = region(
    'AWS::Lambda::Alias',
    'AWS::Lambda::Function',
    'AWS::Lambda::ResourcePolicy',
    'AWS::S3::Bucket',
  );
  expect(verdicts(await findingsOf(resourceTypes, body, answers))).toEqual(['ready: 3 resource types']);
});

test('a region that lacks a type', async () => {
  const body = used('AWS::Lambda::Function', 'AWS::Lambda::ResourcePolicy');
  expect(verdicts(await findingsOf(resourceTypes, body, region('AWS::Lambda::Function')))).toEqual([
    'blocked: CloudFormation has no type AWS::Lambda::ResourcePolicy in eu-west-1',
  ]);
});

test('types that can’t be updated, and types without all handlers', async () => {
  const body = used('AWS::EC2::VPC', 'AWS::EC2::SubnetRouteTableAssociation', 'AWS::Lambda::Permission');
  const answers = region(
    'AWS::EC2::VPC',
    'AWS::EC2::SubnetRouteTableAssociation (IMMUTABLE)',
    'AWS::Lambda::Permission (NON_PROVISIONABLE)',
  );
  expect(verdicts(await findingsOf(resourceTypes, body, answers))).toEqual(['ready: 3 resource types']);
});

test('doesn’t ask for what isn’t in the registry', async () => {
  const body = used('Custom::VpcRestrictDefaultSG', 'AWS::CDK::Metadata', 'AWS::CloudFormation::CustomResource');
  expect(await findingsOf(resourceTypes, body, {})).toEqual([]);
});
