import type { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { StateTable } from './gate/state-table';
import { Ledger } from './ledger/ledger';
import type { LedgerOptions } from './ledger/ledger-options';
import { IsolatedNetwork } from './network/isolated-network';

/** @internal */
export interface SharedPartsProps {
  readonly retention: Duration;
  readonly evidenceRetention?: Duration;
  readonly ledger?: LedgerOptions;
  readonly network?: IsolatedNetwork;
  readonly availabilityZones?: string[];
}

/**
 * What one agent needs once, and several can share.
 * @internal
 */
export interface SharedParts {
  readonly network: IsolatedNetwork;
  readonly state: StateTable;
  readonly ledger: Ledger;
}

/**
 * The paths below the scope are the same for a platform and for an agent of its own, which had them before there were platforms:
 * a locked ledger with another path would be another ledger.
 * @internal
 */
export function createSharedParts(scope: Construct, props: SharedPartsProps): SharedParts {
  const network =
    props.network ?? new IsolatedNetwork(scope, 'Network', { availabilityZones: props.availabilityZones });
  return {
    network,
    state: new StateTable(scope, 'State'),
    ledger: new Ledger(scope, 'Ledger', {
      ...props.ledger,
      retention: props.retention,
      evidenceRetention: props.evidenceRetention,
      network,
    }),
  };
}
