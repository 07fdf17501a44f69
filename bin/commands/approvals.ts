import { parseArgs } from 'node:util';
import { type ApprovalCard, cardLines } from '../../runtime/approvals/approval-card';
import type { DecisionReply } from '../../runtime/approvals/decide';
import { digestOf } from '../../runtime/approvals/show-requests';
import { escapeToLine } from '../../runtime/core/display';
import { DeskClient } from '../approvals/desk-client';
import { asciiJson } from '../ascii-json';
import type { CommandIo } from '../command-io';

const USAGE = [
  'Usage: hardened-agent approvals list',
  '       hardened-agent approvals show ID',
  '       hardened-agent approvals approve ID --digest DIGEST [--reason TEXT]',
  '       hardened-agent approvals deny ID --reason TEXT',
  '',
  '  --api-url URL    the approval desk (or HARDENED_AGENT_DESK_URL)',
  '  --role-arn ARN   assume this approver role first (or HARDENED_AGENT_APPROVER_ROLE)',
  '  --as NAME        role session name; default: your own name in AWS',
  '  --region REGION  default: AWS_REGION',
  '  --json           print the desk’s answer',
];

const OPTIONS = {
  'api-url': { type: 'string' },
  'role-arn': { type: 'string' },
  as: { type: 'string' },
  region: { type: 'string' },
  digest: { type: 'string' },
  reason: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

type Values = ReturnType<typeof parse>['values'];

/** Looks at what waits for a person, and decides. Exit code 0: done; 1: the desk refused; 2: wrong usage. */
export async function approvals(args: string[], io: CommandIo): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return misused(io, (error as Error).message);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  const [action = '', requestId = '', ...rest] = positionals;
  const problem = problemWith(action, requestId, rest, values);
  if (problem !== undefined) return misused(io, problem);

  const apiUrl = values['api-url'] ?? io.env.HARDENED_AGENT_DESK_URL;
  const region = values.region ?? io.env.AWS_REGION ?? io.env.AWS_DEFAULT_REGION;
  if (!apiUrl || !URL.canParse(apiUrl)) return misused(io, 'Give the approval desk’s address with --api-url.');
  if (!region) return misused(io, 'Give the region with --region.');
  try {
    const desk = await DeskClient.open({
      apiUrl,
      region,
      roleArn: values['role-arn'] ?? io.env.HARDENED_AGENT_APPROVER_ROLE,
      sessionName: values.as,
      env: io.env,
    });
    switch (action) {
      case 'list':
        return await list(desk, io, values);
      case 'show':
        return await show(desk, requestId, io, values);
      default:
        return await decide(desk, requestId, action === 'approve' ? 'APPROVED' : 'DENIED', io, values);
    }
  } catch (error) {
    io.err(escapeToLine((error as Error).message));
    return 1;
  }
}

function parse(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true });
}

function problemWith(action: string, requestId: string, rest: string[], values: Values): string | undefined {
  if (!['list', 'show', 'approve', 'deny'].includes(action)) return `There is no action "${action}".`;
  if (action === 'list') return requestId === '' ? undefined : 'list takes no request id.';
  if (!REQUEST_ID.test(requestId)) return 'Give the id of one request, as listed.';
  if (rest.length > 0) return 'Give one request id.';
  if (action === 'approve' && !/^[0-9a-f]{64}$/.test(values.digest ?? '')) {
    return `An approval is for exact bytes: run "approvals show ${requestId}", read it, and give its --digest.`;
  }
  if (action === 'deny' && !values.reason) return 'A denial needs a --reason.';
  return undefined;
}

async function list(desk: DeskClient, io: CommandIo, values: Values): Promise<number> {
  const { status, body } = await desk.list();
  if (status !== 200) return refused(body, io);
  if (values.json) io.out(asciiJson(body));
  else if (body.requests.length === 0) io.out('Nothing waits for a decision.');
  else {
    for (const request of body.requests) {
      const cells = [request.requestId, request.tool, `expires ${request.expiresAt}`, `session ${request.sessionId}`];
      io.out(cells.map((cell) => escapeToLine(cell)).join('  '));
    }
  }
  return 0;
}

async function show(desk: DeskClient, requestId: string, io: CommandIo, values: Values): Promise<number> {
  const { status, body } = await desk.show(requestId);
  if (status !== 200) return refused(body, io);
  if (values.json) {
    io.out(asciiJson(body));
    return 0;
  }
  const card = checked(body);
  for (const line of cardLines(card, Date.now())) io.out(line);
  if (card.status === 'PENDING' && card.argumentsText !== undefined) {
    io.out(`To approve exactly this: approvals approve ${requestId} --digest ${escapeToLine(card.digest)}`);
  }
  return 0;
}

async function decide(
  desk: DeskClient,
  requestId: string,
  decision: 'APPROVED' | 'DENIED',
  io: CommandIo,
  values: Values,
): Promise<number> {
  const shown = await desk.show(requestId);
  if (shown.status !== 200) return refused(shown.body, io);
  const card = checked(shown.body);
  const digest = values.digest ?? card.digest;
  if (decision === 'APPROVED' && (card.argumentsText === undefined || card.digest !== digest)) {
    io.err('The digest is not the one of this request’s bytes: nothing is sent. Show the request again.');
    return 1;
  }
  const { status, body } = await desk.decide(requestId, {
    v: 1,
    decision,
    digest,
    ...(values.reason ? { reason: values.reason } : {}),
  });
  if (status !== 200) return refused(body, io);
  io.out(values.json ? asciiJson(body) : escapeToLine(body.reason));
  return 0;
}

/** Hashes the arguments here: what the desk says about its own bytes isn't believed. */
function checked(card: ApprovalCard): ApprovalCard {
  if (card.argumentsText === undefined || digestOf(card, card.argumentsText) === card.digest) return card;
  const { argumentsText: _wrong, view: _view, ...rest } = card;
  return {
    ...rest,
    problems: [...card.problems, 'The arguments that the desk sent are not the bytes of this digest: don’t approve.'],
  };
}

function refused(body: unknown, io: CommandIo): number {
  const { code, reason, message } = body as Partial<DecisionReply> & { message?: string };
  io.err(escapeToLine([code, reason ?? message].filter(Boolean).join(': ') || 'The desk refused.'));
  return 1;
}

function misused(io: CommandIo, problem: string): number {
  io.err(problem);
  for (const line of USAGE) io.err(line);
  return 2;
}
