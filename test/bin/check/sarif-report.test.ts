import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { sarifReport } from '../../../bin/check/sarif-report';
import { RULES } from '../../../lib/checks/rules';
import { AGENT, reportOf } from './check-report';

/** A schema in draft 4. Of what later drafts changed it uses only the name of its id, and a pattern that isn't one in Unicode mode. */
const { $schema, id, ...body } = schema;
const ajv = addFormats(new Ajv({ strict: false, allErrors: true, unicodeRegExp: false }));
const isSarif = ajv.compile(body);

function faultsOf(log: unknown) {
  isSarif(log);
  return isSarif.errors ?? [];
}

const written = (templates: { readonly [name: string]: string }) =>
  JSON.parse(JSON.stringify(sarifReport(reportOf(templates).report))) as ReturnType<typeof sarifReport>;

test.each([
  ['findings', { 'app.yaml': AGENT }],
  [
    'several templates',
    { 'a b/ü#1.yaml': AGENT, 'other.json': '{"Resources":{"S":{"Type":"AWS::SecretsManager::Secret"}}}' },
  ],
  ['standard input', { 'standard input': AGENT }],
  ['a file outside the folder', { '/elsewhere/app.yaml': AGENT }],
  ['nothing', { 'app.yaml': 'Resources: {}' }],
])('a report with %s is valid by the schema of SARIF 2.1.0', (_, templates) => {
  expect(faultsOf(written(templates))).toEqual([]);
});

test('the schema would find a fault', () => {
  const log = written({ 'app.yaml': AGENT });
  const faults = faultsOf({ ...log, runs: log.runs.map((run) => ({ ...run, results: [{ ruleId: 'X' }] })) });
  expect(faults.map(({ message }) => message)).toContain("must have required property 'message'");
});

test('it has what GitHub code scanning reads', () => {
  const [run] = written({ 'app.yaml': AGENT }).runs;
  const result = run?.results.find(({ ruleId }) => ruleId === 'LeastPrivilegeNoWildcard');
  expect(result).toMatchObject({
    level: 'error',
    message: { text: expect.stringContaining('allows s3:*') },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'app.yaml', uriBaseId: '%SRCROOT%' },
          region: { startLine: 12, startColumn: 17 },
        },
        logicalLocations: [{ fullyQualifiedName: 'app.yaml#Role' }],
      },
    ],
    partialFingerprints: { primaryLocationLineHash: expect.stringMatching(/^[0-9a-f]{32}:1$/) },
  });
  expect(result?.message.text).toMatch(/Path of attack: queue Queue → Lambda agent Agent → .*s3:\* on any bucket/);
  const rules = run?.tool.driver.rules ?? [];
  expect(rules[result?.ruleIndex ?? -1]).toMatchObject({
    id: 'LeastPrivilegeNoWildcard',
    shortDescription: { text: expect.any(String) },
    fullDescription: { text: expect.any(String) },
    help: { text: expect.any(String), markdown: expect.stringContaining('**What to write instead:**') },
    helpUri: expect.stringMatching(/^https:\/\/github\.com\/.*\/docs\/rules\.md#leastprivilegenowildcard-error$/),
    defaultConfiguration: { level: 'error' },
    properties: { 'security-severity': '7.5', tags: expect.arrayContaining(['security']) },
  });
  expect(rules).toHaveLength(RULES.length);
});

test('places of a file are URIs, relative to the folder of the command', () => {
  const uris = (name: string) =>
    new Set(
      written({ [name]: AGENT }).runs.flatMap(({ results }) =>
        results.flatMap(({ locations }) =>
          locations.map(({ physicalLocation }) => physicalLocation.artifactLocation.uri),
        ),
      ),
    );
  expect(uris('a b/ü#1.yaml')).toEqual(new Set(['a%20b/%C3%BC%231.yaml']));
  expect(uris('/elsewhere/app.yaml')).toEqual(new Set(['file:///elsewhere/app.yaml']));
  expect(uris('standard input')).toEqual(new Set(['standard-input']));
});

test('what is acknowledged is left out, and an unused acknowledgement describes itself', () => {
  const acknowledged = (id: string) =>
    `Resources:\n  Secret:\n    Type: AWS::SecretsManager::Secret\n    Metadata: {'hardened-agent:acknowledged': [{id: ${id}, reason: by contract}]}\n`;
  expect(written({ 'app.yaml': acknowledged('SecretsOneReader') }).runs[0]?.results).toEqual([]);
  const log = written({ 'app.yaml': acknowledged('GateEnforces') });
  expect(faultsOf(log)).toEqual([]);
  const unused = log.runs[0]?.results.find(({ ruleId }) => ruleId === 'AcknowledgementUnused');
  expect(unused?.level).toBe('warning');
  expect(log.runs[0]?.tool.driver.rules[unused?.ruleIndex ?? -1]?.id).toBe('AcknowledgementUnused');
});
