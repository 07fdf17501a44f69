import type { APIGatewayProxyEvent } from 'aws-lambda';

/** A request of a browser or of the command line, as the web desk reads it. */
export interface DeskRequest {
  readonly method: string;
  /** Without the stage: `/requests/r-1`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Reads an event of API Gateway. A header that came several times keeps its last value; cookies are joined. */
export function readDeskRequest(event: APIGatewayProxyEvent): DeskRequest {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(event.headers ?? {})) {
    if (value !== undefined) headers.set(name.toLowerCase(), value);
  }
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {})) {
    if (name.toLowerCase() === 'cookie' && values) headers.set('cookie', values.join('; '));
  }
  const query = Object.entries(event.queryStringParameters ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return {
    method: event.httpMethod,
    path: event.path,
    query: Object.fromEntries(query),
    headers: Object.fromEntries(headers),
    body: event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? ''),
  };
}
