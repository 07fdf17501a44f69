import { BedrockModel } from '../../../lib';
import { lackingAllows } from '../../../lib/prove/lacking-allows';
import { RuntimeParts } from '../../../lib/prove/runtime-parts';
import { Assembly } from '../../../lib/template';
import { AgentStack } from '../agent-stack';
import { NARROWED } from './narrowed-allows';
import type { TemplateBody } from './quickstart-template';
import { REMOVED } from './removed-allows';

/** Every part, the launcher inside the network, a guardrail, and a model behind a profile. */
function everyPart(): TemplateBody {
  const variant = new AgentStack();
  variant.withRuntime({
    launcherInNetwork: true,
    guardrail: 'arn:aws:bedrock:eu-west-1:111122223333:guardrail/abcdefghij:1',
    models: [
      BedrockModel.inferenceProfile('eu.anthropic.claude-sonnet-4-5-20250929-v1:0', ['eu-west-1', 'eu-central-1']),
    ],
  });
  const body = variant.app.synth().getStackByName('Stack').template as TemplateBody;
  body.Parameters = { ...(body.Parameters as object), Bucket: { Type: 'String' }, Wanted: { Type: 'String' } };
  body.Conditions = { Maybe: { 'Fn::Equals': [{ Ref: 'Wanted' }, 'yes'] } };
  return body;
}

const whole = everyPart();

function lacksIn(body: TemplateBody): string[] {
  const assembly = Assembly.of({ name: 'Stack.template.json', body });
  return lackingAllows(assembly, new RuntimeParts(assembly));
}

test('nothing lacks while nothing is removed', () => expect(lacksIn(whole)).toEqual([]));

test('at least twenty allows are removed, of each layer', () => {
  expect(REMOVED.length).toBeGreaterThanOrEqual(20);
  const layers = REMOVED.map(({ names }) => /: (\w[\w ]*?): /.exec(names.source)?.[1]);
  expect([...new Set(layers)]).toEqual(
    expect.arrayContaining([
      'role',
      'endpoint',
      'endpoint policy',
      'security group',
      'route',
      'DNS',
      'key policy',
      'resource policy',
    ]),
  );
});

test.each(REMOVED)('a removed allow is named with part, action and layer: $name', ({ dig, names }) => {
  const body = structuredClone(whole);
  dig(body.Resources);
  expect(lacksIn(body)).toEqual(expect.arrayContaining([expect.stringMatching(names)]));
});

test.each(NARROWED)('a narrower allow is named: $name', ({ dig, names }) => {
  const body = structuredClone(whole);
  dig(body.Resources);
  expect(lacksIn(body)).toEqual(expect.arrayContaining([expect.stringMatching(names)]));
});
