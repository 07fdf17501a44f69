import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { behindGate } from './gate-template';

describe('GateBodiesUnlogged', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('GateBodiesUnlogged', resources, around);
  const stage = (traced: unknown, api = 'Api'): JsonObject => ({
    ...behindGate,
    Other: { Type: 'AWS::ApiGateway::RestApi' },
    Stage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { RestApiId: { Ref: api }, MethodSettings: [{ DataTraceEnabled: traced as boolean }] },
    },
  });

  test('a stage without data tracing is fine, and other APIs are left alone', () => {
    expect(lines(stage(false))).toEqual([]);
    expect(lines(stage(undefined))).toEqual([]);
    expect(lines(stage(true, 'Other'))).toEqual([]);
  });

  test('data tracing is found, on a stage and on a deployment that makes one', () => {
    expect(lines(stage('true'))).toEqual([
      expect.stringContaining(
        'Stage Properties.MethodSettings[0].DataTraceEnabled: full requests and responses are logged',
      ),
    ]);
    const deployment = changed(stage(true), ['Stage'], {
      Type: 'AWS::ApiGateway::Deployment',
      Properties: { RestApiId: { Ref: 'Api' }, StageDescription: { DataTraceEnabled: true } },
    });
    expect(lines(deployment)).toHaveLength(1);
  });

  test('what isn’t known can’t be proven', () => {
    expect(lines(stage({ Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("can't be proven")]);
  });
});
