import { App } from 'aws-cdk-lib';
import { QuickstartStack } from '../examples/quickstart/quickstart-stack';

const app = new App();
const context = (key: string, fallback: string) => (app.node.tryGetContext(key) as string | undefined) ?? fallback;

new QuickstartStack(app, 'Quickstart', {
  description: 'A support agent that can be fooled but can do no harm',
  ticketsUrl: context('ticketsUrl', 'https://tickets.example.com'),
  // Of an image that you pushed: `aws ecr describe-images` prints it.
  imageDigest: context('imageDigest', `sha256:${'0'.repeat(64)}`),
});
