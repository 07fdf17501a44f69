import { ContextProvider, Fn, Stack, Token } from 'aws-cdk-lib';
import { ContextProvider as Provider } from 'aws-cdk-lib/cloud-assembly-schema';
import type { Construct } from 'constructs';

const MAX_ZONES = 3;
const ZONE = /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/;

/** How many zones a network has, or which. */
interface ZoneOptions {
  readonly maxAzs?: number;
  readonly availabilityZones?: string[];
}

/**
 * The zones of a network: those that are named, or the first ones that EC2 lists at deployment. The second works in every
 * account without a lookup, but may pick a zone in which an endpoint service doesn't exist.
 * @throws Error when the number, a name or the combination is refused
 * @internal
 */
export function zonesOf(scope: Construct, options: ZoneOptions, defaultNumber: number): string[] {
  const { maxAzs, availabilityZones } = options;
  const problem = availabilityZones ? namesProblem(scope, availabilityZones, maxAzs) : numberProblem(maxAzs);
  if (problem !== undefined) throw new Error(`${scope.node.path}: ${problem}`);
  return (
    availabilityZones ?? Array.from({ length: maxAzs ?? defaultNumber }, (_, zone) => Fn.select(zone, Fn.getAzs()))
  );
}

function numberProblem(zones = 1): string | undefined {
  return Number.isInteger(zones) && zones >= 1 && zones <= MAX_ZONES
    ? undefined
    : `maxAzs is ${zones}. Write 1, 2 or 3: not every region has more, and endpoints and firewalls cost extra in each zone.`;
}

function namesProblem(scope: Construct, zones: string[], maxAzs: number | undefined): string | undefined {
  if (maxAzs !== undefined) return 'maxAzs and availabilityZones are both given. Write one of them.';
  if (zones.length < 1 || zones.length > MAX_ZONES || new Set(zones).size !== zones.length) {
    return `availabilityZones names ${JSON.stringify(zones)}. Write one to three different zones, such as ['eu-west-1a', 'eu-west-1b'].`;
  }
  const { region } = Stack.of(scope);
  const wrong = zones.find(
    (zone) =>
      !Token.isUnresolved(zone) && !(ZONE.test(zone) && (Token.isUnresolved(region) || zone.startsWith(region))),
  );
  if (wrong === undefined) return undefined;
  const here = Token.isUnresolved(region) ? 'such as "eu-west-1a"' : `such as "${region}a"`;
  return `availabilityZones names "${wrong}", which isn't a zone${Token.isUnresolved(region) ? '' : ` of ${region}`}. Write the names of zones, ${here}.`;
}

/**
 * Why an endpoint service can't be used in a network: it doesn't exist in one of the zones. Undefined when it does, and when that isn't
 * known. It is known only for zones with names in a stack with an account and a region, from an answer that the CDK CLI has
 * stored in cdk.context.json (`lookupSupportedAzs` of an `InterfaceVpcEndpoint` asks for it). This never starts a lookup.
 *
 * Source: https://github.com/awslabs/aws-orbit-workbench/issues/320 (the endpoint of Lambda in us-east-1)
 * @internal
 */
export function missingZoneProblem(scope: Construct, service: string, zones: readonly string[]): string | undefined {
  const { account, region } = Stack.of(scope);
  if (Token.isUnresolved(account) || Token.isUnresolved(region)) return undefined;
  const serviceName = `com.amazonaws.${region}.${service}`;
  const { key } = ContextProvider.getKey(scope, {
    provider: Provider.ENDPOINT_SERVICE_AVAILABILITY_ZONE_PROVIDER,
    props: { serviceName },
  });
  const offered: unknown = scope.node.tryGetContext(key);
  if (!Array.isArray(offered)) return undefined;
  const missing = zones.filter((zone) => !Token.isUnresolved(zone) && !offered.includes(zone));
  if (missing.length === 0) return undefined;
  return (
    `the endpoint service ${serviceName} doesn't exist in ${missing.join(', ')}, but in ${offered.join(', ')} (cdk.context.json). ` +
    'Write availabilityZones with zones that every endpoint service has.'
  );
}
