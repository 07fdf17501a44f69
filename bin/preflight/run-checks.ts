import { explainAwsError } from '../command-line/explain-aws-error';
import { apiLogs } from './checks/api-logs';
import { bootstrap } from './checks/bootstrap';
import { endpointZones } from './checks/endpoint-zones';
import { existingNames } from './checks/existing-names';
import { existingVpc } from './checks/existing-vpc';
import { images } from './checks/images';
import { concurrency, eventRules, iamEntities, logPolicies, trails } from './checks/limits';
import { models } from './checks/models';
import { prefixLists } from './checks/prefix-lists';
import { principals } from './checks/principals';
import { quotas } from './checks/quotas';
import { resourceTypes } from './checks/resource-types';
import { serviceRoles } from './checks/service-roles';
import { type Finding, unknown } from './finding';
import type { PreflightCheck, PreflightClients } from './preflight-check';
import type { Target } from './target';

/** In the order of the report. */
export const CHECKS: readonly PreflightCheck[] = [
  bootstrap,
  resourceTypes,
  apiLogs,
  serviceRoles,
  endpointZones,
  existingVpc,
  prefixLists,
  quotas,
  trails,
  logPolicies,
  eventRules,
  iamEntities,
  concurrency,
  existingNames,
  principals,
  models,
  images,
];

/** A check, and what it found. */
export interface CheckedFinding extends Finding {
  readonly check: string;
}

/** Runs every check. What one can't ask doesn't stop the others. */
export async function runChecks(target: Target, clients: PreflightClients): Promise<CheckedFinding[]> {
  const findings = await Promise.all(CHECKS.map((check) => runOne(check, target, clients)));
  return findings.flat();
}

async function runOne(check: PreflightCheck, target: Target, clients: PreflightClients): Promise<CheckedFinding[]> {
  const named = (found: readonly Finding[]) => found.map((finding) => ({ check: check.title, ...finding }));
  try {
    return named(await check.run(target, clients));
  } catch (error) {
    // A fault of this program is reported as such.
    if (!(error instanceof Error) || error instanceof ReferenceError || isOwnFault(error)) throw error;
    return named([unknown(`could not be asked: ${explainAwsError(error, check.permissions) ?? error.message}`)]);
  }
}

/** The network reports an unreachable host as a TypeError too, with a cause. */
function isOwnFault(error: Error): boolean {
  return error instanceof TypeError && error.cause === undefined;
}
