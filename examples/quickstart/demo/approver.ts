import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { runCommandLine } from '../../../bin/command-line/run-command-line';
import { COMMANDS } from '../../../bin/command-list';
import type { LocalDeployment } from './local-deployment';

/** Where an approver signs in. */
interface SigningIn extends Pick<LocalDeployment, 'emulator' | 'deskUrl'> {
  readonly outputs: { readonly ApproverRoleArn: string };
}

/** A person with the approver role who runs the real `hardened-agent approvals`. */
export class Approver {
  /**
   * Creates an IAM user who may assume the approver role, and signs in as that user. On AWS an identity provider would set
   * the group's tag.
   */
  static async signIn(deployment: SigningIn, name: string, group: string): Promise<Approver> {
    const { emulator, outputs } = deployment;
    const iam = new IAMClient(emulator.clientConfig());
    const Tags = [{ Key: 'approver-group', Value: group }];
    await iam.send(new CreateUserCommand({ UserName: name, Tags }));
    await iam.send(
      new PutUserPolicyCommand({
        UserName: name,
        PolicyName: 'TakeApproverRole',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: outputs.ApproverRoleArn }],
        }),
      }),
    );
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
    return new Approver({
      HARDENED_AGENT_DESK_URL: deployment.deskUrl,
      HARDENED_AGENT_APPROVER_ROLE: outputs.ApproverRoleArn,
      AWS_REGION: emulator.region,
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ACCESS_KEY_ID: key?.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: key?.SecretAccessKey,
    });
  }

  private constructor(private readonly env: NodeJS.ProcessEnv) {}

  /** Waits until the desk shows the request. */
  async show(requestId: string): Promise<string[]> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const { code, lines } = await this.run('show', requestId);
      if (code === 0) return lines;
      if (Date.now() > deadline)
        throw new Error(`The desk didn't show ${requestId} within 20 seconds: ${lines.join(' ')}`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  deny(requestId: string, reason: string): Promise<string[]> {
    return this.mustRun('deny', requestId, '--reason', reason);
  }

  async approve(requestId: string): Promise<string[]> {
    return this.mustRun('approve', requestId, '--digest', await this.digestOf(requestId));
  }

  /** Approves, and accepts a refusal. */
  tryApprove(requestId: string, digest: string): Promise<{ code: number; lines: string[] }> {
    return this.run('approve', requestId, '--digest', digest);
  }

  private async digestOf(requestId: string): Promise<string> {
    const [card = ''] = await this.mustRun('show', requestId, '--json');
    return (JSON.parse(card) as { digest: string }).digest;
  }

  private async mustRun(...args: string[]): Promise<string[]> {
    const { code, lines } = await this.run(...args);
    if (code !== 0) throw new Error(`approvals ${args[0]} ended with ${code}: ${lines.join(' ')}`);
    return lines;
  }

  private async run(...args: string[]): Promise<{ code: number; lines: string[] }> {
    const lines: string[] = [];
    const print = (line: string) => lines.push(line);
    const sink = { out: print, err: print, env: this.env };
    return { code: await runCommandLine(['approvals', ...args], sink, COMMANDS), lines };
  }
}
