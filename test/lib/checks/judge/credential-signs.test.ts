import { mayShowCredential } from '../../../../lib/checks/judge/credential-signs';
import { credentialsShownBy } from '../../../../lib/checks/judge/credentials-in-resource';
import { Assembly, type Resource } from '../../../../lib/template';
import { parseYaml } from '../../../../lib/template/model/yaml';
import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { insecureAgents, secureAgents } from '../../../corpus/agents';
import { templatesOf } from '../../../guard/templates';
import { fc } from '../../../seed';

const AGENTS = [...insecureAgents(), ...secureAgents(), ...secureAgents('harmless')];

/** Resources without a sign in which something is found all the same. */
function missedIn(assembly: Assembly): string[] {
  return assembly.resources
    .filter((resource) => !mayShowCredential(resource))
    .flatMap((resource) =>
      [...credentialsShownBy(assembly, resource)].map(({ property }) => `${resource} ${property}`),
    );
}

describe('signs of a credential', () => {
  const assemblies = [
    ...AGENTS.map(({ file }) => Assembly.load(file, { parseYaml })),
    ...templatesOf('everything').map((body, i) => Assembly.of({ name: `Own${i}`, body: body as JsonObject })),
  ];

  test('where there is none, nothing is found', () => {
    expect(assemblies.flatMap(missedIn)).toEqual([]);
  });

  test('most resources have none', () => {
    const resources = assemblies.flatMap((assembly) => assembly.resources);
    expect(resources.length).toBeGreaterThan(1000);
    expect(resources.filter((resource) => !mayShowCredential(resource)).length).toBeGreaterThan(resources.length / 2);
  });

  test('a planted credential is never found without a sign', () => {
    const plain = assemblies.flatMap((assembly) => assembly.resources).filter((each) => !mayShowCredential(each));
    let found = 0;
    fc.assert(
      fc.property(fc.constantFrom(...plain), CREDENTIAL, NAME, FORM, fc.nat(), (resource, text, name, form, place) => {
        const assembly = Assembly.of({ name: 'T', body: planted(resource, name, form(text), place) });
        found += assembly.resources.flatMap((each) => [...credentialsShownBy(assembly, each)]).length;
        expect(missedIn(assembly)).toEqual([]);
      }),
      { numRuns: 3000 },
    );
    expect(found).toBeGreaterThan(500);
  });
});

const CREDENTIAL = fc.constantFrom(
  'AKIAIOSFODNN7ABCDEFG',
  `ghp_${'a1B2c3D4'.repeat(5)}`,
  'sk-ant-REDACTED-a1b2c3d4e5f6g7h8i9j0k1l2',
  'postgres://app:8sdf7Gh2kQ@db.internal/app',
  'hunter2-long-enough-9',
  'tool --token=9f8a7b6c5d4e3f2a1b0c',
  '{{resolve:secretsmanager:one:SecretString:password}}',
  '{{resolve:ssm-secure:/agent/token}}',
);

const NAME = fc.constantFrom(
  'Name',
  'Value',
  'Description',
  'Password',
  'ApiKey',
  'Command',
  'Environment',
  'UserData',
);

const SPLIT = (text: string): JsonValue => ({ 'Fn::Join': ['', [text.slice(0, 3), text.slice(3)]] });

/** How a template may write a text. */
const FORM = fc.constantFrom<(text: string) => JsonValue>(
  (text) => text,
  SPLIT,
  (text) => ({ 'Fn::Sub': `${text}` }),
  (text) => ({ 'Fn::Base64': text }),
  (text) => ({ 'Fn::Base64': SPLIT(text) }),
  (text) => Buffer.from(`a first line\n${text}`).toString('base64'),
  (text) => ({ 'Fn::If': ['Never', text, 'other'] }),
  (text) => ({ 'Fn::Join': [':', [{ Ref: 'AWS::Region' }, text]] }),
  (text) => ({ Name: 'DB_PASSWORD', Value: text }),
  (text) => ({ Key: { 'Fn::Sub': 'API_KEY' }, Value: SPLIT(text) }),
  (text) => ({ Name: SPLIT('DB_PASSWORD'), Value: text }),
  (text) => ({ Name: 'x', 'Fn::If': ['Never', 'a', { Name: SPLIT('API_KEY'), Value: text }] }),
  (text) => [text],
  () => ({ 'Fn::GetAtt': ['Key', 'SecretAccessKey'] }),
  () => ({ Ref: 'Hidden' }),
);

/** The resource with one more member: at the top, below an object, or in its metadata. */
function planted({ type, properties, metadata }: Resource, name: string, value: JsonValue, place: number): JsonObject {
  const own = structuredClone(properties);
  const inner = Object.keys(own)[place % Math.max(1, Object.keys(own).length)];
  const below = inner === undefined ? undefined : own[inner];
  const isBelow = typeof below === 'object' && below !== null && !Array.isArray(below) && place % 3 > 0;
  const isMetadata = place % 7 === 0;
  const named = name === 'Value' ? { Name: '/db/password' } : {};
  if (!isMetadata) Object.assign(isBelow ? below : own, { ...named, [name]: value });
  return {
    Parameters: { Hidden: { Type: 'String', NoEcho: true } },
    Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    Resources: {
      Key: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: 'one' } },
      Planted: {
        Type: type,
        Properties: own,
        Metadata: isMetadata ? { ...metadata, [name]: value } : metadata,
      },
    },
  };
}
