import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

/**
 * Starts the OpenID provider, and waits until it listens.
 * @param issuer its name, if something with TLS stands before it. Default: its address
 */
export async function startProvider(
  deskUrl: string,
  issuer?: string,
): Promise<{ readonly provider: ChildProcess; readonly address: string }> {
  const words = [path.join(__dirname, 'openid-provider.mjs'), deskUrl, ...(issuer ? [issuer] : [])];
  // It warns of its development settings on standard error, which are meant here.
  const provider = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore', 'ipc'] });
  const address = await new Promise<string>((resolve, reject) => {
    provider.stdout?.on('data', (data) => {
      const line = /^http:\S+$/m.exec(String(data))?.[0];
      if (line) resolve(line);
    });
    provider.on('exit', (code) => reject(new Error(`The OpenID provider ended with ${code}.`)));
  });
  return { provider, address };
}
