import { prove } from '../../lib/prove/claims';
import { Assembly, type TemplateSource } from '../../lib/template';
import { CASES } from '../corpus/holes/hidden-and-cases';
import { idOf, quickstartTemplate, type TemplateBody } from '../lib/prove/quickstart-template';

let clean: TemplateBody;

beforeAll(() => {
  clean = quickstartTemplate();
});

/** What the checks and the claims say, but for the claim that the runtime works. */
function said(id: string | undefined, more: readonly TemplateSource[] = []): string[] {
  const body = structuredClone(clean);
  if (id !== undefined) CASES.find((each) => each.id === id)?.dig(body.Resources, body);
  const app = { name: 'Q.template.json', stackName: 'Q', body };
  const { claims, checked } = prove(Assembly.of(app, ...more));
  return [
    ...checked.findings.map(({ path, property, message }) => `${path} ${property}: ${message}`),
    ...claims.filter((claim) => claim.id !== 'needs-are-allowed').flatMap(({ counterExamples }) => counterExamples),
  ];
}

const GROUP = 'AgentAgentGroupWithRules';
const GATEWAY = 'AgentNetworkEndpointsS3';

test('nothing is said of the app as it is', () => expect(said(undefined)).toEqual([]));

describe('NET-01: egress written as its own resource opens a group', () => {
  test.each(['net-01-get-att', 'net-01-ref', 'net-01-if', 't2-31-condition-of-y'])(
    '%s: the rule is named, and the group that it opens',
    (id) => {
      expect(said(id)).toContainEqual(expect.stringMatching(new RegExp(`^Hole, the rule of ${GROUP}`)));
    },
  );

  test('variant: a group that nobody knows', () => {
    expect(said('net-01-import')).toContainEqual(expect.stringMatching(/\bHole\b/));
  });

  test('variant: the rule is in another stack of the app', () => {
    const group = { 'Fn::GetAtt': [idOf(clean.Resources, 'AWS::EC2::SecurityGroup', 'AgentAgentGroup'), 'GroupId'] };
    const exporting: TemplateBody = structuredClone(clean);
    exporting.Outputs = { Group: { Value: group, Export: { Name: 'agent-group' } } };
    const rule = { GroupId: { 'Fn::ImportValue': 'agent-group' }, IpProtocol: '-1', CidrIp: '0.0.0.0/0' };
    const other = { Resources: { Hole: { Type: 'AWS::EC2::SecurityGroupEgress', Properties: rule } } };
    const { claims, checked } = prove(
      Assembly.of(
        { name: 'Q.template.json', stackName: 'Q', body: exporting },
        { name: 'Other.template.json', stackName: 'Other', body: other },
      ),
    );
    const found = [
      ...checked.findings.map(({ path, message }) => `${path} ${message}`),
      ...claims.flatMap((c) => c.counterExamples),
    ];
    expect(found).toContainEqual(expect.stringMatching(new RegExp(`^Hole, the rule of ${GROUP}`)));
  });
});

describe('END-01: the policy of the gateway to image layers', () => {
  test.each([
    ['end-01-all-actions', /s3:\*|starport/],
    ['end-01-any-bucket', /:::\*\/\*/],
    ['end-01-looks-like-layers', /starport-layer-bucket\*/],
    ['end-01-principal-account', /condition on the layers of images/],
  ])('%s is named, with the endpoint', (id, what) => {
    const found = said(id).filter((text) => text.includes(GATEWAY));
    expect(found).toContainEqual(expect.stringMatching(what));
  });
});

describe('END-02: gateways have no address behind them', () => {
  test.each([
    ['end-02-no-prefix-list', GROUP],
    ['end-02-all-https', GROUP],
    ['end-02-unknown-prefix-list', GROUP],
    ['end-02-route-table-missing', 'AgentNetworkVpcIsolatedSubnet2'],
  ])('%s is named by itself, not only because the runtime wouldn’t work', (id, what) => {
    expect(said(id)).toContainEqual(expect.stringContaining(what));
  });
});

test('T2-06: an interface of others with the agent’s group is named', () => {
  expect(said('t2-06-new-interface')).toContainEqual(expect.stringContaining(GROUP));
});
