import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IsolatedNetwork } from '../../../lib';
import { prove } from '../../../lib/prove/claims';
import { proofJson, proofScreen } from '../../../lib/prove/report';
import { Assembly } from '../../../lib/template';
import type { JsonObject } from '../../../runtime/core/contracts';
import { AgentStack } from '../agent-stack';

const REASON = 'The routes of the platform team lead nowhere';
const SUBNET = 'subnet-0123456789abcdef0';

interface Options {
  /** What is acknowledged of the network. */
  readonly reasons?: string[];
  readonly filterDns?: boolean;
  readonly change?: (resources: Record<string, JsonObject>) => void;
}

function proofOf({ reasons = ['routes-trusted'], filterDns = true, change }: Options) {
  const made = new AgentStack();
  const vpc = ec2.Vpc.fromVpcAttributes(made.stack, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    vpcCidrBlock: '10.0.0.0/16',
    availabilityZones: ['eu-central-1a'],
    isolatedSubnetIds: [SUBNET],
    isolatedSubnetRouteTableIds: ['rtb-0123456789abcdef0'],
  });
  const network = IsolatedNetwork.fromVpcWithTrustedRoutes(made.stack, 'Network', { vpc, filterDns });
  made.withRuntime({ network });
  const body = made.template().toJSON() as { Resources: Record<string, JsonObject> };
  const flowLog = Object.entries(body.Resources).find(
    ([, { Metadata }]) => Metadata !== undefined && 'hardened-agent:lowered' in (Metadata as JsonObject),
  );
  if (flowLog === undefined) throw new Error('the network says nothing of what it trusts');
  const trail = reasons.map((guard) => ({ id: `NetworkGuardLowered[${guard}]`, reason: REASON }));
  (flowLog[1].Metadata as JsonObject)['hardened-agent:acknowledged'] = trail;
  change?.(body.Resources);
  const assembly = Assembly.of({ name: 'S.template.json', body: body as unknown as JsonObject });
  const proof = prove(assembly);
  const broken = proof.claims.filter(({ counterExamples }) => counterExamples.length > 0).map(({ id }) => id);
  const trusted = proof.claims.filter((claim) => (claim.trusted ?? []).length > 0).map(({ id }) => id);
  return { broken, trusted, screen: proofScreen(assembly, proof), json: proofJson(assembly, proof) };
}

test('what can’t be known of an existing VPC is acknowledged: reported with the reason, and not ticked as proven', () => {
  const { broken, trusted, screen, json } = proofOf({});
  expect(broken).toEqual([]);
  expect(trusted).toEqual(['agent-reaches-endpoints-only', 'paths-are-explained']);
  expect(screen).toContain('~ Model callers reach VPC endpoints and nothing else.');
  expect(screen).toContain('    not proven, but acknowledged:');
  expect(screen.join('\n')).toMatch(
    new RegExp(`~ agent → ${SUBNET} \\(unknown\\): not proven, but acknowledged: ${REASON}`),
  );
  const { claims } = json as { claims: { id: string; holds: boolean; proven: boolean; trusted: string[] }[] };
  expect(claims.filter(({ proven }) => !proven)).toMatchObject([
    { id: 'agent-reaches-endpoints-only', holds: true, trusted: [expect.stringContaining(REASON)] },
    { id: 'paths-are-explained', holds: true },
  ]);
});

test('without the acknowledgement, it is broken', () => {
  const { broken, trusted } = proofOf({ reasons: [] });
  expect(broken).toEqual(['agent-reaches-endpoints-only', 'paths-are-explained']);
  expect(trusted).toEqual([]);
});

test('an open resolver is broken, until somebody acknowledges it', () => {
  expect(proofOf({ filterDns: false }).broken).toEqual(['names-do-not-leak']);
  const { broken, trusted } = proofOf({ filterDns: false, reasons: ['routes-trusted', 'dns-open'] });
  expect(broken).toEqual([]);
  expect(trusted).toEqual(['agent-reaches-endpoints-only', 'paths-are-explained', 'names-do-not-leak']);
});

const functionsIn = (resources: Record<string, JsonObject>) =>
  Object.values(resources).filter(({ Type, Properties }) => {
    return Type === 'AWS::Lambda::Function' && (Properties as JsonObject).VpcConfig !== undefined;
  });

test.each<[string, Options['change']]>([
  [
    'a subnet that the network doesn’t name',
    (resources) => {
      for (const each of functionsIn(resources)) {
        (((each.Properties as JsonObject).VpcConfig as JsonObject).SubnetIds as unknown[]).push('subnet-99999999');
      }
    },
  ],
  [
    'a security group that allows the internet',
    (resources) => {
      for (const each of Object.values(resources)) {
        if (each.Type !== 'AWS::EC2::SecurityGroup') continue;
        const anywhere = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' };
        (each.Properties as JsonObject).SecurityGroupEgress = [anywhere];
      }
    },
  ],
])('the acknowledgement doesn’t cover %s', (_, change) => {
  expect(proofOf({ change }).broken).toContain('paths-are-explained');
});
