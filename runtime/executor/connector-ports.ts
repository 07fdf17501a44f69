import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { secretsManager } from '../aws/clients';
import { ConnectorStops } from '../aws/connector-stops';
import { environment } from '../aws/environment';
import { EvidenceStore } from '../aws/evidence-store';
import { LedgerWriter } from '../aws/ledger-writer';
import { logAs } from '../aws/log-line';
import { RequestStore } from '../aws/request-store';
import { SessionStore } from '../aws/session-store';
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
export function connectorPorts(): Pick<
  ExecutorPorts,
  'ledger' | 'evidence' | 'requests' | 'sessions' | 'stops' | 'now' | 'log'
> {
  return {
    ledger: new LedgerWriter(environment('LEDGER_BUCKET')),
    evidence: new EvidenceStore(environment('EVIDENCE_BUCKET')),
    requests: new RequestStore(environment('STATE_TABLE')),
    sessions: new SessionStore(environment('STATE_TABLE')),
    stops: new ConnectorStops(environment('STATE_TABLE'), environment('AGENT_ID')),
    now: Date.now,
    log: logAs('executor'),
  };
}

/**
 * Reads the connector's credential for each call, so that a rotation takes effect at once and no value stays in memory. The
 * value before the rotation is read in parallel, because results must not contain it either. Both reads need
 * `secretsmanager:GetSecretValue` alone.
 *
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export async function readCredential(
  secrets: Pick<SecretsManagerClient, 'send'> = secretsManager(),
): Promise<CredentialValue | undefined> {
  const SecretId = environment('CREDENTIAL_SECRET_ARN');
  const [current, previous] = await Promise.all([
    secrets.send(new GetSecretValueCommand({ SecretId })),
    secrets.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSPREVIOUS' })).catch(noSuchVersion),
  ]);
  if (!current.SecretString) return undefined;
  return {
    value: current.SecretString,
    version: current.VersionId ?? 'unknown',
    ...(previous?.SecretString ? { previous: previous.SecretString } : {}),
  };
}

/** A secret that was never rotated has no previous version. Source of the error: https://github.com/aws/aws-sdk-js-v3/issues/7701 */
function noSuchVersion(error: unknown): undefined {
  if (error instanceof ResourceNotFoundException) return undefined;
  throw error;
}
