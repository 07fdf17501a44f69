import { isObject, memberOf, type Resource, Unresolved, type Value } from '../../../template';
import { offencesIn } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** On the public network, whatever fools the agent can also receive what the agent knows. */
export const managedAgentInVpc: Rule = {
  id: 'NetworkManagedAgentInVpc',
  pillar: 'network',
  severity: 'error',
  holds:
    'AgentCore runtimes, harnesses and browsers run in a VPC of the account, and code interpreters there or in the sandbox, not on the public network.',
  source:
    'Amazon Bedrock AgentCore Developer Guide, "Configure Amazon Bedrock AgentCore Runtime and tools for VPC" and "Security best practices for AgentCore Runtime: Network security"; NIST SP 800-53 SC-7(5)',
  fix: 'Set NetworkMode: VPC with subnets that have no route to the internet, or that lead through a network firewall; for a code interpreter NetworkMode: SANDBOX also holds.',
  lists: ['ASI02', 'LLM06:2025', 'NIST SP 800-53 SC-7(5)'],
  insecure: `Resources:
  Desk:
    Type: AWS::BedrockAgentCore::Runtime
    Properties:
      AgentRuntimeName: desk
      NetworkConfiguration: { NetworkMode: PUBLIC }
`,
  secure: `Resources:
  Desk:
    Type: AWS::BedrockAgentCore::Runtime
    Properties:
      AgentRuntimeName: desk
      NetworkConfiguration:
        NetworkMode: VPC
        NetworkModeConfig: { Subnets: [subnet-0aa1], SecurityGroups: [sg-0aa1] }
`,
  *check(assembly) {
    for (const [type, { path, closed }] of Object.entries(NETWORKS)) {
      for (const resource of assembly.ofType(type)) yield* openNetworks(resource, path, closed);
    }
  },
};

/** Where each type names its network, and the modes without the internet. */
const NETWORKS: { readonly [type: string]: { readonly path: readonly string[]; readonly closed: readonly string[] } } =
  {
    'AWS::BedrockAgentCore::Runtime': { path: ['NetworkConfiguration'], closed: ['VPC'] },
    'AWS::BedrockAgentCore::Harness': {
      path: ['Environment', 'AgentCoreRuntimeEnvironment', 'NetworkConfiguration'],
      closed: ['VPC'],
    },
    'AWS::BedrockAgentCore::BrowserCustom': { path: ['NetworkConfiguration'], closed: ['VPC'] },
    'AWS::BedrockAgentCore::CodeInterpreterCustom': { path: ['NetworkConfiguration'], closed: ['VPC', 'SANDBOX'] },
  };

/** One offence a resource. Where a parameter or a condition decides, nobody can tell. */
function* openNetworks(resource: Resource, path: readonly string[], closed: readonly string[]): Generator<Offence> {
  if (isPlacedElsewhere(resource)) return;
  const property = `Properties.${path.join('.')}`;
  const cases = resource.property(...path).map(({ value, assuming }) => {
    const mode = isObject(value) || value instanceof Unresolved ? memberOf(value, 'NetworkMode') : undefined;
    const place = mode === undefined ? property : `${property}.NetworkMode`;
    return [...offencesIn(resource, place, mode, (given) => modeFault(given, closed), assuming)];
  });
  const found = cases.flat();
  const worst = found.find(isClaim) ?? found[0];
  if (worst === undefined) return;
  const isCertain = !isClaim(worst) || cases.every((each) => each.some(isClaim));
  yield isCertain ? worst : { ...worst, message: `can't be proven: it ${worst.message}` };
}

function isClaim({ message }: Offence): boolean {
  return !message.startsWith("can't be proven");
}

function modeFault(mode: Value, closed: readonly string[]): string | undefined {
  if (typeof mode === 'string' && closed.includes(mode)) return undefined;
  if (mode === undefined) return 'names no network mode, so it runs on the public network';
  return mode === 'PUBLIC'
    ? 'runs on the public network: it reaches any host on the internet'
    : `can't be proven: the network mode isn't ${closed.join(' or ')}`;
}

/** A capacity provider runs it in its own VPC; a harness on an existing runtime has that runtime's network. */
function isPlacedElsewhere(resource: Resource): boolean {
  const places = [['CapacityProviderConfiguration'], ['Environment', 'AgentCoreRuntimeEnvironment', 'AgentRuntimeArn']];
  return places.some((path) => resource.property(...path).every(({ value }) => value !== undefined));
}
