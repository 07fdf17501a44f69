import type { OperatorReply } from '../../runtime/sandbox/operator-replies';
import { type DeskAccess, DeskClient } from '../approval-desk/desk-client';
import { expectAddress, refused } from '../approval-desk/open-desk';
import { isRegion, regionOfApi } from '../command-line/aws-region';
import type { CommandIo } from '../command-line/command-io';
import type { ArgumentDefinition } from '../command-line/define-command';
import { flag, required, text } from '../command-line/option';
import { UsageError } from '../command-line/usage-error';

/** Options of every command of an operator. */
export const OPERATOR_OPTIONS = {
  apiUrl: text('URL', 'the address of the operators’ API, an output of the stack', {
    variable: 'HARDENED_AGENT_OPERATOR_URL',
  }),
  roleArn: text('ARN', 'the operator role to assume first', { variable: 'HARDENED_AGENT_OPERATOR_ROLE' }),
  as: text('NAME', 'the role session name; by default your own name in AWS'),
  region: text(
    'REGION',
    'the region of the API; by default the one in its address, then AWS_REGION or AWS_DEFAULT_REGION',
  ),
  json: flag('print the answer as JSON'),
};

/** Why something is stopped. It is recorded. */
export const REASON = {
  reason: required('TEXT', 'why, recorded with your name', (given) => {
    if (given.trim() === '' || given.length > 1000) throw new UsageError('--reason: give 1 to 1000 characters.');
    return given;
  }),
};

/** IAM actions of an operator. */
export const OPERATOR_PERMISSIONS = ['sts:AssumeRole', 'execute-api:Invoke'];

export const SESSION: ArgumentDefinition<string> = {
  name: 'ID',
  description: 'the id of a session, as "hardened-agent session list" prints it',
  read: (given) => readName(given, 'the id of a session'),
};

export const CONNECTOR: ArgumentDefinition<string> = {
  name: 'NAME',
  description: 'the name of a connector, as "hardened-agent connector list" prints it',
  read: (given) => readName(given, 'the name of a connector'),
};

function readName(given: string, what: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(given)) return given;
  throw new UsageError(`"${given}" is not ${what}.`);
}

/** Values of `OPERATOR_OPTIONS`. */
export interface OperatorCommandOptions {
  readonly apiUrl?: string;
  readonly roleArn?: string;
  readonly as?: string;
  readonly region?: string;
  readonly json: boolean;
}

/**
 * Sends one command of an operator. Prints why it was refused.
 *
 * @param body a reason @default - the command only looks
 * @returns the answer; undefined when it was refused
 * @throws UsageError when address or region are missing; Error when the role cannot be assumed
 */
export async function operate(
  path: string,
  options: OperatorCommandOptions,
  io: CommandIo,
  body?: { readonly reason: string },
): Promise<OperatorReply | undefined> {
  const client = await DeskClient.open(accessOf(options, io));
  const sent = body === undefined ? undefined : JSON.stringify({ v: 1, ...body });
  const { status, body: answer } = await client.send<OperatorReply>(sent === undefined ? 'GET' : 'POST', path, sent);
  if (status === 200) {
    if (options.json) io.json(answer);
    return answer;
  }
  refused(answer, io);
  return undefined;
}

function accessOf(
  { apiUrl, roleArn, as: sessionName, region: given }: OperatorCommandOptions,
  io: CommandIo,
): DeskAccess {
  if (!apiUrl) {
    throw new UsageError('Give the address of the operators’ API with --api-url, or set HARDENED_AGENT_OPERATOR_URL.');
  }
  expectAddress(apiUrl, 'OperatorUrl');
  if (roleArn !== undefined && !/^arn:[a-z-]+:iam::\d{12}:role\/.+/.test(roleArn)) {
    throw new UsageError(`--role-arn is "${roleArn}". Give the ARN of the operator role, the output OperatorRoleArn.`);
  }
  const region = given ?? regionOfApi(apiUrl) ?? (io.env.AWS_REGION || io.env.AWS_DEFAULT_REGION);
  if (!region) throw new UsageError('Give the region with --region, or set AWS_REGION.');
  if (!isRegion(region)) throw new UsageError(`--region is "${region}". Give the name of a region, such as eu-west-1.`);
  return { apiUrl, region, roleArn, sessionName, env: io.env };
}
