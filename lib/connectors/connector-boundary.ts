import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { CONNECTOR_ACTIONS } from '../private/connector-actions';
import { NETWORK_INTERFACE_PATTERNS } from '../private/network-interface-actions';
import { RightsBoundary } from './rights-boundary';

/** The most that a connector's executors can ever do. All of them have the same boundary. @internal */
export class ConnectorBoundary extends RightsBoundary {
  public createIn(
    connector: Construct,
    { inVpc, hasCredential }: { readonly inVpc: boolean; readonly hasCredential: boolean },
  ): iam.ManagedPolicy {
    this.raise([
      ...CONNECTOR_ACTIONS,
      ...(inVpc ? NETWORK_INTERFACE_PATTERNS : []),
      ...(hasCredential ? ['secretsmanager:GetSecretValue'] : []),
    ]);
    return this.policy(connector, 'Boundary', 'The most that this connector can ever do');
  }
}
