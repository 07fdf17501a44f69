import { isFalse, listOf, memberOf, type Resource, type Value } from '../../../template';
import { AGENT_BEFORE_API } from '../../examples/agent-before-gate';
import { guardedApisOf } from '../../facts/behind-the-gate';
import { offencesIn } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** Arguments and results belong into the evidence bucket, where they can be erased. */
export const bodiesUnlogged: Rule = {
  id: 'GateBodiesUnlogged',
  pillar: 'gate',
  severity: 'error',
  holds: 'No stage of a model caller’s API, or of the approval desk, logs full requests and responses.',
  source:
    'API Gateway Developer Guide, "Set up CloudWatch logging for REST APIs": data tracing "can result in logging sensitive data"; NIST SP 800-53 AU-3(3); CWE-532',
  fix: 'Set DataTraceEnabled: false in every MethodSetting of the stage.',
  lists: ['LLM02:2025', 'NIST SP 800-53 AU-3(3)'],
  insecure: template('true'),
  secure: template('false'),
  *check(assembly) {
    const apis = guardedApisOf(assembly);
    for (const stage of assembly.ofType('AWS::ApiGateway::Stage', 'AWS::ApiGateway::Deployment')) {
      const api = stage.property('RestApiId').map(({ value }) => assembly.find(value));
      if (!api.some((each) => each !== undefined && apis.has(each))) continue;
      const settings =
        stage.type === 'AWS::ApiGateway::Stage' ? ['MethodSettings'] : ['StageDescription', 'MethodSettings'];
      for (const { value, where, assuming } of stage.items(...settings)) {
        yield* traces(stage, stage.below(where), value, assuming);
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
        isFalse(value) ? undefined : 'full requests and responses are logged: the log contains arguments and results',
      assuming,
    );
  }
}

/** The smallest app that the rule speaks of. */
function template(differing: string): string {
  return `${AGENT_BEFORE_API}  Stage:
    Type: AWS::ApiGateway::Stage
    Properties:
      RestApiId: !Ref Api
      MethodSettings: [{ HttpMethod: "*", ResourcePath: "/*", DataTraceEnabled: ${differing} }]
`;
}
