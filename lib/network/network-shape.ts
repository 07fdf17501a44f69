import { instanceOf } from '../private/props/shape';
import { IsolatedNetwork } from './isolated-network';

/** @internal */
export const NETWORK = instanceOf(
  IsolatedNetwork,
  "new IsolatedNetwork(this, 'Network') or IsolatedNetwork.fromVpcWithTrustedRoutes(…)",
);
