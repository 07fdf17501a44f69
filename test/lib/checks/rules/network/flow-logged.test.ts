import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, findingsOf, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { gate, network, plainNetwork } from './network-template';

describe('NetworkFlowLogged', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('NetworkFlowLogged', resources, around);
  const agent: JsonObject = {
    ...network,
    Flows: {
      Type: 'AWS::EC2::FlowLog',
      Properties: { ResourceId: { Ref: 'Vpc' }, ResourceType: 'VPC', TrafficType: 'ALL' },
    },
  };

  test('a network whose traffic is logged is fine, by the VPC or by its subnet', () => {
    expect(lines(agent)).toEqual([]);
    expect(lines(changed(agent, ['Flows', 'Properties', 'ResourceId'], { Ref: 'Subnet' }))).toEqual([]);
  });

  test('a network without a model caller is ignored', () => expect(lines(plainNetwork)).toEqual([]));

  test('in an app without a gate it is a warning', () => {
    const severities = (resources: JsonObject) =>
      findingsOf('NetworkFlowLogged', resources).map(({ severity }) => severity);
    expect(severities(network)).toEqual(['warning']);
    expect(severities({ ...network, ...gate })).toEqual(['error']);
  });

  test.each<[string, (string | number)[], unknown]>([
    ['no flow log', ['Flows'], undefined],
    ['one of refusals only', ['Flows', 'Properties', 'TrafficType'], 'REJECT'],
    ['one of another network', ['Flows', 'Properties', 'ResourceId'], 'vpc-1'],
    ['one of nobody knows what', ['Flows', 'Properties', 'ResourceId'], { Ref: 'Unknown' }],
    ['one of nobody knows which traffic', ['Flows', 'Properties', 'TrafficType'], { Ref: 'Unknown' }],
  ])('%s is found', (_name, path, value) => {
    expect(lines(changed(agent, path, value), UNKNOWN_PARAMETER)).toEqual([
      "Vpc Properties: no flow log records all traffic of Fn here, or that can't be proven",
    ]);
  });
});
