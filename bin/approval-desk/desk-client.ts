import { Sha256 } from '@aws-crypto/sha256-js';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ApprovalCard, WaitingList } from '../../runtime/approvals/approval-card';
import type { DecisionReply } from '../../runtime/approvals/decide';
import type { DecisionBody } from '../../runtime/approvals/decision-body';
import { type Answer, type DeskApi, fetchJson } from './desk-api';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
type CredentialProvider = () => Promise<Credentials>;

/** Where the desk is, and which role calls it. */
export interface DeskAccess {
  /** HTTPS, or on this machine: `openDesk` checks it. */
  readonly apiUrl: string;
  readonly region: string;
  /** The approver role. @default - the present credentials are used as they are */
  readonly roleArn?: string;
  /** Role session name, which the role's trust policy compares with the person's name. @default - the caller's own name */
  readonly sessionName?: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Calls the API of the approval desk. Each request is signed with SigV4. */
export class DeskClient implements DeskApi {
  private constructor(
    private readonly apiUrl: URL,
    private readonly signer: SignatureV4,
  ) {}

  /** @throws Error when the role can't be assumed */
  static async open(access: DeskAccess): Promise<DeskClient> {
    const url = new URL(access.apiUrl);
    const ambient = ambientCredentials(access.env);
    const credentials = access.roleArn ? await assume(access, access.roleArn, ambient) : ambient;
    return new DeskClient(
      url,
      new SignatureV4({ service: 'execute-api', region: access.region, credentials, sha256: Sha256 }),
    );
  }

  list(): Promise<Answer<WaitingList>> {
    return this.send('GET', 'requests');
  }

  show(requestId: string): Promise<Answer<ApprovalCard>> {
    return this.send('GET', `requests/${requestId}`);
  }

  decide(requestId: string, body: DecisionBody): Promise<Answer<DecisionReply>> {
    return this.send('POST', `requests/${requestId}/decision`, JSON.stringify(body));
  }

  /** Sends one signed request. @throws Error when no answer comes, or one without JSON */
  async send<Body>(method: string, path: string, body?: string): Promise<Answer<Body>> {
    const base = this.apiUrl.pathname.replace(/\/$/, '');
    const request = new HttpRequest({
      method,
      protocol: this.apiUrl.protocol,
      hostname: this.apiUrl.hostname,
      ...(this.apiUrl.port ? { port: Number(this.apiUrl.port) } : {}),
      path: `${base}/${path}`,
      headers: { host: this.apiUrl.host, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body,
    });
    const signed = await this.signer.sign(request);
    const { host: _host, ...headers } = signed.headers;
    return fetchJson(
      new URL(`${base}/${path}`, this.apiUrl),
      { method, headers, ...(body === undefined ? {} : { body }) },
      { server: 'desk', check: 'Check that --api-url is the address of the desk.' },
    );
  }
}

function ambientCredentials(env: NodeJS.ProcessEnv): CredentialProvider {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: token } = env;
  if (!accessKeyId || !secretAccessKey) return fromNodeProviderChain();
  return () => Promise.resolve({ accessKeyId, secretAccessKey, ...(token ? { sessionToken: token } : {}) });
}

async function assume(access: DeskAccess, roleArn: string, ambient: CredentialProvider): Promise<CredentialProvider> {
  const sts = new STSClient({
    region: access.region,
    credentials: ambient,
    ...(access.env.AWS_ENDPOINT_URL ? { endpoint: access.env.AWS_ENDPOINT_URL } : {}),
  });
  const sessionName = access.sessionName ?? (await ownName(sts));
  const { Credentials: made } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName, DurationSeconds: 900 }),
  );
  if (!made?.AccessKeyId || !made.SecretAccessKey) throw new Error(`Assuming ${roleArn} gave no credentials.`);
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = made;
  return () => Promise.resolve({ accessKeyId, secretAccessKey, sessionToken });
}

/** The caller's name: of the IAM user, or the session name of the role that a person signed in with. */
async function ownName(sts: STSClient): Promise<string> {
  const { Arn: arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const name = /:(?:user|assumed-role)\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
  if (!name) throw new Error(`${arn || 'The caller'} is not a person. Give your name with --as.`);
  return name;
}
