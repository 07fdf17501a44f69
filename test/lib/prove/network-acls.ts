import type { JsonValue } from '../../../runtime/core/contracts';
import { idOf, type Resources, subnetOf } from './quickstart-template';

/** One rule of a network ACL. */
export interface Entry {
  readonly egress: boolean;
  readonly ports?: readonly [from: number, to: number];
  readonly action?: 'allow' | 'deny';
  readonly number?: number;
  readonly cidr?: JsonValue;
}

/** Gives subnets a network ACL with these entries. */
export function acl(r: Resources, subnets: readonly number[], entries: readonly Entry[]): void {
  const VpcId = { Ref: idOf(r, 'AWS::EC2::VPC', 'AgentNetworkVpc') };
  r.Acl = { Type: 'AWS::EC2::NetworkAcl', Properties: { VpcId } };
  for (const n of subnets) {
    r[`Acl${n}`] = {
      Type: 'AWS::EC2::SubnetNetworkAclAssociation',
      Properties: { SubnetId: subnetOf(r, n), NetworkAclId: { Ref: 'Acl' } },
    };
  }
  addEntries(r, { Ref: 'Acl' }, entries);
}

/** Adds entries to an ACL. */
export function addEntries(r: Resources, NetworkAclId: JsonValue, entries: readonly Entry[]): void {
  for (const [i, { egress, ports, action, number, cidr }] of entries.entries()) {
    r[`AclEntry${i}`] = {
      Type: 'AWS::EC2::NetworkAclEntry',
      Properties: {
        NetworkAclId,
        Egress: egress,
        RuleNumber: number ?? 100 + i,
        RuleAction: action ?? 'allow',
        Protocol: ports === undefined ? -1 : 6,
        CidrBlock: cidr ?? '0.0.0.0/0',
        ...(ports === undefined ? {} : { PortRange: { From: ports[0], To: ports[1] } }),
      },
    };
  }
}

export const OUT: Entry = { egress: true };

export const IN: Entry = { egress: false };
