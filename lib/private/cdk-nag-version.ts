import { createRequire } from 'node:module';

/** As in `peerDependencies` of package.json. */
const SUPPORTED = 3;

/**
 * Refuses a cdk-nag whose findings have other ids than those that are acknowledged here: its findings would come back, without a reason.
 * An app without cdk-nag is fine.
 * @throws Error that says which version to install
 * @internal
 */
export function refuseOtherCdkNag(where: string, version = installedCdkNag()): void {
  if (version === undefined || Number(version.split('.')[0]) === SUPPORTED) return;
  throw new Error(
    `${where} acknowledges findings of cdk-nag ${SUPPORTED}, and this app has cdk-nag ${version}. Install it with npm install cdk-nag@${SUPPORTED}, and add its packs with Validations.of(app).addPlugins(…).`,
  );
}

function installedCdkNag(): string | undefined {
  try {
    return (createRequire(__filename)('cdk-nag/package.json') as { version: string }).version;
  } catch {
    return undefined;
  }
}
