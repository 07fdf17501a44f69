import type { APIGatewayProxyResult } from 'aws-lambda';

/** An answer of an API in JSON. No cache stores it, and no browser runs it. */
export function jsonAnswer(statusCode: number, body: unknown): APIGatewayProxyResult {
  return {
    statusCode,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'",
      'x-content-type-options': 'nosniff',
    },
    body: JSON.stringify(body),
  };
}
