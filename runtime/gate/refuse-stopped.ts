import { Denied } from '../core/denied';
import type { KnownCall } from './call-record';
import { settledValue } from './repeated-call';

/**
 * A person can stop a connector for all sessions, also while the gate only logs.
 * @throws Denied if the tool's connector is stopped
 */
export function refuseStopped({ lookups }: KnownCall): void {
  if (settledValue(lookups.stopped)) throw new Denied('CONNECTOR_STOPPED');
}
