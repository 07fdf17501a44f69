import { Sha256 } from '@aws-crypto/sha256-js';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { EmulatorCredentials } from '../../test/emulator/runner';
import type { Deployment } from './deployment';
import type { Answer, Cast, Forgery, Person, WayIn } from './way-in';

interface Signed {
  readonly url: string;
  readonly init: RequestInit;
}

/** People with the approver role, who sign each request. */
export class IamWay implements WayIn {
  readonly name = 'IAM';

  constructor(private readonly deployment: Deployment) {}

  async cast(): Promise<Cast> {
    const [maria, paul, eve] = await Promise.all([
      this.signIn('maria', 'support-leads'),
      this.signIn('paul', 'support-leads'),
      this.signIn('eve', 'sales'),
    ]);
    if (maria === undefined || paul === undefined) throw new Error('An approver of the benchmark can’t sign in.');
    return { maria, paul, eve, mariaElsewhere: [], mariaAsUser: 'Maria', forgeries: await this.forgeries() };
  }

  private async signIn(name: string, group: string): Promise<Person | undefined> {
    const credentials = await this.credentialsOf(name, group);
    if (credentials === undefined) return undefined;
    return {
      actor: new RegExp(`/${name}$`),
      isShown: async (requestId) => {
        const { status, text } = await this.send(await this.sign(credentials, 'GET', `/requests/${requestId}`));
        return status === 200 && (JSON.parse(text) as { status?: string }).status === 'PENDING';
      },
      decide: (requestId, body) => this.decide(credentials, requestId, body),
      decideTwice: async (requestId, body) => {
        const signed = await this.sign(credentials, 'POST', `/requests/${requestId}/decision`, body);
        return Promise.all([this.answer(signed), this.answer(signed)]);
      },
    };
  }

  private async forgeries(): Promise<Forgery[]> {
    const { emulator } = this.deployment;
    const approver = await this.credentialsOf('forged', 'support-leads');
    if (approver === undefined) throw new Error('The benchmark’s own approver can’t sign in.');
    const session = await this.deployment.launch('ann');
    const forgery = (name: string, credentials: EmulatorCredentials): Forgery => ({
      name,
      send: (requestId, body) => this.decide(credentials, requestId, body),
    });
    return [
      forgery('the agent’s own role', session.credentials),
      {
        name: 'the approver role, taken by the agent',
        send: async (requestId, body) => {
          const taken = await this.approverRole(session.credentials, 'maria');
          return taken ? this.decide(taken, requestId, body) : { status: 403, code: '' };
        },
      },
      forgery('an administrator of the account', emulator.clientConfig().credentials),
      forgery('a key that nobody has', { ...approver, accessKeyId: 'ASIAQQQQQQQQQQQQQQQQ' }),
      {
        name: 'no signature at all',
        send: async (requestId, body) =>
          this.answer({ url: `${this.deskUrl}/requests/${requestId}/decision`, init: jsonPost(body) }),
      },
    ];
  }

  private async decide(credentials: EmulatorCredentials, requestId: string, body: string): Promise<Answer> {
    return this.answer(await this.sign(credentials, 'POST', `/requests/${requestId}/decision`, body));
  }

  /** As an IAM user with the group as a tag, who assumes the approver role under the user's own name. */
  private async credentialsOf(name: string, group: string): Promise<EmulatorCredentials | undefined> {
    const { emulator } = this.deployment;
    const iam = new IAMClient(emulator.clientConfig());
    await iam.send(new CreateUserCommand({ UserName: name, Tags: [{ Key: 'approver-group', Value: group }] }));
    const statement = {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: this.deployment.output('ApproverRoleArn'),
    };
    await iam.send(
      new PutUserPolicyCommand({
        UserName: name,
        PolicyName: 'TakeApproverRole',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
      }),
    );
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
    const own = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
    return this.approverRole(own, name);
  }

  /** Undefined: the role's trust policy doesn't admit them. */
  private async approverRole(own: EmulatorCredentials, name: string): Promise<EmulatorCredentials | undefined> {
    const sts = new STSClient(this.deployment.emulator.clientConfig(own));
    const RoleArn = this.deployment.output('ApproverRoleArn');
    try {
      const { Credentials: made } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: name }));
      return {
        accessKeyId: made?.AccessKeyId ?? '',
        secretAccessKey: made?.SecretAccessKey ?? '',
        sessionToken: made?.SessionToken,
      };
    } catch (error) {
      if (/AccessDenied|not authorized/i.test(String(error))) return undefined;
      throw error;
    }
  }

  private get deskUrl(): string {
    return this.deployment.localUrl(this.deployment.output('DeskUrl'));
  }

  private async sign(
    credentials: EmulatorCredentials,
    method: 'GET' | 'POST',
    path: string,
    body?: string,
  ): Promise<Signed> {
    const { region } = this.deployment.emulator;
    const url = `${this.deskUrl}${path}`;
    const { host, hostname, port, pathname, protocol } = new URL(url);
    const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const request = new HttpRequest({
      method,
      protocol,
      hostname,
      port: Number(port),
      path: pathname,
      headers: { host, ...type },
      body,
    });
    const signed = await signer.sign(request);
    const { host: _, ...headers } = signed.headers;
    return { url, init: { method, headers, ...(body === undefined ? {} : { body }) } };
  }

  private async send({ url, init }: Signed): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(url, init);
    return { status: response.status, text: await response.text() };
  }

  private async answer(signed: Signed): Promise<Answer> {
    const { status, text } = await this.send(signed);
    try {
      return { status, code: String((JSON.parse(text) as { code?: string }).code ?? '') };
    } catch {
      return { status, code: '' };
    }
  }
}

function jsonPost(body: string): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body };
}
