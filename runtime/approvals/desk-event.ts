import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { JsonObject, JsonValue } from '../core/contracts';
import { isObject } from '../core/json/is-object';
import { compileSchema } from '../core/schema/compile-schema';
import { type Approver, approverOf, approverOfPerson } from './approver-identity';
import type { DeskCall } from './desk-call';
import type { WayIn } from './way-in';

/** What an approver asks of the desk. */
export interface DeskRequest {
  readonly approver: Approver;
  readonly method: string;
  /** Absent: the list of waiting requests. */
  readonly requestId: string | undefined;
  readonly body: string;
}

const text = { type: 'string', minLength: 1, maxLength: 1024 } as const;
const deskCallSchema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['v', 'type', 'person', 'method'],
  properties: {
    v: { const: 1 },
    type: { const: 'desk_call' },
    person: {
      type: 'object',
      additionalProperties: false,
      required: ['kind', 'issuer', 'subject', 'name', 'groups', 'claims'],
      properties: {
        kind: { const: 'person' },
        issuer: text,
        // OpenID Connect Core 1.0, section 2: at most 255 ASCII characters.
        subject: { ...text, maxLength: 255 },
        name: text,
        groups: { type: 'array', items: text, maxItems: 1000 },
        claims: { type: 'object', additionalProperties: { type: 'string', maxLength: 4096 } },
      },
    },
    method: { enum: ['GET', 'POST'] },
    requestId: { ...text, maxLength: 256 },
    body: { type: 'string', maxLength: 16_384 },
  },
};
const isDeskCall = compileSchema(deskCallSchema);

/**
 * Reads an event by the deployment's way in, and by no other. Undefined: it came by another way, has another shape, or its
 * caller is no approver.
 */
export function readDeskEvent(event: unknown, wayIn: WayIn): DeskRequest | undefined {
  return wayIn.kind === 'oidc' ? ofWebDesk(event, wayIn) : ofSignedApi(event as APIGatewayProxyEvent, wayIn.roles);
}

function ofWebDesk(event: unknown, { issuer, groups }: WayIn & { kind: 'oidc' }): DeskRequest | undefined {
  if (!isObject(event) || !isDeskCall(event as JsonValue).ok) return undefined;
  const { person, method, requestId, body = '' } = event as unknown as DeskCall;
  const approver = person.issuer === issuer ? approverOfPerson(person, groups) : undefined;
  return approver && { approver, method, requestId, body };
}

function ofSignedApi(event: APIGatewayProxyEvent, roles: (WayIn & { kind: 'iam' })['roles']): DeskRequest | undefined {
  const approver = approverOf(event, roles);
  if (!approver) return undefined;
  const sent = event.body ?? '';
  const body = event.isBase64Encoded ? Buffer.from(sent, 'base64').toString('utf8') : sent;
  return { approver, method: event.httpMethod, requestId: event.pathParameters?.id ?? undefined, body };
}
