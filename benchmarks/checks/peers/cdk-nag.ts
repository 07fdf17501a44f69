import { basename, join } from 'node:path';
import { App, CfnResource, type PolicyViolation, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks, HIPAASecurityChecks, type NagPack, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { version } from 'cdk-nag/package.json';
import { byFile, type Peer, type PeerFinding } from './peer';

const PACKS: readonly (new (app: App) => NagPack)[] = [
  AwsSolutionsChecks,
  NIST80053R5Checks,
  HIPAASecurityChecks,
  PCIDSS321Checks,
];

/** All its packs for accounts, at once. It reads constructs, so each template is included in a stack. */
export const CDK_NAG: Peer = {
  name: 'cdk-nag',
  version,
  async judge(folder, files) {
    return byFile(
      files,
      files.flatMap((file) => foundIn(join(folder, file)).map((finding) => ({ ...finding, file }))),
    );
  },
};

function foundIn(templateFile: string): PeerFinding[] {
  const app = new App({ analyticsReporting: false, treeMetadata: false });
  const stack = new Stack(app, basename(templateFile).replace(/\W/g, '-').slice(0, 100));
  try {
    new CfnInclude(stack, 'Template', { templateFile });
  } catch {
    // It can't judge it, and a synthesis would stop here: that counts as said.
    return [{ rule: "can't be read", resource: '' }];
  }
  const logicalIds = new Map(
    stack.node
      .findAll()
      .filter((each) => CfnResource.isCfnResource(each))
      .map((resource) => [resource.node.path, String(stack.resolve(resource.logicalId))]),
  );
  const violations: PolicyViolation[] = PACKS.flatMap((Pack) => new Pack(app).validateScope(stack).violations);
  return violations
    .filter(({ severity }) => severity === 'error')
    .flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({
        rule: ruleName,
        resource: logicalIds.get(constructPath ?? '') ?? '',
      })),
    );
}
