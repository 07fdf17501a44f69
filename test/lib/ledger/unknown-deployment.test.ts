import {
  App,
  CliCredentialsStackSynthesizer,
  DefaultStackSynthesizer,
  Duration,
  type IStackSynthesizer,
  LegacyStackSynthesizer,
  NestedStack,
  Stack,
} from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Ledger } from '../../../lib';

process.env.CDK_VALIDATION = 'false';

function ledgerIn(synthesizer?: IStackSynthesizer, breakGlass = false) {
  const stack = new Stack(new App(), 'Stack', { synthesizer });
  const breakGlassRole = breakGlass
    ? new iam.Role(stack, 'BreakGlass', { assumedBy: new iam.AccountRootPrincipal() })
    : undefined;
  new Ledger(stack, 'Ledger', { retention: Duration.days(30), breakGlassRole });
  return Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp('s3:PutBucketPolicy'))
    .map(({ id, entry }) => `${id}: ${entry.data}`);
}

test.each([
  ['LegacyStackSynthesizer', () => new LegacyStackSynthesizer()],
  ['CliCredentialsStackSynthesizer', () => new CliCredentialsStackSynthesizer()],
])('with %s, each locked bucket is warned of: nobody can change its policy later', (name, make) => {
  const warnings = ledgerIn(make());
  expect(warnings.map((warning) => warning.slice(0, warning.indexOf(':')))).toEqual([
    '/Stack/Ledger/Ledger',
    '/Stack/Ledger/Witness',
    '/Stack/Ledger/Trail/Files',
  ]);
  for (const warning of warnings) {
    expect(warning).toContain(`The ${name} of this stack doesn't name the role that deploys it`);
    expect(warning).toContain('denied to everyone, CloudFormation included');
  }
});

test('the break-glass role is named as the one that can', () => {
  expect(ledgerIn(new CliCredentialsStackSynthesizer(), true)[0]).toContain('everyone but the break-glass role');
});

test('the default synthesizer names the role', () => {
  expect(ledgerIn()).toEqual([]);
  expect(ledgerIn(new DefaultStackSynthesizer({ qualifier: 'abc' }))).toEqual([]);
});

test('a nested stack is deployed with the role of the stack around it', () => {
  const stack = new Stack(new App(), 'Stack');
  const nested = new NestedStack(stack, 'Nested');
  new Ledger(nested, 'Ledger', { retention: Duration.days(30) });
  expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('s3:PutBucketPolicy'))).toEqual([]);
  const policies = JSON.stringify(Template.fromStack(nested).findResources('AWS::S3::BucketPolicy'));
  expect(policies).toContain('cdk-hnb659fds-cfn-exec-role');
});
