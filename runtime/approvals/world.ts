import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Manifest } from '../core/contracts';

/** The manifest beside the bundle: the definitions and policies of today. */
export function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(path.join(directory, 'manifest.json'), 'utf8')) as Manifest;
}

/** One line of JSON on the function's log. */
export function logAs(service: string): (record: Record<string, unknown>) => void {
  return (record) => console.log(JSON.stringify({ level: 'INFO', service, ...record }));
}

/** A JSON answer that no cache keeps and no browser runs. */
export function respond(statusCode: number, body: unknown): APIGatewayProxyResult {
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
