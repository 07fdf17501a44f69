import { networksNotWhole } from '../../../lib/prove/network-whole';
import { RuntimeParts } from '../../../lib/prove/runtime-parts';
import { Assembly } from '../../../lib/template';
import { OTHER_APPS } from '../../corpus/holes/other-apps';
import { idOf, propertiesOf, quickstartTemplate, type Resources, type TemplateBody } from './quickstart-template';

const S3 = 'AgentNetworkEndpointsS3';
const QUERIES = 'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation';

let clean: TemplateBody;

beforeAll(() => {
  clean = quickstartTemplate();
});

function lacks(change: (r: Resources, body: TemplateBody) => void): string[] {
  const body = structuredClone(clean);
  change(body.Resources, body);
  const assembly = Assembly.of({ name: 'Q.template.json', body });
  return networksNotWhole(assembly, new RuntimeParts(assembly));
}

test('the quickstart’s network is whole', () => expect(lacks(() => undefined)).toEqual([]));

test('a network that doesn’t record the names, or perhaps doesn’t, is found', () => {
  const message = [expect.stringMatching(/^AgentNetworkVpc\w+ has a DNS firewall, but nothing records/)];
  expect(lacks((r) => delete r[idOf(r, QUERIES, 'AgentNetwork')])).toEqual(message);
  const unsure = lacks((r, body) => {
    body.Parameters = { Kind: { Type: 'String' } };
    body.Conditions = { Rare: { 'Fn::Equals': [{ Ref: 'Kind' }, 'rare'] } };
    Object.assign(r[idOf(r, QUERIES, 'AgentNetwork')] as object, { Condition: 'Rare' });
  });
  expect(unsure).toEqual(message);
  const others = lacks((r) => {
    propertiesOf(r, QUERIES, 'AgentNetwork').ResourceId = 'vpc-0123456789abcdef0';
  });
  expect(others).toEqual(message);
});

test('a subnet without a way to a gateway is found', () => {
  const found = lacks((r) => {
    propertiesOf(r, 'AWS::EC2::VPCEndpoint', S3).RouteTableIds = [
      { Ref: idOf(r, 'AWS::EC2::RouteTable', 'AgentNetworkVpcIsolatedSubnet1') },
    ];
  });
  expect(found).toEqual([
    expect.stringMatching(/^AgentNetworkVpcIsolatedSubnet2\w+ has no way to AgentNetworkEndpointsS3/),
  ]);
});

test('an agent’s group without a rule to the gateway’s addresses is found', () => {
  const found = lacks((r) => {
    const group = propertiesOf(r, 'AWS::EC2::SecurityGroup', 'AgentAgentGroup');
    group.SecurityGroupEgress = (group.SecurityGroupEgress as { DestinationPrefixListId?: unknown }[]).filter(
      (rule) => rule.DestinationPrefixListId === undefined,
    ) as never;
  });
  expect(found).toEqual([
    expect.stringMatching(/^AgentAgentGroup\w+, the group of an agent, has no rule to the addresses/),
  ]);
});

test('a network with a firewall that records no traffic is found', () => {
  const [first, ...others] = OTHER_APPS.connectors().map(({ body, ...stack }) => ({ ...stack, body }));
  const without = (stack: (typeof others)[number] | undefined): TemplateBody => {
    const body = structuredClone(stack?.body) as TemplateBody;
    for (const id of Object.keys(body.Resources)) if (/^EgressFlowLog[0-9A-F]{8}$/.test(id)) delete body.Resources[id];
    return body;
  };
  const assembly = Assembly.of(
    { name: first?.name ?? '', body: without(first) },
    ...others.map((stack) => ({ ...stack, body: without(stack) })),
  );
  expect(networksNotWhole(assembly, new RuntimeParts(assembly))).toEqual([
    expect.stringMatching(/^EgressVpc\w+ has a way out through a firewall, but no flow log$/),
  ]);
});
