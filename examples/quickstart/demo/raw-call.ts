import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { EmulatorCredentials } from '../../../test/emulator/runner';

/** Sends exact bytes with a valid signature, as a hostile process in the task could. */
export async function rawCall(
  url: string,
  region: string,
  credentials: EmulatorCredentials,
  body: string,
): Promise<{ status: number; body: string }> {
  const { host, hostname, port, pathname, protocol } = new URL(url);
  const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  const signed = await signer.sign(
    new HttpRequest({
      method: 'POST',
      protocol,
      hostname,
      port: Number(port),
      path: pathname,
      headers: { host, 'content-type': 'application/json' },
      body,
    }),
  );
  const { host: _, ...headers } = signed.headers;
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, body: await response.text() };
}
