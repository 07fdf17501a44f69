import { roleSecretCells } from '../../benchmarks/connectors/cells';
import { echoOf, MARKER, PLACES, SPELLINGS } from '../../benchmarks/connectors/echoes';
import { connectorsApp } from '../../benchmarks/connectors/stack';
import { Assembly } from '../../lib/template';
import type { JsonObject } from '../../runtime/core/contracts';
import { guardOutput } from '../../runtime/core/output-guard';

interface Body extends JsonObject {
  Resources: Record<string, { Type: string; Properties: JsonObject }> & JsonObject;
}

const assembly = Assembly.load(connectorsApp('https://notes.example.com').synth().directory);
const body = assembly.templates[0].source.body as Body;
const idsOf = (type: string, start = '') =>
  Object.keys(body.Resources).filter((id) => body.Resources[id].Type === type && id.startsWith(start));

describe('role × secret cells', () => {
  const wrongIn = (change: (copy: Body) => void) => {
    const copy = structuredClone(body);
    change(copy);
    return roleSecretCells(Assembly.of({ name: 'Connectors.template.json', body: copy })).wrong;
  };

  test('none is wrong in an agent with a connector of each kind', () => {
    const { roles, secrets, wrong } = roleSecretCells(assembly);
    expect(wrong).toEqual([]);
    expect([roles > 20, secrets]).toEqual([true, 4]);
  });

  test('a reader too many is one wrong cell', () => {
    const [role] = idsOf('AWS::IAM::Role', 'NotesExecutorRole');
    const [secret] = idsOf('AWS::SecretsManager::Secret', 'NotesCredentialsnotesread');
    const wrong = wrongIn((copy) => {
      // Its policy denies it to others, so a right alone reaches nothing.
      for (const id of idsOf('AWS::SecretsManager::ResourcePolicy')) delete copy.Resources[id];
      const [{ PolicyDocument }] = copy.Resources[role].Properties.Policies as unknown as {
        PolicyDocument: { Statement: JsonObject[] };
      }[];
      PolicyDocument.Statement.push({
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: { 'Fn::GetAtt': [secret, 'Id'] },
      });
    });
    expect(wrong).toEqual([expect.stringMatching(/^\S+ → \S+: may read it \(true\)$/)]);
  });

  test('a reader who may not read is one wrong cell', () => {
    const [boundary] = idsOf('AWS::IAM::ManagedPolicy', 'McpBoundary');
    const wrong = wrongIn((copy) => {
      const text = JSON.stringify(copy.Resources[boundary]).replace('secretsmanager:GetSecretValue', 's3:GetObject');
      copy.Resources[boundary] = JSON.parse(text);
    });
    expect(wrong).toEqual([expect.stringMatching(/Mcp.*: its reader may not read it$/)]);
  });
});

describe('a target that repeats the credential', () => {
  const secret = 'nk_0123456789abcdef0123456789abcdef01234567';
  const inBody = Object.keys(PLACES).filter((place) => String(echoOf(`${place}-plain`, secret).body).includes(MARKER));

  test.each(inBody.flatMap((place) => Object.keys(SPELLINGS).map((spelling) => `${place}-${spelling}`)))(
    'gets nothing of it through: %s',
    (id) => {
      const content = String(echoOf(id, secret).body);
      expect(content).toContain(MARKER);
      expect(guardOutput({ content, secrets: [secret], maxBytes: 65_536 }).ok).toBe(false);
      // The same without a known credential: most spellings look like any other text.
      if (id === 'body-backwards') expect(guardOutput({ content, secrets: [], maxBytes: 65_536 }).ok).toBe(true);
    },
  );
});
