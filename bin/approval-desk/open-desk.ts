import type { ApprovalCard } from '../../runtime/approvals/approval-card';
import { digestOf } from '../../runtime/approvals/show-requests';
import { isRegion, regionOfApi } from '../command-line/aws-region';
import { commandHint, optionWords } from '../command-line/command-hint';
import type { CommandIo } from '../command-line/command-io';
import type { ArgumentDefinition } from '../command-line/define-command';
import { flag, text } from '../command-line/option';
import { UsageError } from '../command-line/usage-error';
import type { DeskApi } from './desk-api';
import { DeskClient } from './desk-client';
import { keptToken } from './kept-token';
import { WebDeskClient } from './web-desk-client';

/** The option with the address of a web desk. */
export const WEB_DESK_OPTION = text('URL', 'the address of a web desk, where you sign in with OpenID Connect', {
  variable: 'HARDENED_AGENT_WEB_DESK_URL',
});

/** Options of every command that speaks to the approval desk. */
export const DESK_OPTIONS = {
  apiUrl: text('URL', 'the address of the approval desk, an output of the stack', {
    variable: 'HARDENED_AGENT_DESK_URL',
  }),
  deskUrl: WEB_DESK_OPTION,
  roleArn: text('ARN', 'the approver role to assume first', { variable: 'HARDENED_AGENT_APPROVER_ROLE' }),
  as: text('NAME', 'the role session name; by default your own name in AWS'),
  region: text(
    'REGION',
    'the region of the desk; by default the one in its address, then AWS_REGION or AWS_DEFAULT_REGION',
  ),
  json: flag('print the answer of the desk as JSON'),
};

const ROLE_ARN = /^arn:[a-z-]+:iam::\d{12}:role\/.+/;

/** Values of `DESK_OPTIONS`. */
export interface DeskOptions {
  readonly apiUrl?: string;
  readonly deskUrl?: string;
  readonly roleArn?: string;
  readonly as?: string;
  readonly region?: string;
}

/** IAM actions for the desk. */
export const DESK_PERMISSIONS = ['sts:AssumeRole', 'execute-api:Invoke'];

export const REQUEST: ArgumentDefinition<string> = {
  name: 'ID',
  description: 'the id of a request, as "hardened-agent approvals list" prints it',
  read: (given) => {
    if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(given)) return given;
    throw new UsageError(`"${given}" is not the id of a request. The ids: ${commandHint('approvals', 'list')}`);
  },
};

/** @throws UsageError when address, region or token are missing; Error when the role cannot be assumed */
export async function openDesk(options: DeskOptions, io: CommandIo): Promise<DeskApi> {
  const webDesk = deskAddress(options.deskUrl);
  if (webDesk === undefined) return openSignedDesk(options, io);
  if (options.apiUrl !== undefined && options.apiUrl !== io.env.HARDENED_AGENT_DESK_URL) {
    throw new UsageError('--api-url is the address of a desk for IAM, and --desk-url that of a web desk. Give one.');
  }
  const token = io.env.HARDENED_AGENT_TOKEN || keptToken(webDesk, io.env, Date.now());
  if (!token) {
    const how = commandHint('approvals', 'sign-in', '--desk-url', webDesk);
    throw new UsageError(`You aren't signed in at ${webDesk}, or not any more. Sign in: ${how}`);
  }
  return new WebDeskClient(webDesk, token);
}

/** @throws UsageError for an address that is neither https nor on this machine */
export function deskAddress(deskUrl: string | undefined): string | undefined {
  if (!deskUrl) return undefined;
  expectAddress(deskUrl, 'DeskUrl', '--desk-url');
  return deskUrl.replace(/\/+$/, '');
}

function openSignedDesk(options: DeskOptions, io: CommandIo): Promise<DeskClient> {
  const { apiUrl, roleArn, as: sessionName } = options;
  if (!apiUrl) {
    throw new UsageError(
      'Give the address of the approval desk with --api-url, or set HARDENED_AGENT_DESK_URL. For a web desk, give --desk-url.',
    );
  }
  expectAddress(apiUrl);
  if (roleArn !== undefined && !ROLE_ARN.test(roleArn)) {
    throw new UsageError(
      `--role-arn is "${roleArn}". Give the ARN of the approver role, such as arn:aws:iam::111122223333:role/Approver.`,
    );
  }
  const region = options.region ?? regionOfApi(apiUrl) ?? (io.env.AWS_REGION || io.env.AWS_DEFAULT_REGION);
  if (!region) throw new UsageError('Give the region with --region, or set AWS_REGION.');
  if (!isRegion(region)) throw new UsageError(`--region is "${region}". Give the name of a region, such as eu-west-1.`);
  return DeskClient.open({ apiUrl, region, roleArn, sessionName, env: io.env });
}

/**
 * @param output the stack's output with the address
 * @throws UsageError for an address that is neither https nor on this machine, where tests run
 */
export function expectAddress(address: string, output = 'DeskUrl', option = '--api-url'): void {
  const { protocol, hostname } = URL.canParse(address) ? new URL(address) : {};
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname ?? '');
  if (protocol === 'https:' || (protocol === 'http:' && local)) return;
  const why = protocol === 'http:' ? 'It would send arguments unencrypted. Give' : 'Give';
  throw new UsageError(
    `${option} is "${address}", which is no https address. ${why} the output ${output} of the stack.`,
  );
}

/** The desk's options as words of a command to copy, without those that the environment gives anyway. */
export function deskWords({ apiUrl, deskUrl, roleArn, as, region }: DeskOptions, { env }: CommandIo): string[] {
  return [
    ...optionWords('--api-url', apiUrl === env.HARDENED_AGENT_DESK_URL ? undefined : apiUrl),
    ...optionWords('--desk-url', deskUrl === env.HARDENED_AGENT_WEB_DESK_URL ? undefined : deskUrl),
    ...optionWords('--role-arn', roleArn === env.HARDENED_AGENT_APPROVER_ROLE ? undefined : roleArn),
    ...optionWords('--as', as),
    ...optionWords('--region', region),
  ];
}

/** Hashes the arguments here, because the desk's word about its own bytes proves nothing. */
export function checkedCard(card: ApprovalCard): ApprovalCard {
  if (card.argumentsText === undefined || digestOf(card, card.argumentsText) === card.digest) return card;
  const { argumentsText: _wrong, view: _view, ...rest } = card;
  return {
    ...rest,
    problems: [...card.problems, 'The arguments that the desk sent are not the bytes of this digest: don’t approve.'],
  };
}

/** Prints why the desk refused. Returns the exit code. */
export function refused(body: unknown, io: CommandIo): number {
  const { code, reason, message } = body as { code?: string; reason?: string; message?: string };
  io.err([code, reason ?? message].filter(Boolean).join(': ') || 'The desk refused.');
  return 1;
}
