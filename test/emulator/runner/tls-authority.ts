import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { RUNNER_DIRECTORY } from './paths';
import { ensureVirtualEnvironment } from './virtual-environment';

/** A certificate authority that lives for one run, and one server certificate of it. */
export interface TlsAuthority {
  /** PEM file of the authority's certificate: what clients have to trust. */
  readonly authorityFile: string;
  /** PEM certificate for the host names: `https.createServer({ cert, key })`. */
  readonly certificate: string;
  /** PEM private key of `certificate`; only in memory. */
  readonly key: string;
  /** Environment that makes Lambdas reach the host names on 127.0.0.1, verified: `startEmulator`'s `extraEnvironment`. */
  readonly lambdaEnvironment: Readonly<Record<string, string>>;
  /** Deletes the file. */
  remove(): void;
}

/**
 * Makes an authority and a certificate for host names, both valid for a day, so that a local server can play an
 * external system and the Lambdas still verify TLS as they would outside.
 */
export async function makeTlsAuthority(
  hosts: readonly string[],
  onProgress: (line: string) => void = () => {},
): Promise<TlsAuthority> {
  const python = await ensureVirtualEnvironment(onProgress);
  const made = execFileSync(python, [path.join(RUNNER_DIRECTORY, 'make_authority.py'), ...hosts], { encoding: 'utf8' });
  const { authority, certificate, key } = JSON.parse(made) as { authority: string; certificate: string; key: string };
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'hardened-agent-authority-'));
  const authorityFile = path.join(directory, 'authority.pem');
  fs.writeFileSync(authorityFile, authority);
  const remove = () => fs.rmSync(directory, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    authorityFile,
    certificate,
    key,
    lambdaEnvironment: {
      NODE_EXTRA_CA_CERTS: authorityFile,
      NODE_OPTIONS: `--require ${JSON.stringify(path.join(RUNNER_DIRECTORY, 'resolve-hosts.cjs'))}`,
      RESOLVE_TO_LOOPBACK: hosts.join(','),
    },
    remove() {
      process.removeListener('exit', remove);
      remove();
    },
  };
}
