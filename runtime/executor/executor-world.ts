import { readFileSync } from 'node:fs';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { secretsManager } from '../aws/clients';
import { environment } from '../aws/environment';
import { EvidenceStore } from '../aws/evidence-store';
import { LedgerWriter } from '../aws/ledger-writer';
import { RequestStore } from '../aws/request-store';
import type { ExecutorConfig } from '../core/executor-config';
import type { CredentialValue, ExecutorPorts } from './executor';

export function readConfig(file: string): ExecutorConfig {
  return JSON.parse(readFileSync(file, 'utf8')) as ExecutorConfig;
}

/** The parts of the world that every kind of executor shares. */
export function sharedPorts(): Pick<ExecutorPorts, 'ledger' | 'evidence' | 'requests' | 'now' | 'log'> {
  return {
    ledger: new LedgerWriter(environment('LEDGER_BUCKET')),
    evidence: new EvidenceStore(environment('EVIDENCE_BUCKET')),
    requests: new RequestStore(environment('STATE_TABLE')),
    now: Date.now,
    log: (record) => console.log(JSON.stringify({ level: 'INFO', service: 'executor', ...record })),
  };
}

/** Reads the connector's credential each time: rotation then touches one place, and nothing stays in memory. */
export async function readCredential(): Promise<CredentialValue | undefined> {
  const secret = await secretsManager().send(
    new GetSecretValueCommand({ SecretId: environment('CREDENTIAL_SECRET_ARN') }),
  );
  return secret.SecretString ? { value: secret.SecretString, version: secret.VersionId ?? 'unknown' } : undefined;
}
