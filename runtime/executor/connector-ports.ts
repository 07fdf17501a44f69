import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ConnectorStops } from '../aws/connector-stops';
import { environment } from '../aws/environment';
import { EvidenceStore } from '../aws/evidence-store';
import { LedgerWriter } from '../aws/ledger-writer';
import { logAs } from '../aws/log-line';
import { RequestStore } from '../aws/request-store';
import { SessionStore } from '../aws/session-store';
import type { ExecutorConfig } from '../core/executor-config';
import type { ExecutorPorts } from './executor-ports';
import { readCredential, readRotated } from './read-credential';

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
  'ledger' | 'evidence' | 'requests' | 'sessions' | 'stops' | 'credential' | 'rotated' | 'now' | 'log'
> {
  return {
    ledger: new LedgerWriter(environment('LEDGER_BUCKET')),
    evidence: new EvidenceStore(environment('EVIDENCE_BUCKET')),
    requests: new RequestStore(environment('STATE_TABLE')),
    sessions: new SessionStore(environment('STATE_TABLE')),
    stops: new ConnectorStops(environment('STATE_TABLE'), environment('AGENT_ID')),
    credential: () => readCredential(),
    rotated: (refused, status) => readRotated(refused, status),
    now: Date.now,
    log: logAs('executor'),
  };
}
