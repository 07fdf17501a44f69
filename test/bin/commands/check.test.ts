import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { AGENT } from '../check/check-report';
import { hardenedAgent } from '../hardened-agent-call';

async function run(...args: string[]) {
  const { code, out, err } = await hardenedAgent(['check', ...args]);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

function file(name: string, text: string): string {
  const target = path.join(mkdtempSync(path.join(tmpdir(), 'check-')), name);
  writeFileSync(target, text);
  return target;
}

const open = `
Resources:
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      Description: !Sub "of \${AWS::Region}"
`;

test('plain CloudFormation in YAML is checked, and the place is named', async () => {
  const template = file('app.yaml', open);
  const { code, out } = await run(template);
  expect(code).toBe(1);
  expect(out).toContain('✗ SecretsOneReader (error)');
  expect(out).toContain('app.yaml:5');
});

test('--json has one shape, and names file, line and column of each place', async () => {
  const template = file('app.yaml', open);
  const { code, out } = await run(template, '--json', '--rule', 'SecretsOneReader');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual({
    agents: {},
    possibleAgents: [],
    unproven: 0,
    rules: ['SecretsOneReader'],
    findings: [
      {
        ruleId: 'SecretsOneReader',
        severity: 'error',
        template,
        line: 5,
        column: 5,
        resource: 'Secret',
        path: 'app.yaml#Secret',
        property: 'Properties',
        message: expect.any(String),
        fix: expect.any(String),
        fingerprint: expect.stringMatching(/^[0-9a-f]{32}:1$/),
        attackPath: [],
      },
    ],
    acknowledged: [],
    known: [],
    stale: [],
    ignored: {},
  });
});

test('an acknowledgement written by hand counts, with a reason only, and is listed', async () => {
  const answered = (reason: string) =>
    `${open}    Metadata:\n      hardened-agent:acknowledged:\n        - {id: SecretsOneReader, reason: "${reason}"}\n`;
  const accepted = await run(file('app.yaml', answered('Two readers, by contract')));
  expect(accepted.code).toBe(0);
  expect(accepted.out).toContain('because: Two readers, by contract');
  const refused = await run(file('app.yaml', answered(' ')));
  expect(refused.code).toBe(1);
  expect(refused.out).toContain('gives no reason');
});

test('an acknowledged finding begins with that word, so that no line looks like a failure', async () => {
  const reason = 'read by the operators as well, by hand';
  const accepted = `${open}    Metadata:\n      hardened-agent:acknowledged:\n        - {id: SecretsOneReader, reason: "${reason}"}\n`;
  const { code, out } = await run(file('app.yaml', accepted));
  expect({ code, second: out.split('\n')[1] }).toEqual({ code: 0, second: '- acknowledged: SecretsOneReader' });
});

test('a template without a fault leaves exit code 0', async () => {
  const { code, out } = await run(file('app.json', '{"Resources":{}}'), '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ findings: [], acknowledged: [] });
});

test.each([
  ['no file', []],
  ['an unknown option', ['--nope']],
  ['two files', ['a', 'b']],
  ['a file that isn’t there', ['/nowhere/at/all.json']],
])('%s is wrong usage', async (_name, args) => {
  const { code, err } = await run(...args);
  expect(code).toBe(2);
  expect(err).not.toBe('');
});

test.each(['not json', '[]', '{"name":"package"}', '{"version":"36.0.0","artifacts":{}}'])(
  '%s is no template: wrong usage, and says which file',
  async (text) => {
    const { code, err } = await run(file('app.json', text));
    expect(code).toBe(2);
    expect(err).toContain('app.json: not a template');
  },
);

test.each([
  ['/nowhere/app.yaml', /^\/nowhere\/app\.yaml doesn't exist\.$/],
  ['/nowhere/cdk.out', /Run "npx cdk synth -q" first/],
  [__dirname, /it has no manifest\.json.*or name each template in it, such as .*\/\*\.yaml$/],
])('%s can’t be read, and what to do depends on what it looks like', async (path, message) => {
  const { code, err } = await hardenedAgent(['check', path]);
  expect({ code, first: err[0] }).toEqual({ code: 2, first: expect.stringMatching(message) });
});

test('several templates are checked as one app', async () => {
  const { code, out } = await run(
    file('app.yaml', open),
    file('other.yaml', open),
    file('fine.json', '{"Resources":{}}'),
  );
  expect(code).toBe(1);
  for (const name of ['app', 'other']) expect(out).toMatch(new RegExp(`check-\\w+/${name}\\.yaml:5`));
  expect(out).toContain(': 2 findings');
});

describe('standard input', () => {
  const piped = (input: string, ...args: string[]) => hardenedAgent(['check', '-', ...args], {}, undefined, input);

  test.each([
    ['YAML', open],
    ['JSON', '{"Resources":{"Secret":{"Type":"AWS::SecretsManager::Secret"}}}'],
  ])('can be a template in %s', async (_, text) => {
    const { code, out } = await piped(text);
    expect(code).toBe(1);
    expect(out.join('\n')).toMatch(/standard input:\d+:\d+ {2}Secret {2}Properties/);
  });

  test.each([
    ['no template', 'hello', [], /^Standard input: not a template/],
    ['empty', '', [], /^Standard input: not a template/],
    ['beside a file', open, ['app.yaml'], /^Standard input is one whole template\. Give "-" alone/],
  ])('%s is wrong usage', async (_, text, args, message) => {
    const { code, err } = await piped(text, ...args);
    expect(code).toBe(2);
    expect(err[0]).toMatch(message);
  });
});

describe('the report for a person', () => {
  test('says what is there, then the worst path of attack, then the verdict, and how to learn more', async () => {
    const { out } = await run(file('app.yaml', `${AGENT}${open.replace('Resources:', '')}`));
    const [first, , path, ...others] = out.split('\n');
    expect(first).toBe('1 Lambda agent');
    expect(path).toMatch(/^queue Queue → Lambda agent Agent → .*s3:\* on any bucket/);
    expect(others).toContain('On no agent’s path');
    expect(others.indexOf('On no agent’s path')).toBeLessThan(others.indexOf('  ✗ SecretsOneReader (error)'));
    expect(others.at(-2)).toMatch(/^\d+ rules: [1-9]\d* findings, \d+ warnings?, 0 acknowledged\.$/);
    expect(others.at(-1)).toMatch(/^Why a rule holds, and how to write it: npx hardened-agent explain \w+$/);
  });

  test('lists alike findings once, with five of their places, and what to do once', async () => {
    const secrets = Array.from({ length: 12 }, (_, i) => `\n  S${i}: {Type: AWS::SecretsManager::Secret}`).join('');
    const { out } = await run(file('app.yaml', `Resources:${secrets}\n`));
    expect(out).toContain('✗ SecretsOneReader (error), 12 findings');
    expect(out.match(/app\.yaml:\d+/g)).toHaveLength(5);
    expect(out).toContain('… and 7 more');
    expect(out.match(/→ Add AWS::SecretsManager/g)).toHaveLength(1);
  });

  test('shows the id to acknowledge where it has a detail', async () => {
    const { out } = await run(file('app.yaml', AGENT));
    expect(out).toContain('to acknowledge: LeastPrivilegeNoWildcard[Action::s3:*]');
  });

  test('of 1,000 findings fits on a few screens, and no line of a name looks like another line', async () => {
    const secrets = Array.from({ length: 1000 }, (_, i) => `"S${i}":{"Type":"AWS::SecretsManager::Secret"}`);
    const odd = '"X\\u001b[2J\\n27 rules: 0 findings":{"Type":"AWS::SecretsManager::Secret"}';
    const { code, out } = await run(
      file('app.json', `{"Resources":{${[odd, ...secrets].join(',\n')}}}`),
      '--rule',
      'SecretsOneReader',
    );
    expect(code).toBe(1);
    const lines = out.split('\n');
    expect(lines.length).toBeLessThan(50);
    expect(lines.filter((line) => /^\d+ rules?:/.test(line))).toHaveLength(1);
    expect(out).toContain('… and 996 more');
    expect(out).not.toContain('\u001b');
  });
});

describe('formats and files', () => {
  test.each([
    ['json', /^\{\n {2}"agents"/],
    ['sarif', /^\{\n {2}"\$schema"/],
    ['junit', /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites /],
    ['text', /^1 Lambda agent\n/],
  ])(
    '--format %s is written to standard output, or into a file while a person still reads the text',
    async (format, begin) => {
      const template = file('app.yaml', AGENT);
      const printed = await run(template, '--format', format);
      expect(printed.code).toBe(1);
      expect(printed.out).toMatch(begin);
      const output = path.join(path.dirname(template), 'report');
      const written = await run(template, '--format', format, '--output', output);
      expect(written.code).toBe(1);
      expect(readFileSync(output, 'utf8')).toBe(`${printed.out}\n`);
      expect(written.out).toMatch(/^1 Lambda agent\n/);
    },
  );

  test.each([
    [['--format', 'xml'], '--format is "xml". Give one of text, json, sarif, junit.'],
    [['--format', 'sarif', '--json'], '--json is --format json, and --format is "sarif". Give one of them.'],
    [['--fail-on', 'high'], '--fail-on is "high". Give one of fatal, error, warning.'],
    [['--output', '/nowhere/report'], '--output: there is no folder /nowhere.'],
    [['--write-baseline', '/nowhere/b.json'], '--write-baseline: there is no folder /nowhere.'],
    [['--baseline', '/nowhere.json'], '--baseline: there is no file /nowhere.json.'],
  ])('%j is wrong usage', async (args, message) => {
    const { code, out, err } = await run(file('app.yaml', AGENT), ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });
});

describe('what runs, and what fails', () => {
  const ids = ({ out }: { out: string }) =>
    new Set((JSON.parse(out) as { findings: { ruleId: string }[] }).findings.map(({ ruleId }) => ruleId.split('[')[0]));

  test('--rule runs this rule only, also several, and in any case', async () => {
    const template = file('app.yaml', AGENT);
    expect(ids(await run(template, '--json', '--rule', 'secretsnoplaintext'))).toEqual(new Set(['SecretsNoPlainText']));
    const two = await run(template, '--json', '--rule', 'SecretsNoPlainText,LeastPrivilegeNoWildcard');
    const twice = await run(template, '--json', '--rule', 'SecretsNoPlainText', '--rule', 'LeastPrivilegeNoWildcard');
    expect(ids(two)).toEqual(new Set(['LeastPrivilegeNoWildcard', 'SecretsNoPlainText']));
    expect(JSON.parse(twice.out)).toEqual(JSON.parse(two.out));
  });

  test('with --rule, an acknowledgement of another rule isn’t unused', async () => {
    const accepted = `${open}    Metadata:\n      hardened-agent:acknowledged: [{id: SecretsOneReader, reason: by contract}]\n`;
    const { code, out } = await run(
      file('app.yaml', accepted),
      '--json',
      '--rule',
      'SecretsNoPlainText',
      '--fail-on',
      'warning',
    );
    expect({ code, findings: ids({ out }) }).toEqual({ code: 0, findings: new Set() });
    const unused = accepted.replace('SecretsOneReader,', 'GateEnforces,');
    expect(ids(await run(file('app.yaml', unused), '--json', '--rule', 'AcknowledgementUnused'))).toEqual(
      new Set(['AcknowledgementUnused']),
    );
  });

  test('--ignore leaves out a rule’s findings, and says so', async () => {
    const { code, out } = await run(file('app.yaml', open), '--ignore', 'SecretsOneReader');
    expect(code).toBe(0);
    expect(out).toContain('Ignored: SecretsOneReader, 1 finding.');
  });

  test.each([
    ['SecretsOneReadr', 'Did you mean SecretsOneReader?'],
    ['NoRouteOut', 'Did you mean NetworkNoRouteOut?'],
    ['HardenedAgentChecks::LeastPrivilegeNoWildcrd[x]', 'Did you mean LeastPrivilegeNoWildcard?'],
    ['W3005', 'there is no rule "W3005". List all: npx hardened-agent explain'],
  ])('the unknown rule %s is refused, with the nearest one', async (id, message) => {
    for (const option of ['--rule', '--ignore']) {
      const { code, err } = await run(file('app.yaml', open), option, id);
      expect(code).toBe(2);
      expect(err).toContain(`${option}: there is no rule`);
      expect(err).toContain(message);
    }
  });

  test('--fail-on says from which severity on a finding fails', async () => {
    const template = file('app.yaml', open);
    expect((await run(template, '--fail-on', 'fatal')).code).toBe(0);
    expect((await run(template, '--fail-on', 'error')).code).toBe(1);
    const unused = 'Resources: {}\nMetadata: {"hardened-agent:acknowledged": [{id: GateEnforces, reason: r}]}\n';
    expect((await run(file('app.yaml', unused))).code).toBe(0);
    expect((await run(file('app.yaml', unused), '--fail-on', 'warning')).code).toBe(1);
  });
});

describe('a baseline', () => {
  const ONLY = ['--rule', 'LeastPrivilegeNoWildcard,SecretsOneReader'];
  const secret = (name: string) => `  ${name}:\n    Type: AWS::SecretsManager::Secret\n`;

  async function baselineOf(template: string): Promise<string> {
    const baseline = path.join(path.dirname(template), 'baseline.json');
    const { code, err } = await run(template, '--write-baseline', baseline, ...ONLY);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^\d+ findings? written to /) });
    return baseline;
  }

  test('lets what was known pass, also when lines move and items come before it', async () => {
    const template = file('app.yaml', AGENT);
    const baseline = await baselineOf(template);
    expect((await run(template, '--baseline', baseline, ...ONLY)).code).toBe(0);
    const moved = AGENT.replace('Resources:\n', 'Description: moved\n\n\nResources:\n').replace(
      '            Statement:\n',
      '            Statement:\n              - {Effect: Deny, Action: "s3:DeleteBucket", Resource: "*"}\n',
    );
    writeFileSync(template, moved);
    const { code, out } = await run(template, '--baseline', baseline, ...ONLY);
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringContaining('0 findings, 0 warnings, 0 acknowledged, 2 known before.'),
    });
  });

  test('doesn’t hide what is new: another resource, another action, a second of the same', async () => {
    const template = file('app.yaml', AGENT);
    const baseline = await baselineOf(template);
    for (const changed of [
      AGENT.replace('Action: s3:*', 'Action: [s3:*, iam:*]'),
      `${AGENT}${secret('New')}`,
      AGENT.replace(
        '- Effect: Allow\n',
        '- {Effect: Allow, Action: s3:*, Resource: "*"}\n              - Effect: Allow\n',
      ),
    ]) {
      writeFileSync(template, changed);
      const { code, out } = await run(template, '--baseline', baseline, ...ONLY);
      expect({ code, out }).toEqual({ code: 1, out: expect.stringMatching(/[1-9]\d* findings?, 0 warnings/) });
    }
  });

  test('says which entries are no longer found, and not those of other templates and rules', async () => {
    const template = file('app.yaml', `Resources:\n${secret('One')}${secret('Two')}`);
    const baseline = await baselineOf(template);
    writeFileSync(template, `Resources:\n${secret('One')}`);
    const { code, out } = await run(template, '--baseline', baseline);
    expect(code).toBe(0);
    expect(out).toContain('1 entry of the baseline is no longer found.');
    expect(out).toMatch(/SecretsOneReader {2}\S*app\.yaml {2}Two/);
    expect((await run(template, '--baseline', baseline, '--rule', 'GateEnforces')).out).not.toContain('no longer');
    const other = file('other.yaml', 'Resources: {}\n');
    expect((await run(other, '--baseline', baseline)).out).not.toContain('no longer');
    rmSync(template);
    expect((await run(other, '--baseline', baseline)).out).toContain('2 entries of the baseline are no longer found.');
  });

  test('never has a fatal finding, and --ignore doesn’t hide one', async () => {
    const refused = `Resources:\n${secret('One')}    Metadata:\n      hardened-agent:acknowledged: [{id: SecretsOneReader, reason: ""}]\n`;
    const template = file('app.yaml', refused);
    const baseline = path.join(path.dirname(template), 'baseline.json');
    const { code, err } = await run(template, '--write-baseline', baseline);
    expect(code).toBe(1);
    expect(err).toContain("1 fatal finding not: what is fatal can't be accepted.");
    expect(JSON.parse(readFileSync(baseline, 'utf8'))).toEqual({ version: 1, findings: [] });
    expect((await run(template, '--ignore', 'SecretsOneReader')).code).toBe(1);
  });

  test.each([
    ['not json', 'is no baseline (Unexpected token'],
    ['null', 'is no baseline (its version is undefined, and this is version 1)'],
    ['{"version":2,"findings":[]}', 'is no baseline (its version is 2, and this is version 1)'],
    ['{"version":1,"findings":[{}]}', 'is no baseline (an entry lacks its fingerprint)'],
  ])('%s is refused', async (text, message) => {
    const { code, err } = await run(file('app.yaml', open), '--baseline', file('b.json', text));
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
  });
});
