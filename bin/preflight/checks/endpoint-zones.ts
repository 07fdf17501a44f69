import type { ServiceDetail, Subnet } from '@aws-sdk/client-ec2';
import { isObject, type Resource, type Value } from '../../../lib/template';
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
    const zones = await Zones.ask(target, clients, endpoints);
    const problems = endpoints.flatMap((endpoint) => problemsOf(target, endpoint, services, zones));
    const used = zones.used.length === 0 ? '' : `, in ${zones.used.join(', ')}`;
    return unlessBlocked(problems, `${names.length} endpoint services${used}`);
  },
};

/** The zones of the subnets: of new ones, where CloudFormation will create them; of existing ones, where they are. */
class Zones {
  private readonly taken = new Set<string>();

  private constructor(
    private readonly target: Target,
    /** What `Fn::GetAZs` will return. */
    private readonly listed: readonly string[],
    private readonly existing: readonly Subnet[],
  ) {}

  static async ask(target: Target, { ec2 }: PreflightClients, endpoints: readonly Resource[]): Promise<Zones> {
    const { AvailabilityZones = [] } = await ec2.send(
      new DescribeAvailabilityZonesCommand({ Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }] }),
    );
    const defaults = await subnetsWhere(ec2, 'default-for-az', ['true']);
    // GetAZs leaves out zones without a default subnet, unless no zone has one.
    const withDefault = new Set(defaults.map(({ AvailabilityZone }) => AvailabilityZone));
    const names = AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? []).sort();
    const listed = withDefault.size === 0 ? names : names.filter((name) => withDefault.has(name));
    const ids = [...new Set(endpoints.flatMap((endpoint) => target.texts(endpoint, 'SubnetIds')))];
    const existing = ids.length === 0 ? [] : await subnetsWhere(ec2, 'subnet-id', ids);
    return new Zones(target, listed, existing);
  }

  get used(): string[] {
    return [...this.taken].sort();
  }

  /** The zone of a subnet, or a problem. */
  of(subnet: Value): string | Finding {
    const zone = this.find(subnet);
    if (typeof zone === 'string') this.taken.add(zone);
    return zone;
  }

  private find(subnet: Value): string | Finding {
    const created = this.target.assembly.find(subnet);
    const id = this.target.text(subnet);
    if (created?.type === 'AWS::EC2::Subnet') {
      return this.literalZone(created) ?? this.selectedZone(created.properties.AvailabilityZone);
    }
    return id === undefined ? NO_ZONE : this.zoneOfExisting(id);
  }

  private zoneOfExisting(id: string): string | Finding {
    const found = this.existing.find(({ SubnetId }) => SubnetId === id);
    if (found === undefined) {
      const { region } = this.target.environment;
      return blocked(
        `${region} has no subnet ${id} in this account`,
        "give the ids of existing subnets: aws ec2 describe-subnets --query 'Subnets[].[SubnetId,VpcId,AvailabilityZone]'",
      );
    }
    return found.AvailabilityZone ?? NO_ZONE;
  }

  private literalZone(subnet: Resource): string | undefined {
    return this.target.texts(subnet, 'AvailabilityZone').at(0);
  }

  private selectedZone(raw: JsonValue | undefined): string | Finding {
    const index = selectedIndex(raw);
    if (index === undefined) return NO_ZONE;
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

const NO_ZONE = unknown('the zone of a subnet isn’t known from the templates');

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
  const names = target.texts(endpoint, 'ServiceName');
  if (names.length === 0) return [unknown(`the service of ${endpoint.path} isn’t known from the templates`)];
  return names.flatMap((name) => {
    const service = services.get(name);
    const command = `aws ec2 describe-vpc-endpoint-services --service-names ${shellWord(name)} --query 'ServiceDetails[].AvailabilityZones'`;
    if (service === undefined) {
      const { region } = target.environment;
      return [blocked(`${region} has no endpoint service ${name}`, `deploy to a region that has it: ${command}`)];
    }
    return endpoint.items('SubnetIds').flatMap(({ value }) => {
      const zone = zones.of(value);
      if (typeof zone !== 'string') return [zone];
      if (service.AvailabilityZones?.includes(zone)) return [];
      const fix = `choose zones that every service has, as availabilityZones of IsolatedNetwork: ${command}`;
      return [blocked(`${name} has no endpoint in ${zone}`, fix)];
    });
  });
}

function subnetsWhere(ec2: PreflightClients['ec2'], Name: string, Values: string[]): Promise<Subnet[]> {
  return allPages(
    // A filter, because an id that doesn't exist makes a request by ids fail as a whole.
    (NextToken) => ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name, Values }], NextToken })),
    ({ Subnets }) => Subnets,
  );
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
