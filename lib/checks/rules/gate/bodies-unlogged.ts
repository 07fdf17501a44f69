import type { Resource, Value } from '../../../template';
import { guardedApisOf } from '../../facts/behind-the-gate';
import { belowResource, listOf, memberOf, offencesIn } from '../../judge/branches';
import type { Offence, Rule } from '../../rule';

/** Arguments and results belong in the evidence bucket, where they can be erased. */
export const bodiesUnlogged: Rule = {
  id: 'GateBodiesUnlogged',
  pillar: 'gate',
  severity: 'error',
  holds: 'No stage of the API that a model caller uses, or that people decide at, logs requests and responses in full.',
  source:
    'API Gateway Developer Guide, "Set up CloudWatch logging for REST APIs": data tracing "can result in logging sensitive data"; NIST SP 800-53 AU-3(3); CWE-532',
  fix: 'Set DataTraceEnabled: false in every MethodSetting of the stage.',
  *check(assembly) {
    const apis = guardedApisOf(assembly);
    for (const stage of assembly.ofType('AWS::ApiGateway::Stage', 'AWS::ApiGateway::Deployment')) {
      const ofGuarded = stage.property('RestApiId').some(({ value }) => apis.has(assembly.find(value) as Resource));
      if (!ofGuarded) continue;
      const settings =
        stage.type === 'AWS::ApiGateway::Stage' ? ['MethodSettings'] : ['StageDescription', 'MethodSettings'];
      for (const { value, where, assuming } of stage.items(...settings)) {
        yield* traces(stage, belowResource(stage, where), value, assuming);
      }
      for (const { value, assuming } of stage.property('StageDescription')) {
        yield* traces(stage, 'Properties.StageDescription', value, assuming);
      }
    }
  },
};

function* traces(stage: Resource, property: string, settings: Value, assuming: readonly string[]): Generator<Offence> {
  for (const traced of listOf(memberOf(settings, 'DataTraceEnabled'))) {
    yield* offencesIn(
      stage,
      `${property}.DataTraceEnabled`,
      traced,
      (value) =>
        value === false || value === 'false'
          ? undefined
          : 'requests and responses are logged in full: arguments and results can be read there',
      assuming,
    );
  }
}
