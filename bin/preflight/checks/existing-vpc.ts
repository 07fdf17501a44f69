import type { VpcEndpoint } from '@aws-sdk/client-ec2';
import { isTrue, type Resource } from '../../../lib/template';
import { shellWord } from '../../command-line/command-hint';
import { blocked, type Finding, note, ready } from '../finding';
import { allPages } from '../pages';
import type { PreflightCheck, PreflightClients } from '../preflight-check';
import { DescribeVpcAttributeCommand, DescribeVpcEndpointsCommand } from '../sdk';
import type { Target } from '../target';

const ENDPOINT = 'AWS::EC2::VPCEndpoint';
const DNS_FIREWALL = 'AWS::Route53Resolver::FirewallRuleGroupAssociation';

/**
 * What an existing VPC has already may refuse what the deployment adds: a second endpoint with private DNS of one service, a
 * second gateway in one route table, and private DNS at all without the VPC's two DNS settings.
 *
 * DNS Firewall also refuses a second association with one priority. This program has no client for it: the command is printed.
 *
 * Source: https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html,
 * https://github.com/hashicorp/terraform-provider-aws/issues/17535 (private DNS),
 * https://github.com/eksctl-io/eksctl/issues/4377 (gateways),
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_AssociateFirewallRuleGroup.html
 */
export const existingVpc: PreflightCheck = {
  title: 'existing VPC',
  permissions: ['ec2:DescribeVpcAttribute', 'ec2:DescribeVpcEndpoints'],
  run: async (target, { ec2 }) => {
    const added = target.toCreate(ENDPOINT, DNS_FIREWALL);
    const vpcs = [...new Set(added.flatMap((resource) => target.texts(resource, 'VpcId')))];
    const findings = await Promise.all(
      vpcs.map((vpc) =>
        inVpc(
          target,
          ec2,
          vpc,
          added.filter((each) => target.texts(each, 'VpcId').includes(vpc)),
        ),
      ),
    );
    return findings.flat();
  },
};

async function inVpc(
  target: Target,
  ec2: PreflightClients['ec2'],
  vpc: string,
  added: readonly Resource[],
): Promise<Finding[]> {
  const endpoints = added.filter(({ type }) => type === ENDPOINT);
  const there = endpoints.length === 0 ? [] : await endpointsOf(ec2, vpc);
  const problems = [
    ...(endpoints.some(hasPrivateDns) ? await dnsSettings(ec2, vpc) : []),
    ...endpoints.flatMap((endpoint) => there.flatMap((other) => conflictOf(target, endpoint, other) ?? [])),
  ];
  const notes = added
    .filter(({ type }) => type === DNS_FIREWALL)
    .map((association) => priorityOf(target, vpc, association));
  return [
    ...(problems.length === 0 && endpoints.length > 0 ? [ready(`${vpc} has no conflicting endpoint`)] : problems),
    ...notes,
  ];
}

function hasPrivateDns(endpoint: Resource): boolean {
  return endpoint.property('PrivateDnsEnabled').some(({ value }) => isTrue(value));
}

async function dnsSettings(ec2: PreflightClients['ec2'], VpcId: string): Promise<Finding[]> {
  const support = await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsSupport' }));
  const names = await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' }));
  const off = [
    ...(support.EnableDnsSupport?.Value === true ? [] : ['enable-dns-support']),
    ...(names.EnableDnsHostnames?.Value === true ? [] : ['enable-dns-hostnames']),
  ];
  return off.map((setting) =>
    blocked(
      `${VpcId} has ${setting} off, and an endpoint with private DNS needs it`,
      `aws ec2 modify-vpc-attribute --vpc-id ${shellWord(VpcId)} --${setting}`,
    ),
  );
}

/** Why an endpoint can't be created beside one that is there. */
function conflictOf(target: Target, endpoint: Resource, there: VpcEndpoint): Finding | undefined {
  const { VpcEndpointId: id = '', ServiceName: service = '' } = there;
  if (!target.texts(endpoint, 'ServiceName').includes(service)) return undefined;
  if (hasPrivateDns(endpoint) && there.PrivateDnsEnabled === true) {
    return blocked(
      `${there.VpcId} has an endpoint of ${service} with private DNS already, ${id}: EC2 refuses a second one`,
      'use that one: network.endpoints.adopt(EndpointService.…, { endpoint, securityGroup }), before the runtime is created',
    );
  }
  const tables = target.texts(endpoint, 'RouteTableIds').filter((table) => there.RouteTableIds?.includes(table));
  if (there.VpcEndpointType !== 'Gateway' || tables.length === 0) return undefined;
  return blocked(
    `${id} is the gateway of ${service} in ${tables.join(', ')} already: EC2 refuses a second route`,
    `aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${shellWord(id)} --remove-route-table-ids ${tables.map(shellWord).join(' ')}`,
  );
}

function priorityOf(target: Target, vpc: string, association: Resource): Finding {
  const priority = target.texts(association, 'Priority').at(0) ?? 'of the template';
  return note(
    `whether ${vpc} has a DNS Firewall association with the priority ${priority} wasn't asked: a second one is refused`,
    `aws route53resolver list-firewall-rule-group-associations --vpc-id ${shellWord(vpc)} --query 'FirewallRuleGroupAssociations[].[Name,Priority]'`,
  );
}

function endpointsOf(ec2: PreflightClients['ec2'], vpc: string): Promise<VpcEndpoint[]> {
  const Filters = [{ Name: 'vpc-id', Values: [vpc] }];
  return allPages(
    (NextToken) => ec2.send(new DescribeVpcEndpointsCommand({ Filters, NextToken })),
    ({ VpcEndpoints }) => VpcEndpoints,
  );
}
