import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, findingsOf, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { gate, network, plainNetwork } from './network-template';

describe('NetworkEndpointPinned', () => {
  // Beside a gate, the callers and the resources must be pinned.
  const lines = (resources: JsonObject, around?: JsonObject) =>
    linesOf('NetworkEndpointPinned', { ...gate, ...resources }, around);
  const allow = {
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: 's3:GetObject',
    Resource: '*',
    Condition: {
      ArnEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': ['Role', 'Arn'] } },
      StringEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } },
    },
  };
  const endpoint = (statement: unknown): JsonObject => ({
    Role: { Type: 'AWS::IAM::Role', Properties: {} },
    Endpoint: {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: { PolicyDocument: { Statement: [statement] as JsonObject[] } },
    },
  });

  test('principal and account pinned by conditions are fine', () => expect(lines(endpoint(allow))).toEqual([]));

  test('resources with an account in them need no condition on it', () => {
    const named = {
      ...allow,
      Resource: { 'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:api/*` },
      Condition: { ArnEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': ['Role', 'Arn'] } } },
    };
    expect(lines(endpoint(named))).toEqual([]);
  });

  test.each<[string, unknown, string]>([
    ['no condition on the principal', { StringEquals: allow.Condition.StringEquals }, 'allows the principal *'],
    ['no condition on the account', { ArnEquals: allow.Condition.ArnEquals }, 'without aws:ResourceAccount'],
    [
      'a condition that holds where the key is absent',
      {
        StringEquals: allow.Condition.StringEquals,
        ArnEqualsIfExists: allow.Condition.ArnEquals,
      },
      'allows the principal *',
    ],
    [
      'a condition that takes anybody',
      { ...allow.Condition, ArnEquals: undefined, ArnLike: { 'aws:PrincipalArn': '*' } },
      'the condition on aws:PrincipalArn allows anybody',
    ],
    ...[
      'arn:aws:iam::*:role/sealer',
      'arn:aws:iam::99999999????:role/sealer',
      { 'Fn::Sub': `arn:\${AWS::Partition}:iam::*:role/sealer` },
    ].map((arn): [string, unknown, string] => [
      `a role of any account, ${JSON.stringify(arn)}`,
      { ...allow.Condition, ArnEquals: undefined, ArnLike: { 'aws:PrincipalArn': arn } },
      'the condition on aws:PrincipalArn allows anybody',
    ]),
    ...(['aws:PrincipalAccount', 'aws:PrincipalOrgID'] as const).flatMap((key) =>
      ['1*', '????????????', 'o-*'].map((id): [string, unknown, string] => [
        `any ${key} that is like ${id}`,
        { ...allow.Condition, ArnEquals: undefined, StringLike: { [key]: id } },
        `the condition on ${key} allows anybody`,
      ]),
    ),
    [
      'any account of the resource that is like 1*',
      { ...allow.Condition, StringEquals: undefined, StringLike: { 'aws:ResourceAccount': '1*' } },
      'the condition on aws:ResourceAccount allows anybody',
    ],
  ])('%s is found', (_name, condition, message) => {
    const statement = { ...allow, Condition: JSON.parse(JSON.stringify(condition)) };
    expect(lines(endpoint(statement))).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    ['only denies', { Statement: [{ ...allow, Effect: 'Deny' }] }],
    ['is empty', {}],
  ])('a policy that %s is found', (_name, document) => {
    const bare = changed(endpoint(allow), ['Endpoint', 'Properties', 'PolicyDocument'], document);
    expect(lines(bare)).toEqual([expect.stringContaining('nothing says whom the endpoint serves')]);
  });

  test('a wildcard in the name of an own role isn’t everybody', () => {
    const named = {
      ...allow,
      Condition: {
        ...allow.Condition,
        ArnEquals: undefined,
        ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/a-*' },
      },
    };
    expect(lines(endpoint(JSON.parse(JSON.stringify(named))))).toEqual([]);
  });

  test('a policy that was taken away is found', () => {
    const open = changed(endpoint(allow), ['Endpoint', 'Properties', 'PolicyDocument'], undefined);
    expect(lines(open)).toEqual([
      'Endpoint Properties.PolicyDocument: has no policy: the default policy allows everything to everybody',
    ]);
  });

  test('the bucket of image layers is excepted, a bucket that looks like it is not', () => {
    const layers = (bucket: string) => ({
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: 's3:GetObject',
      Resource: { 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${bucket}/*` },
    });
    expect(lines(endpoint(layers(`prod-\${AWS::Region}-starport-layer-bucket`)))).toEqual([]);
    expect(lines(endpoint(layers('prod-eu-west-1-starport-layer-bucket')))).toEqual([]);
    expect(lines(endpoint(layers('prod-mine-starport-layer-bucket')))).not.toEqual([]);
    expect(lines(endpoint(layers('prod-*-starport-layer-bucket')))).not.toEqual([]);
  });

  test('an unknown policy, statement or value can’t be proven', () => {
    for (const unknown of [
      changed(endpoint(allow), ['Endpoint', 'Properties', 'PolicyDocument'], { Ref: 'Unknown' }),
      endpoint({ 'Fn::GetAtt': ['Role', 'Nothing'] }),
      endpoint(changed(allow as JsonObject, ['Condition', 'ArnEquals', 'aws:PrincipalArn'], { Ref: 'Unknown' })),
    ]) {
      expect(lines(unknown, UNKNOWN_PARAMETER)).toEqual([expect.stringMatching(/can't be proven/)]);
    }
  });

  describe('without a gate', () => {
    const inNetwork = (around: JsonObject, statement: unknown): JsonObject => ({
      ...around,
      ...changed(endpoint(statement), ['Endpoint', 'Properties', 'VpcId'], { Ref: 'Vpc' }),
      ...('Role' in around ? { Role: around.Role } : {}),
    });
    const pinned = { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } };
    const found = (resources: JsonObject) =>
      findingsOf('NetworkEndpointPinned', resources).map(({ severity }) => severity);

    test.each([
      ['callers', { ...allow, Condition: pinned }],
      ['resources', { ...allow, Condition: { StringEquals: allow.Condition.StringEquals } }],
    ])('an agent’s endpoint that pins its %s is fine: data needs both to leave', (_name, statement) => {
      expect(found(inNetwork(network, statement))).toEqual([]);
    });

    test('one that pins neither is found, and can be answered for', () => {
      expect(found(inNetwork(network, { ...allow, Condition: {} }))).toEqual(['error']);
    });

    test('the endpoint of a network without an agent is worth a warning', () => {
      expect(found(inNetwork(plainNetwork, { ...allow, Condition: {} }))).toEqual(['warning']);
      expect(found(inNetwork(plainNetwork, allow))).toEqual([]);
    });

    test('one side that isn’t known is worth a warning, also where the other one holds', () => {
      const stored = '{{resolve:ssm:/agent/x}}';
      const { StringEquals } = allow.Condition;
      for (const Condition of [
        { ...pinned, ArnEquals: { 'aws:PrincipalArn': stored } },
        { StringEquals, ArnEquals: { 'aws:PrincipalArn': stored } },
      ]) {
        const severities = found(inNetwork(network, { ...allow, Condition }));
        expect(severities).toEqual(Condition.StringEquals === StringEquals ? ['warning'] : []);
      }
    });
  });
});
