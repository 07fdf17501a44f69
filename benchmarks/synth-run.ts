import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, type IPolicyValidationPlugin, Stack, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { HardenedAgentChecks } from '../lib/checks/hardened-agent-checks';

/** Synthesizes an app of many Fargate services under one pack of checks, and prints processor time and memory. A separate process. */
const [pack = '', services = '0'] = process.argv.slice(2);

/** Services in one stack: each takes eight resources, and a stack holds 500. */
const IN_ONE_STACK = 50;

const PACKS: Readonly<Record<string, (app: App) => IPolicyValidationPlugin[]>> = {
  none: () => [],
  AwsSolutions: (app) => [new AwsSolutionsChecks(app)],
  HardenedAgentChecks: (app) => [new HardenedAgentChecks(app)],
};

const outdir = mkdtempSync(path.join(tmpdir(), 'synth-'));
const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir });
let left = Number(services);
for (let index = 0; left > 0; index += 1) {
  const stack = new Stack(app, `Services${index}`);
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    natGateways: 0,
    subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
  });
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
  for (let n = 0; n < Math.min(left, IN_ONE_STACK); n += 1) addService(stack, cluster, `Service${n}`);
  left -= IN_ONE_STACK;
}

const plugins = PACKS[pack];
if (plugins === undefined) throw new Error(`No pack is named ${pack}.`);
Validations.of(app).addPlugins(...plugins(app));
// What is found is printed, and belongs to neither pack's time: the terminal's speed would count.
console.log = () => undefined;
console.error = () => undefined;
const before = process.cpuUsage();
try {
  app.synth();
} catch (error) {
  // Thrown when a pack found something: this app isn't free of findings, as few are.
  if (!String(error).includes('ValidationFailed')) throw error;
}
const { user, system } = process.cpuUsage(before);
process.stdout.write(
  JSON.stringify({ milliseconds: (user + system) / 1e3, peakMiB: process.resourceUsage().maxRSS / 1024 }),
);
rmSync(outdir, { recursive: true });
// A pack that finds something has CDK end the process with 1.
process.exitCode = 0;

function addService(stack: Stack, cluster: ecs.Cluster, id: string): void {
  const task = new ecs.FargateTaskDefinition(stack, `${id}Task`, { cpu: 256, memoryLimitMiB: 512 });
  task.addContainer('app', {
    image: ecs.ContainerImage.fromRegistry(`example.com/app@sha256:${'0'.repeat(64)}`),
    readonlyRootFilesystem: true,
    user: '10001:10001',
    logging: ecs.LogDrivers.awsLogs({
      streamPrefix: id,
      logGroup: new logs.LogGroup(stack, `${id}Logs`, { retention: logs.RetentionDays.ONE_YEAR }),
    }),
  });
  task.addToTaskRolePolicy(
    new iam.PolicyStatement({
      actions: ['dynamodb:GetItem'],
      resources: [stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName: id })],
    }),
  );
  new ecs.FargateService(stack, id, { cluster, taskDefinition: task });
}
