import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { QuickstartStack } from '../examples/quickstart/quickstart-stack';
import { HardenedAgentChecks } from '../lib/checks/hardened-agent-checks';

// CDK's own template linter takes longer than the rest of the synthesis.
const app = new App({ builtinCloudFormationValidation: false });
const context = (key: string, fallback: string) => (app.node.tryGetContext(key) as string | undefined) ?? fallback;

new QuickstartStack(app, 'Quickstart', {
  description: 'A support agent that can be fooled but can do no harm',
  ticketsUrl: context('ticketsUrl', 'https://tickets.example.com'),
  // The digest of an image that you pushed: `aws ecr describe-images` prints it.
  imageDigest: context('imageDigest', `sha256:${'0'.repeat(64)}`),
  codeImageDigest: app.node.tryGetContext('codeImageDigest') as string | undefined,
});

Validations.of(app).addPlugins(new HardenedAgentChecks(app), new AwsSolutionsChecks(app));
