import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { IsolatedNetwork, Ledger } from '../../../lib';
import { REGIONS_WITHOUT_FUNCTION_POLICY, SUPPORTED_REGIONS } from '../../../lib/private/regions';
import { templatesOf } from '../../guard/templates';
import { AgentStack } from '../agent-stack';
import { cfnLint, installCfnLint, missingTypes } from '../cfn-lint';

const ACCOUNT = '111111111111';
const FUNCTION_POLICY = 'AWS::Lambda::ResourcePolicy';

beforeAll(installCfnLint, 300_000);

/** The other apps of the guard are linted in test/deep: together they take minutes. */
test('cfn-lint finds nothing in the quickstart, in any supported region', () => {
  expect(cfnLint(SUPPORTED_REGIONS, templatesOf('quickstart'))).toBe('');
}, 600_000);

test('the only type that a region lacks is the policy of a function, in the regions that are refused', () => {
  const templates = [...templatesOf('quickstart'), ...templatesOf('everything')] as {
    Resources: Record<string, { Type: string }>;
  }[];
  const types = new Set(templates.flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type)));
  const made = [...types].filter((type) => type.startsWith('AWS::') && type !== 'AWS::CDK::Metadata');
  expect(made.length).toBeGreaterThan(40);
  const missing = missingTypes(made);
  const lacking = Object.entries(missing).filter(([, lacks]) => lacks.length > 0);
  expect(Object.fromEntries(lacking)).toEqual(
    Object.fromEntries(REGIONS_WITHOUT_FUNCTION_POLICY.map((region) => [region, [FUNCTION_POLICY]])),
  );
  for (const region of SUPPORTED_REGIONS) expect(missing[region]).toEqual([]);
});

test.each(REGIONS_WITHOUT_FUNCTION_POLICY)('%s is refused at synthesis, with the reason', (region) => {
  const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region } });
  expect(() => new Ledger(stack, 'Ledger', { retention: Duration.days(30) })).toThrow(
    new RegExp(`^Stack/Ledger/.*: ${region} doesn't have AWS::Lambda::ResourcePolicy`),
  );
});

describe('a region that wasn’t tested', () => {
  const warningsIn = (region?: string) => {
    const made = new AgentStack(region ? { env: { account: ACCOUNT, region } } : {});
    const lists = { s3PrefixListId: 'pl-11111111', dynamoDbPrefixListId: 'pl-22222222' };
    made.withRuntime({ network: new IsolatedNetwork(made.stack, 'Network', lists) });
    return Annotations.fromStack(made.stack).findWarning('/Stack/Agent', Match.stringLikeRegexp("isn't among"));
  };
  test('is warned of; a supported one, and none, aren’t', () => {
    expect(warningsIn('eusc-de-east-1')).toHaveLength(1);
    expect(warningsIn('eu-west-1')).toEqual([]);
    expect(warningsIn()).toEqual([]);
  });
});

test('docs/network.md lists the supported and the refused regions, and the README says how many', () => {
  const read = (file: string) => readFileSync(path.join(__dirname, '..', '..', '..', file), 'utf8');
  const [, listed = ''] = /## Regions\n([\s\S]*?)\n## /.exec(read('docs/network.md')) ?? [];
  const named = [...listed.matchAll(/`([a-z]{2}(?:-[a-z]+)+-\d)`/g)].map(([, region]) => region);
  expect(named).toEqual([...SUPPORTED_REGIONS, ...REGIONS_WITHOUT_FUNCTION_POLICY]);
  expect(read('README.md')).toContain(`${SUPPORTED_REGIONS.length} regions`);
});
