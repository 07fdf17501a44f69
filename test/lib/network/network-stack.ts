import { App, type Environment, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IsolatedNetwork, type IsolatedNetworkProps } from '../../../lib/network/isolated-network';
import type { Template } from './template-values';

// CDK's own review of templates takes ten times as long as their synthesis, and isn't what is tested here.
process.env.CDK_VALIDATION = 'false';

/** A stack with a network and one role, and its template on demand. */
export function networkStack(props: IsolatedNetworkProps = {}, env?: Environment) {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'Stack', { env });
  const network = new IsolatedNetwork(stack, 'Network', props);
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  const caller = network.securityGroup('Caller', 'caller');
  return { app, stack, network, role, caller, template: () => synthesize(app) };
}

/** The template of the app's only stack. */
export function synthesize(app: App): Template {
  return app.synth().getStackByName('Stack').template as Template;
}
