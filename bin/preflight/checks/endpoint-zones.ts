import type { ServiceDetail } from '@aws-sdk/client-ec2';
import { isObject, type Resource } from '../../../lib/template';
import type { JsonValue } from '../../../runtime/core/contracts';
import { shellWord } from '../../command-line/command-hint';
import { blocked, type Finding, unknown, unlessBlocked } from '../finding';
import { allPages } from '../pages';
import type { PreflightCheck, PreflightClients } from '../preflight-check';
import { DescribeAvailabilityZonesCommand, DescribeSubnetsCommand, DescribeVpcEndpointServicesCommand } from '../sdk';
import type { Target } from '../target';

/**
 * An interface endpoint can be created only in zones that its service has.
 * Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html,
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-getavailabilityzones.html
 */
export const endpointZones: PreflightCheck = {
  title: 'zones of endpoint services',
  permissions: ['ec2:DescribeAvailabilityZones', 'ec2:DescribeSubnets', 'ec2:DescribeVpcEndpointServices'],
  run: async (target, clients) => {
    const endpoints = target.toCreate('AWS::EC2::VPCEndpoint');
    if (endpoints.length === 0) return [];
    const names = [...new Set(endpoints.flatMap((endpoint) => target.texts(endpoint, 'ServiceName')))];
    const services = await servicesNamed(clients, names);
    const zones = await Zones.ask(target, clients);
    const problems = endpoints.flatMap((endpoint) => problemsOf(target, endpoint, services, zones));
    return unlessBlocked(problems, `${names.length} endpoint services, in ${zones.used.join(', ')}`);
  },
};

/** The zones in which CloudFormation will create the subnets. */
class Zones {
  private readonly taken = new Set<string>();

  private constructor(
    private readonly target: Target,
    /** What `Fn::GetAZs` will return. */
    private readonly listed: readonly string[],
  ) {}

  static async ask(target: Target, { ec2 }: PreflightClients): Promise<Zones> {
    const { AvailabilityZones = [] } = await ec2.send(
      new DescribeAvailabilityZonesCommand({ Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }] }),
    );
    const defaults = await ec2.send(
      new DescribeSubnetsCommand({ Filters: [{ Name: 'default-for-az', Values: ['true'] }] }),
    );
    // GetAZs leaves out zones without a default subnet, unless no zone has one.
    const withDefault = new Set(defaults.Subnets?.map(({ AvailabilityZone }) => AvailabilityZone));
    const names = AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? []).sort();
    const listed = withDefault.size === 0 ? names : names.filter((name) => withDefault.has(name));
    return new Zones(target, listed);
  }

  get used(): string[] {
    return [...this.taken].sort();
  }

  /** The zone of a subnet of the templates, or a problem. */
  of(subnet: Resource): string | Finding {
    const zone = this.literalZone(subnet) ?? this.selectedZone(subnet.properties.AvailabilityZone);
    if (typeof zone === 'string') this.taken.add(zone);
    return zone;
  }

  private literalZone(subnet: Resource): string | undefined {
    return this.target.texts(subnet, 'AvailabilityZone').at(0);
  }

  private selectedZone(raw: JsonValue | undefined): string | Finding {
    const index = selectedIndex(raw);
    if (index === undefined) return unknown('the zone of a subnet isn’t known from the templates');
    const { region } = this.target.environment;
    return (
      this.listed[index] ??
      blocked(
        `the templates use ${index + 1} zones, and ${region} has ${this.listed.length} for this account`,
        'set maxAzs of IsolatedNetwork to a smaller number',
      )
    );
  }
}

/** Index in `{"Fn::Select": [1, {"Fn::GetAZs": ""}]}`. */
function selectedIndex(raw: JsonValue | undefined): number | undefined {
  const [index, list] = isObject(raw) && Array.isArray(raw['Fn::Select']) ? raw['Fn::Select'] : [];
  return isObject(list) && 'Fn::GetAZs' in list ? Number(index) : undefined;
}

function problemsOf(
  target: Target,
  endpoint: Resource,
  services: ReadonlyMap<string, ServiceDetail>,
  zones: Zones,
): Finding[] {
  return target.texts(endpoint, 'ServiceName').flatMap((name) => {
    const service = services.get(name);
    const command = `aws ec2 describe-vpc-endpoint-services --service-names ${shellWord(name)} --query 'ServiceDetails[].AvailabilityZones'`;
    if (service === undefined) {
      const { region } = target.environment;
      return [blocked(`${region} has no endpoint service ${name}`, `deploy to a region that has it: ${command}`)];
    }
    return zonesOf(target, endpoint, zones).flatMap((zone) => {
      if (typeof zone !== 'string') return [zone];
      if (service.AvailabilityZones?.includes(zone)) return [];
      const fix = `choose zones that every service has, as availabilityZones of IsolatedNetwork: ${command}`;
      return [blocked(`${name} has no endpoint in ${zone}`, fix)];
    });
  });
}

function zonesOf(target: Target, endpoint: Resource, zones: Zones): (string | Finding)[] {
  const subnets = endpoint.items('SubnetIds').flatMap(({ value }) => target.assembly.find(value) ?? []);
  return subnets.map((subnet) => zones.of(subnet));
}

async function servicesNamed({ ec2 }: PreflightClients, names: string[]): Promise<ReadonlyMap<string, ServiceDetail>> {
  // A filter, because a name that doesn't exist makes a request by names fail as a whole.
  const Filters = [{ Name: 'service-name', Values: names }];
  const details = await allPages(
    (NextToken) => ec2.send(new DescribeVpcEndpointServicesCommand({ Filters, NextToken })),
    ({ ServiceDetails }) => ServiceDetails,
  );
  return new Map(details.flatMap((detail) => (detail.ServiceName === undefined ? [] : [[detail.ServiceName, detail]])));
}
