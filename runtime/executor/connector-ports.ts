import { readFileSync } from 'node:fs';
import path from 'node:path';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { secretsManager } from '../aws/clients';
import { environment } from '../aws/environment';
import { EvidenceStore } from '../aws/evidence-store';
import { LedgerWriter } from '../aws/ledger-writer';
import { logAs } from '../aws/log-line';
import { RequestStore } from '../aws/request-store';
import type { ExecutorConfig } from '../core/executor-config';
import type { ExecutorPorts } from './executor-ports';
import type { CredentialValue } from './target-answer';

/**
 * The connector that synth wrote into the function's bundle.
 * @param directory the bundle's own folder, `__dirname` of its handler
 */
export function readConnector(directory: string): ExecutorConfig {
  return JSON.parse(readFileSync(path.join(directory, 'connector.json'), 'utf8')) as ExecutorConfig;
}

/** The ports that every kind of connector has. */
export function connectorPorts(): Pick<ExecutorPorts, 'ledger' | 'evidence' | 'requests' | 'now' | 'log'> {
  return {
    ledger: new LedgerWriter(environment('LEDGER_BUCKET')),
    evidence: new EvidenceStore(environment('EVIDENCE_BUCKET')),
    requests: new RequestStore(environment('STATE_TABLE')),
    now: Date.now,
    log: logAs('executor'),
  };
}

/** Reads the connector's credential for each call, so that a rotation takes effect at once and no value stays in memory. */
export async function readCredential(): Promise<CredentialValue | undefined> {
  const secret = await secretsManager().send(
    new GetSecretValueCommand({ SecretId: environment('CREDENTIAL_SECRET_ARN') }),
  );
  return secret.SecretString ? { value: secret.SecretString, version: secret.VersionId ?? 'unknown' } : undefined;
}
