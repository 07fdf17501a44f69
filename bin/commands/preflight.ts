import type { CommandIo } from '../command-line/command-io';
import { type Command, defineCommand } from '../command-line/define-command';
import { flag } from '../command-line/option';
import type { PreflightClients } from '../preflight/preflight-check';
import { readTarget, TARGET_PERMISSIONS } from '../preflight/read-target';
import { CHECKS, type CheckedFinding, runChecks } from '../preflight/run-checks';
import {
  APIGatewayClient,
  BedrockClient,
  CloudFormationClient,
  CloudTrailClient,
  CloudWatchLogsClient,
  EC2Client,
  ECRClient,
  EventBridgeClient,
  IAMClient,
  LambdaClient,
  SecretsManagerClient,
  ServiceQuotasClient,
  SSMClient,
  STSClient,
} from '../preflight/sdk';
import { ASSEMBLY } from './assembly-argument';

const PERMISSIONS = [...new Set([...TARGET_PERMISSIONS, ...CHECKS.flatMap(({ permissions }) => permissions)])].sort();

/** Defines the command for these clients, which are made when the command runs. */
export function preflightWith(clients: () => PreflightClients): Command {
  return defineCommand({
    description: `Asks the account and region of your AWS credentials what would stop the deployment, or the first session:
bootstrap stack, settings, quotas, zones, models, image, names, trusted roles. It only reads. What could not be asked is
marked with ?, and is no pass. A line with ! is for you to judge, and doesn't change the exit code.`,
    argument: ASSEMBLY,
    options: { json: flag('print every finding as JSON') },
    examples: ['hardened-agent preflight cdk.out', 'hardened-agent preflight cdk.out --json'],
    exitCodes: { 0: 'nothing stands in the way', 1: 'something does, or could not be asked' },
    permissions: PERMISSIONS,
    run: async ({ argument: assembly, options, io }) => {
      const made = clients();
      io.doing('asking the account');
      const { target, findings } = await readTarget(assembly, made);
      const all = [...findings.map((finding) => ({ check: 'stack', ...finding })), ...(await runChecks(target, made))];
      const { account, region } = target.environment;
      if (options.json) io.json({ account, region, findings: all });
      else print(all, `Account ${account}, ${region}`, io);
      return all.every(({ verdict }) => verdict === 'ready' || verdict === 'note') ? 0 : 1;
    },
  });
}

export const preflight = preflightWith(() => ({
  apiGateway: new APIGatewayClient({}),
  bedrock: new BedrockClient({}),
  cloudFormation: new CloudFormationClient({}),
  cloudTrail: new CloudTrailClient({}),
  ec2: new EC2Client({}),
  ecr: new ECRClient({}),
  eventBridge: new EventBridgeClient({}),
  iam: new IAMClient({}),
  lambda: new LambdaClient({}),
  logs: new CloudWatchLogsClient({}),
  secretsManager: new SecretsManagerClient({}),
  serviceQuotas: new ServiceQuotasClient({}),
  ssm: new SSMClient({}),
  sts: new STSClient({}),
  download: async (url) => (await fetch(url)).text(),
}));

const SIGNS = { ready: '✓', blocked: '✗', unknown: '?', note: '!' } as const;

function print(findings: readonly CheckedFinding[], title: string, io: CommandIo): void {
  io.out(title);
  for (const { verdict, check, text, fix } of findings) {
    io.out(`  ${SIGNS[verdict]} ${check}: ${text}`);
    if (fix !== undefined) io.out(`      → ${fix}`);
  }
  const count = (verdict: keyof typeof SIGNS) => findings.filter((finding) => finding.verdict === verdict).length;
  const [blocked, unknown, notes] = [count('blocked'), count('unknown'), count('note')];
  const toJudge = notes === 0 ? '' : `, ${notes} for you to judge (!)`;
  io.out(
    blocked + unknown === 0
      ? `✓ ${findings.length} answers: nothing stands in the way of the deployment${toJudge}`
      : `✗ ${findings.length} answers: ${blocked} stand in the way, ${unknown} could not be asked${toJudge}`,
  );
}
