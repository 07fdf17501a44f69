import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App, Aspects, CfnResource, type IAspect, Stack, Validations } from 'aws-cdk-lib';
import { HardenedAgentChecks } from '../../lib/checks/hardened-agent-checks';
import { refuseOtherCdkNag } from '../../lib/private/cdk-nag-version';
import { peerDependencies } from '../../package.json';

/** Two stacks that each hold something insecure. */
function insecureApp(): { app: App; stack: Stack } {
  const app = new App({ builtinCloudFormationValidation: false, outdir: mkdtempSync(path.join(tmpdir(), 'deploy-')) });
  const [stack] = ['First', 'Second'].map((id) => {
    const each = new Stack(app, id);
    new CfnResource(each, 'Secret', { type: 'AWS::SecretsManager::Secret' });
    return each;
  });
  if (stack === undefined) throw new Error('no stack');
  return { app, stack };
}

function errorOf(app: App): string {
  try {
    app.synth();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('DEP-01: checks that are registered in another way than the documented one', () => {
  test('as an aspect, as packs of cdk-nag 2 were', () => {
    const { app } = insecureApp();
    Aspects.of(app).add(new HardenedAgentChecks(app) as unknown as IAspect);
    expect(errorOf(app)).toContain('Write Validations.of(app).addPlugins(new HardenedAgentChecks(app))');
  });

  test('as documented, a known-bad stack fails', () => {
    const { app } = insecureApp();
    Validations.of(app).addPlugins(new HardenedAgentChecks(app));
    expect(errorOf(app)).toMatch(/First\/Secret.*Second\/Secret/s);
  });

  test('on one stack only: the whole app is checked', () => {
    const { app, stack } = insecureApp();
    Validations.of(stack).addPlugins(new HardenedAgentChecks(stack));
    expect(errorOf(app)).toMatch(/First\/Secret.*Second\/Secret/s);
  });

  test.each(['2.37.55', '1.0.0', '4.0.0'])('acknowledgeAwsSolutions() with cdk-nag %s', (version) => {
    expect(() => refuseOtherCdkNag('Stack/Agent: acknowledgeAwsSolutions()', version)).toThrow(
      `Stack/Agent: acknowledgeAwsSolutions() acknowledges findings of cdk-nag 3, and this app has cdk-nag ${version}. Install it with npm install cdk-nag@3`,
    );
  });

  test.each(['3.0.2', '3.9.0', undefined])('acknowledgeAwsSolutions() with cdk-nag %s is fine', (version) => {
    expect(() => refuseOtherCdkNag('Stack/Agent: acknowledgeAwsSolutions()', version)).not.toThrow();
  });

  test('the peer ranges name the supported versions', () => {
    expect(peerDependencies).toMatchObject({
      'cdk-nag': '^3.0.2',
      'aws-cdk-lib': expect.stringMatching(/^\^2\.\d+\.\d+$/),
    });
  });
});
