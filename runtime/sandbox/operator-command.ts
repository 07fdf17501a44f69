import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Approver } from '../approvals/approver-identity';
import type { JsonObject } from '../core/contracts';
import { parseStrict } from '../core/json/parse-strict';
import { compileSchema } from '../core/schema/compile-schema';
import type { Operations } from './operate';
import type { OperatorReply } from './operator-replies';

const isBody = compileSchema({
  type: 'object',
  additionalProperties: false,
  required: ['v', 'reason'],
  properties: { v: { const: 1 }, reason: { type: 'string', minLength: 1, maxLength: 1000 } },
});

const MAX_BODY_BYTES = 8192;

type Command = (operations: Operations, id: string, reason: string, person: Approver) => Promise<OperatorReply>;

/** The methods of the operators' API. */
const COMMANDS: Readonly<Record<string, Command>> = {
  'GET /sessions': (operations) => operations.list(),
  'GET /sessions/{id}': (operations, id) => operations.show(id),
  'POST /sessions/{id}/stop': (operations, id, reason, person) => operations.stop(id, reason, person),
  'POST /sessions/stop': (operations, _, reason, person) => operations.stopAll(reason, person),
  'GET /connectors': (operations) => operations.connectors(),
  'POST /connectors/{id}/stop': (operations, id, reason, person) => operations.stopConnector(id, reason, person),
  'POST /connectors/{id}/resume': (operations, id, reason, person) => operations.resumeConnector(id, reason, person),
};

/** Runs the command that an operator sent. */
export async function runOperatorCommand(
  event: APIGatewayProxyEvent,
  person: Approver,
  operations: Operations,
): Promise<OperatorReply> {
  const command = COMMANDS[`${event.httpMethod} ${event.resource}`];
  if (!command) return { v: 1, code: 'INVALID_COMMAND', reason: `There is no ${event.httpMethod} ${event.resource}.` };
  const id = event.pathParameters?.id ?? '';
  if (event.httpMethod === 'GET') return command(operations, id, '', person);
  const body = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');
  const parsed = parseStrict(body, { maxBytes: MAX_BODY_BYTES, maxDepth: 1 });
  const valid = parsed.ok ? isBody(parsed.value as JsonObject) : parsed;
  if (!parsed.ok || !valid.ok) {
    const why = valid.ok ? '' : `: ${valid.reason}`;
    return { v: 1, code: 'INVALID_COMMAND', reason: `The body isn't {v: 1, reason}${why}` };
  }
  const { reason } = parsed.value as { reason: string };
  return command(operations, id, reason, person);
}
