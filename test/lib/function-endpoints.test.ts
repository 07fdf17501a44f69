import { App } from 'aws-cdk-lib';
import { GUARDED_APPS } from '../guard/apps';

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly DependsOn?: string | string[];
}
type Resources = Readonly<Record<string, TemplateResource>>;

/** The resources that CloudFormation creates before this one, and deletes after it. */
function createdBefore(resources: Resources, start: string): ReadonlySet<string> {
  const before = new Set<string>();
  const queue = [start];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const named of namesIn(resources[id])) {
      if (named in resources && !before.has(named)) {
        before.add(named);
        queue.push(named);
      }
    }
  }
  return before;
}

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(namesIn);
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref' && typeof inner === 'string') return [inner];
    if (key === 'Fn::GetAtt') return [String((inner as string[])[0])];
    if (key === 'DependsOn') return [inner as string | string[]].flat();
    return namesIn(inner);
  });
}

/** What lets the functions of a security group out: its rules, in it and beside it, and the endpoints behind them with their own rules. */
function waysOfGroup(resources: Resources, group: string): string[] {
  const all = Object.entries(resources);
  const isGroup = (value: unknown) => namesIn({ value }).includes(group);
  const egress = all.filter(
    ([, { Type, Properties }]) => Type === 'AWS::EC2::SecurityGroupEgress' && isGroup(Properties?.GroupId),
  );
  const inline = resources[group].Properties?.SecurityGroupEgress as Record<string, unknown>[] | undefined;
  const targets = [...(inline ?? []), ...egress.map(([, { Properties }]) => Properties)].flatMap((rule) =>
    namesIn(rule?.DestinationSecurityGroupId),
  );
  const ingress = all.filter(
    ([, { Type, Properties }]) =>
      Type === 'AWS::EC2::SecurityGroupIngress' && isGroup(Properties?.SourceSecurityGroupId),
  );
  const endpoints = all.filter(
    ([, { Type, Properties }]) =>
      Type === 'AWS::EC2::VPCEndpoint' &&
      namesIn(Properties?.SecurityGroupIds).some((endpointGroup) => targets.includes(endpointGroup)),
  );
  return [group, ...[...egress, ...ingress, ...endpoints].map(([id]) => id)];
}

/**
 * Whether this is the way to an endpoint whose policy names the function: then it can't exist first. Such a function runs only after the gate that calls it,
 * which waits for the endpoint.
 */
function waitsFor(resources: Resources, way: string, id: string): boolean {
  const { Type, Properties } = resources[way];
  if (Type === 'AWS::EC2::VPCEndpoint') return createdBefore(resources, way).has(id);
  if (Type !== 'AWS::EC2::SecurityGroupIngress') return false;
  const [group] = namesIn(Properties?.GroupId);
  return Object.entries(resources).some(
    ([endpoint, { Type: type, Properties: of }]) =>
      type === 'AWS::EC2::VPCEndpoint' &&
      namesIn(of?.SecurityGroupIds).includes(group) &&
      waitsFor(resources, endpoint, id),
  );
}

const gateways = (resources: Resources) =>
  Object.entries(resources)
    .filter(([, { Type, Properties }]) => Type === 'AWS::EC2::VPCEndpoint' && Properties?.VpcEndpointType === 'Gateway')
    .map(([id]) => id);

describe.each(Object.keys(GUARDED_APPS) as (keyof typeof GUARDED_APPS)[])('%s', (name) => {
  const app = new App({ context: { '@aws-cdk/core:validationReport': false } });
  GUARDED_APPS[name](app);
  const templates = app.synth().stacks.map(({ template }) => (template as { Resources: Resources }).Resources);
  const placed = templates.flatMap((resources) =>
    Object.entries(resources)
      .filter(([, { Type, Properties }]) => Type === 'AWS::Lambda::Function' && Properties?.VpcConfig !== undefined)
      .map(([id, { Properties }]) => ({ id, resources, groups: namesIn((Properties?.VpcConfig as object) ?? {}) })),
  );

  test('a function in the network is created after its endpoints and their rules, and deleted before them', () => {
    expect(placed.length).toBeGreaterThan(0);
    let ways = 0;
    for (const { id, resources, groups } of placed) {
      const before = createdBefore(resources, id);
      for (const group of groups) {
        const needed = waysOfGroup(resources, group).filter((way) => !waitsFor(resources, way, id));
        ways += needed.length;
        expect([id, needed.filter((way) => !before.has(way))]).toEqual([id, []]);
      }
      const policies = gateways(resources).filter((gateway) => mentionsRole(resources, gateway, id));
      expect([id, policies.filter((gateway) => !before.has(gateway))]).toEqual([id, []]);
    }
    expect(ways).toBeGreaterThan(placed.length);
  });

  test('no resource waits for itself', () => {
    for (const resources of templates) {
      const circular = Object.keys(resources).filter((id) => createdBefore(resources, id).has(id));
      expect(circular).toEqual([]);
    }
  });
});

/** Whether a gateway's policy admits the role of a function. */
function mentionsRole(resources: Resources, gateway: string, functionId: string): boolean {
  const roles = namesIn(resources[functionId].Properties?.Role);
  return namesIn(resources[gateway].Properties?.PolicyDocument).some((named) => roles.includes(named));
}
