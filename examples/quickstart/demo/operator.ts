import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { runCommandLine } from '../../../bin/command-line/run-command-line';
import { COMMANDS } from '../../../bin/command-list';
import type { LocalDeployment } from './local-deployment';

/** A person with the operator role who runs the real `hardened-agent session` and `connector`. */
export class Operator {
  /** Creates an IAM user who may assume the operator role, and signs in as that user. On AWS an identity provider would set the tag. */
  static async signIn(deployment: LocalDeployment, name: string): Promise<Operator> {
    const { emulator, outputs } = deployment;
    const iam = new IAMClient(emulator.clientConfig());
    const Tags = [{ Key: 'operator-group', Value: 'support-oncall' }];
    await iam.send(new CreateUserCommand({ UserName: name, Tags }));
    await iam.send(
      new PutUserPolicyCommand({
        UserName: name,
        PolicyName: 'TakeOperatorRole',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: outputs.OperatorRoleArn }],
        }),
      }),
    );
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
    return new Operator({
      HARDENED_AGENT_OPERATOR_URL: deployment.operatorUrl,
      HARDENED_AGENT_OPERATOR_ROLE: outputs.OperatorRoleArn,
      AWS_REGION: emulator.region,
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ACCESS_KEY_ID: key?.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: key?.SecretAccessKey,
    });
  }

  private constructor(private readonly env: NodeJS.ProcessEnv) {}

  /** Runs a command: `run('session', 'stop', id, '--reason', 'why')`. */
  async run(...args: string[]): Promise<{ code: number; lines: string[] }> {
    const lines: string[] = [];
    const print = (line: string) => lines.push(line);
    return { code: await runCommandLine(args, { out: print, err: print, env: this.env }, COMMANDS), lines };
  }
}
